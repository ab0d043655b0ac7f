package io.lockstep.controller.scheduler;

import java.util.List;
import java.util.function.Consumer;

/**
 * Grants locks in fair order, finds deadlocks, enforces deadlines, admits transactions.
 * Thread-safe; never blocks.
 */
public interface LockManager {
    /**
     * Takes all of {@code requests} or, while it waits, none of them in addition to what the owner
     * already holds. A resource the owner holds already is strengthened to the weakest mode that
     * includes both.
     *
     * @param requests in any order, duplicates allowed; intentions on the containing table included
     * @param options deadline and admission
     * @param whenDone called exactly once if, and only if, this returns false: outside all locks of
     *     the manager, on the thread that made the decision (a releasing owner's, the timer's, or
     *     the caller's before this method returns: NOWAIT, deadlock), so it must only hand the
     *     result over
     * @return true if everything was granted at once
     * @throws IllegalStateException if a request of this owner is still waiting
     */
    boolean acquire(
            LockOwner owner,
            List<LockRequest> requests,
            Options options,
            Consumer<LockResult> whenDone);

    /**
     * Gives back everything the owner holds, its admission permit too, and withdraws what it waits
     * for.
     */
    void release(LockOwner owner);

    /**
     * Withdraws a waiting request, which ends as {@link LockResult.Cancelled}; false if none was
     * waiting.
     */
    boolean cancel(LockOwner owner);

    /** Who holds and who waits, for the operator. */
    Snapshot snapshot();

    /**
     * How a request waits.
     *
     * @param timeoutNanos longest wait; 0 = do not wait at all (NOWAIT)
     * @param admission take an admission permit together with the locks, if the owner has none yet
     * @param rerunnable nobody would notice if the owner's transaction were rolled back and run
     *     again; preferred as the victim of a deadlock
     */
    record Options(long timeoutNanos, boolean admission, boolean rerunnable) {
        public Options {
            if (timeoutNanos < 0) {
                throw new IllegalArgumentException("timeout of " + timeoutNanos + " ns");
            }
        }

        /** Of a transaction that its client would have to run again. */
        public Options(long timeoutNanos, boolean admission) {
            this(timeoutNanos, admission, false);
        }
    }

    record Snapshot(
            List<Held> held,
            List<Waiting> waiting,
            int permitsInUse,
            int permits,
            Counters counters) {}

    record Held(String owner, String resource, LockMode mode) {}

    record Waiting(
            String owner,
            String resource,
            LockMode mode,
            long waitedMillis,
            List<String> waitsFor) {}

    record Counters(long granted, long waited, long timedOut, long deadlocks) {}
}
