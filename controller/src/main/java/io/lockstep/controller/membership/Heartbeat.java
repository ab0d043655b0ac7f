package io.lockstep.controller.membership;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes one backend at an interval, on a thread of its own, and reports when it stays silent. A
 * probe that fails while this process itself was stalled (a long collection, a suspended machine)
 * proves nothing and is repeated.
 */
public final class Heartbeat implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    private final String backend;
    private final Probe probe;
    private final Listener listener;
    private final Duration interval;
    private final Duration timeout;
    private final StallClock stalls;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock(); // guards closed
    private final Condition wake = lock.newCondition();
    private boolean closed;

    private boolean silent; // as reported; this thread's

    public Heartbeat(
            String backend,
            Probe probe,
            Listener listener,
            Duration interval,
            Duration timeout,
            StallClock stalls) {
        this.backend = backend;
        this.probe = probe;
        this.listener = listener;
        this.interval = interval;
        this.timeout = timeout;
        this.stalls = stalls;
        this.thread = new Thread(this::run, "lockstep-heartbeat-" + backend);
        this.thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        while (pause()) {
            try {
                beat();
            } catch (RuntimeException | Error e) { // of this process: it must not end the probes
                log.error("{}: the heartbeat failed; going on", backend, e);
            }
        }
    }

    private void beat() {
        Exception failure = probeOnce();
        if (failure == null) {
            if (silent) {
                listener.answersAgain(backend);
            }
            silent = false;
        } else if (!silent) {
            listener.silent(backend, failure);
            silent = true;
        }
    }

    /** Once is enough: a probe whose kept connection broke tries a new one by itself. */
    private Exception probeOnce() {
        while (true) {
            long begun = System.nanoTime();
            try {
                probe.probe(timeout);
                return null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            } catch (Exception e) {
                Duration stalled = stalls.longestSince(begun);
                if (stalled.compareTo(timeout.dividedBy(4)) < 0) {
                    return e;
                }
                log.warn(
                        "{}: probe failed while this process stood still for {}; asking again",
                        backend,
                        stalled);
            }
        }
    }

    private boolean pause() {
        lock.lock();
        try {
            long left = interval.toNanos();
            while (!closed && left > 0) {
                left = wake.awaitNanos(left);
            }
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * One question to the database; throws if no answer came in time. A connection kept from an
     * earlier question may be gone without the database being so: it then asks on a new one.
     */
    @FunctionalInterface
    public interface Probe {
        void probe(Duration timeout) throws Exception;
    }

    /** Hears of changes only; called on the heartbeat's thread. */
    public interface Listener {
        void silent(String backend, Exception failure);

        void answersAgain(String backend);
    }
}
