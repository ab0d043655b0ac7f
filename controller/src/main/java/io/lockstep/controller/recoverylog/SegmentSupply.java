package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Prepares the next segment in the background, on a thread of its own. When there is no space it
 * tries again every second until there is.
 */
final class SegmentSupply {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Told without any lock of the supply held. */
    interface Listener {
        /** A segment has become ready, or could not be prepared. */
        void supplyChanged();

        /** The directory could not be forced: what it holds is no longer known. */
        void forceFailed(IOException cause);
    }

    private final LogDirectory directory;
    private final long segmentBytes;
    private final Listener listener;
    private final Thread thread;

    /** Guards all below; nothing is done and nobody is called while it is held. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private long wanted;
    private volatile Prepared ready; // written under the lock
    private volatile IOException problem; // likewise
    private boolean mayHaveSpace;
    private boolean closed;

    SegmentSupply(LogDirectory directory, long segmentBytes, Prepared ready, Listener listener) {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.ready = ready;
        this.listener = listener;
        this.thread = new Thread(this::run, "lockstep-log-segments");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Asks for the segment with this number, unless it is ready or under way. */
    void want(long number) {
        lock.lock();
        try {
            if (ready == null && wanted == 0 && !closed) {
                wanted = number;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** There may be space now. */
    void retry() {
        lock.lock();
        try {
            mayHaveSpace = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** What is ready, or null; it stays. */
    Prepared peek() {
        return ready;
    }

    /** What is ready; it is the caller's from now on. */
    Prepared take() {
        lock.lock();
        try {
            Prepared taken = ready;
            ready = null;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Why the last attempt failed, or null: none has, or one has succeeded since. */
    IOException problem() {
        return problem;
    }

    private void run() {
        long number = next(false);
        while (number != 0) {
            boolean done = prepare(number);
            listener.supplyChanged();
            number = next(!done);
        }
    }

    /** The number wanted, waited for; 0: closed. */
    private long next(boolean afterFailure) {
        lock.lock();
        try {
            long pause = afterFailure ? RETRY_NANOS : 0;
            mayHaveSpace = false;
            while (pause > 0 && !mayHaveSpace && !closed) {
                pause = changed.awaitNanos(pause);
            }
            while (wanted == 0 && !closed) {
                changed.await();
            }
            return closed ? 0 : wanted;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody has a reason to; it ends the thread
            return 0;
        } finally {
            lock.unlock();
        }
    }

    private boolean prepare(long number) {
        Prepared prepared;
        try {
            prepared = Prepared.create(directory, number, segmentBytes);
        } catch (IOException e) {
            failed(e);
            return false;
        }
        try {
            directory.force();
        } catch (IOException e) {
            failed(e);
            listener.forceFailed(e);
            return false;
        }
        lock.lock();
        try {
            wanted = 0;
            problem = null;
            ready = prepared;
        } finally {
            lock.unlock();
        }
        return true;
    }

    private void failed(IOException cause) {
        lock.lock();
        try {
            problem = cause;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread, once it has finished what it is at. */
    void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        Uninterrupted.join(thread);
        Prepared left = take();
        if (left != null) {
            left.file().close();
        }
    }
}
