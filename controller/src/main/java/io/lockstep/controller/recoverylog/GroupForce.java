package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Forces what was appended for all who wait at once.
 *
 * <p>Records gather in one of two buffers. Whoever wants them forced and finds nobody at it
 * <em>leads</em>: takes the buffer, writes and forces it, while the others gather in the second
 * one. A leader does one buffer only, then hands on: to one of those who wait for the next one,
 * else to the thread that {@linkplain #awaitTurn forces ahead} if that was asked for, else to
 * nobody. So one writer alone never waits for another thread, and many share their forces.
 *
 * <p>Nothing is written twice and no force is repeated: after the first failure the kernel may have
 * dropped what it could not write, and report success the next time. The log is done.
 */
final class GroupForce {
    private final LogDirectory directory;
    private final RecordFormat format; // used by the leader
    private final long deadlineNanos;

    /** Guards all below; what is volatile is only written under it. No I/O while it is held. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Buffer or segment space has come free, or the log is done. */
    private final Condition room = lock.newCondition();

    private final Condition turn = lock.newCondition();
    private Batch gathering;
    private Batch other; // empty, or under way
    private boolean leading; // somebody leads, or has been told to
    private boolean turnGiven; // and it is the one who forces ahead, who has not begun
    private boolean turnsEnded;
    private long wantedAhead;
    private long forcedAtNanos = System.nanoTime();
    private volatile long last;
    private volatile long forced;
    private volatile LogFailedException failure;

    GroupForce(LogDirectory directory, LogOptions options, RecordFormat format, long last) {
        this.directory = directory;
        this.format = format;
        this.deadlineNanos = options.forceDeadline().toNanos();
        this.gathering = new Batch(options.bufferBytes());
        this.other = new Batch(options.bufferBytes());
        this.last = last;
        this.forced = last;
    }

    ReentrantLock lock() {
        return lock;
    }

    /** Signalled when an append that had to wait may look again. */
    Condition room() {
        return room;
    }

    long last() {
        return last;
    }

    long forced() {
        return forced;
    }

    /** Why nothing is forced any more, or null. */
    LogFailedException failure() {
        return failure;
    }

    /** Where records go; the lock is held. */
    Batch gathering() {
        return gathering;
    }

    /** This record is now in {@link #gathering}; the lock is held. */
    void appended(long sequence) {
        last = sequence;
    }

    void checkUsable() throws LogFailedException {
        LogFailedException first = failure;
        if (first != null) { // with the stack of whoever meets it now
            throw new LogFailedException(first.getMessage(), first);
        }
    }

    /**
     * Returns, the lock held, once there is room in {@link #gathering}, forcing what is there if
     * nobody else does; gives the lock up meanwhile.
     */
    void makeRoom(int bytes) throws LogFailedException {
        while (!gathering.hasRoom(bytes)) {
            checkUsable();
            if (!leading || turnGiven) {
                takeLead();
                lock.unlock();
                try {
                    lead();
                } finally {
                    lock.lock();
                }
            } else if (!Uninterrupted.await(room, deadlineNanos)) {
                fail("a force has not returned within " + deadline(), null);
            }
        }
    }

    private Duration deadline() {
        return Duration.ofNanos(deadlineNanos);
    }

    /** Returns once this record and all before it are on stable storage. */
    void force(long sequence) throws LogException {
        if (sequence > last) {
            throw new IllegalArgumentException(
                    "record %d was never appended, the last is %d".formatted(sequence, last));
        }
        while (forced < sequence) {
            Waiter waiter = leadOrWait(sequence);
            Waiter.Signal signal =
                    waiter == null ? Waiter.Signal.LEAD : waiter.await(deadlineNanos);
            switch (signal) {
                case LEAD -> lead();
                case GONE -> fail("a force has not returned within " + deadline(), null);
                case WAITING, DONE -> {}
            }
        }
    }

    /** Null: the caller leads. */
    private Waiter leadOrWait(long sequence) throws LogFailedException {
        lock.lock();
        try {
            checkUsable();
            Waiter waiter = new Waiter();
            if (forced >= sequence) {
                waiter.tell(Waiter.Signal.DONE);
            } else if (leading && !turnGiven) {
                boolean underWay = !other.isEmpty() && sequence <= other.lastSequence();
                (underWay ? other : gathering).waiters().add(waiter);
            } else {
                takeLead();
                return null;
            }
            return waiter;
        } finally {
            lock.unlock();
        }
    }

    /** The caller will {@link #lead}; the lock is held, nobody else leads. */
    void takeLead() {
        leading = true;
        turnGiven = false;
    }

    /** Starts a force that nobody waits for yet. */
    void forceSoon(long sequence) {
        if (forced >= sequence) {
            return;
        }
        lock.lock();
        try {
            wantedAhead = Math.max(wantedAhead, Math.min(sequence, last));
            if (!leading && failure == null && wantedAhead > forced) {
                giveTurn();
            }
        } finally {
            lock.unlock();
        }
    }

    private void giveTurn() {
        leading = true;
        turnGiven = true;
        turn.signal();
    }

    /**
     * Waits until there is something to force ahead; the caller has to {@link #lead} then.
     *
     * @return false if there was nothing within this time
     */
    boolean awaitTurn(long nanos) {
        lock.lock();
        try {
            if (!turnGiven && !turnsEnded) {
                Uninterrupted.await(turn, nanos);
            }
            boolean given = turnGiven;
            turnGiven = false;
            return given;
        } finally {
            lock.unlock();
        }
    }

    /** {@link #awaitTurn} does not wait any more. */
    void endTurns() {
        lock.lock();
        try {
            turnsEnded = true;
            turn.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** For how long everything appended has been forced; negative: it is not. The lock is held. */
    long quietNanos() {
        return leading || forced < last ? -1 : System.nanoTime() - forcedAtNanos;
    }

    /** Writes and forces what has gathered; by whoever has taken, or been given, the lead. */
    void lead() {
        Batch batch;
        long known;
        lock.lock();
        try {
            batch = gathering;
            gathering = other;
            other = batch;
            known = forced;
        } finally {
            lock.unlock();
        }
        String what = null;
        Throwable cause = null;
        try {
            if (failure == null) {
                batch.writeAndForce(format, known);
            }
        } catch (IOException | RuntimeException | Error e) {
            what = "writing and forcing records failed: " + e.getMessage();
            cause = e;
        }
        finish(batch, what, cause);
    }

    private void finish(Batch batch, String what, Throwable cause) {
        List<Waiter> waiting;
        lock.lock();
        try {
            if (what != null) {
                setFailure(what, cause);
            }
            if (failure == null && !batch.isEmpty()) {
                forced = batch.lastSequence();
                forcedAtNanos = System.nanoTime();
            }
            waiting = new ArrayList<>(batch.waiters());
            batch.clear();
            handOn();
            room.signalAll();
        } finally {
            lock.unlock();
        }
        waiting.forEach(each -> each.tell(Waiter.Signal.DONE));
    }

    private void handOn() {
        leading = false;
        List<Waiter> next = gathering.waiters();
        if (failure != null) {
            next.forEach(each -> each.tell(Waiter.Signal.DONE));
            next.clear();
        }
        while (!leading && !next.isEmpty()) {
            leading = next.remove(0).tell(Waiter.Signal.LEAD);
        }
        if (!leading && failure == null && wantedAhead > forced) {
            giveTurn();
        }
    }

    /** The log is done. */
    void fail(String what, Throwable cause) {
        lock.lock();
        try {
            setFailure(what, cause);
            for (Batch batch : List.of(gathering, other)) {
                batch.waiters().forEach(each -> each.tell(Waiter.Signal.DONE));
            }
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void setFailure(String what, Throwable cause) {
        if (failure == null) {
            failure =
                    new LogFailedException(
                            "recovery log %s has failed: %s. Nothing can be written any more; records not yet forced may or may not be on disk. Look at the disk, then start again"
                                    .formatted(directory, what),
                            cause);
        }
    }
}
