package io.lockstep.controller.scheduler;

/** How a lock request ended. */
public sealed interface LockResult {
    LockResult GRANTED = new Granted();

    record Granted() implements LockResult {}

    /** Deadline passed, or NOWAIT and not free at once. {@code holders} says who was in the way. */
    record TimedOut(String resource, String holders) implements LockResult {}

    /**
     * Chosen as the victim of a cycle; {@code cycle} spells it out. Locks held before are still
     * held.
     */
    record Deadlock(String cycle) implements LockResult {}

    /** Withdrawn by {@link LockManager#cancel}. */
    record Cancelled() implements LockResult {}
}
