package io.lockstep.backends.dialect;

/** What an SQLException of a backend means for the question whether backends still agree. */
public enum FailureClass {
    DUPLICATE_KEY,
    OBJECT_EXISTS,
    OBJECT_MISSING,
    FOREIGN_KEY,
    /** NOT NULL, CHECK, exclusion and other constraints. */
    CONSTRAINT,
    SYNTAX,
    /** Value too long, out of range, division by zero, wrong type ... */
    DATA,
    PERMISSION,
    DEADLOCK,
    LOCK_TIMEOUT,
    SERIALIZATION,
    CANCELLED,
    /** The transaction was already failed by an earlier statement (25P02). */
    DOOMED,
    /** Disk, memory, connections, read-only: does not vote, that backend leaves. */
    RESOURCE,
    /** The connection is gone; the database may or may not be. */
    CONNECTION,
    NOT_SUPPORTED,
    /** Another controller holds the database: the end for this one, never the database's fault. */
    FENCED,
    OTHER;

    /** Rolled back everywhere and reported as 40001; nobody leaves service. */
    public boolean isTransient() {
        return this == DEADLOCK || this == LOCK_TIMEOUT || this == SERIALIZATION;
    }

    /** It says something about what was asked, and not about the moment or the connection. */
    public boolean isOpinion() {
        return switch (this) {
            case CONNECTION, RESOURCE, CANCELLED, FENCED, DEADLOCK, LOCK_TIMEOUT, SERIALIZATION ->
                    false;
            case DUPLICATE_KEY,
                    OBJECT_EXISTS,
                    OBJECT_MISSING,
                    FOREIGN_KEY,
                    CONSTRAINT,
                    SYNTAX,
                    DATA,
                    PERMISSION,
                    DOOMED,
                    NOT_SUPPORTED,
                    OTHER ->
                    true;
        };
    }
}
