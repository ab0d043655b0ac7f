package io.lockstep.controller.scheduler;

/**
 * How a resource is held. The first four serve keys and tables, the rest tables (and the virtual
 * database as a whole).
 */
public enum LockMode {
    /** A plain SELECT's: conflicts only with {@link #ACCESS_EXCLUSIVE}. */
    ACCESS_SHARE,
    INTENT_SHARE,
    /**
     * The row's key must not vanish or change (foreign key child); other changes of the row may go
     * on.
     */
    KEY_SHARE,
    INTENT_EXCLUSIVE,
    SHARE,
    SHARE_INTENT_EXCLUSIVE,
    /** Change of the row but not of its key: compatible with {@link #KEY_SHARE}. */
    NO_KEY_EXCLUSIVE,
    EXCLUSIVE,
    /** DDL, TRUNCATE, LOCK TABLE: nobody else at all, not even readers. */
    ACCESS_EXCLUSIVE
}
