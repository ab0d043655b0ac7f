package io.lockstep.controller.scheduler;

/**
 * Whoever holds and waits for locks: one transaction (an auto-commit statement is one too).
 * Identity is object identity. The lock manager keeps its bookkeeping of an owner in here.
 */
public class LockOwner {
    private final String label;

    /**
     * Holds nothing yet.
     *
     * @param label what {@code lockstep locks} shows, for instance the session and transaction id
     */
    public LockOwner(String label) {
        this.label = label;
    }

    public final String label() {
        return label;
    }
}
