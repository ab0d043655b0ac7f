package io.lockstep.controller.sql;

/** What a statement does, as far as routing goes. */
public enum StatementKind {
    /** Changes nothing anywhere: any one backend answers. */
    READ,
    /**
     * SELECT that locks rows (FOR UPDATE, FOR SHARE, LOCK IN SHARE MODE): ordered by the
     * controller's lock.
     */
    LOCKING_READ,
    /** INSERT, UPDATE, DELETE, MERGE ...: runs on every backend. */
    WRITE,
    /**
     * CREATE, ALTER, DROP, TRUNCATE ...: runs on every backend, the catalogue is read anew
     * afterwards.
     */
    DDL,
    /** LOCK TABLE and the like: the controller's lock is what counts; sent to every backend. */
    LOCK_TABLE,
    /** BEGIN, COMMIT, ROLLBACK, SAVEPOINT ... as text: done by the session. */
    TRANSACTION,
    /** SET and the like: applies to the session's connections on every backend. */
    SESSION,
    /** CALL, unparsed texts, unknown functions: runs on every backend, alone. */
    UNKNOWN_WRITE,
    /** Cannot be replicated: {@link StatementClass#refusal} says why and what to write instead. */
    REFUSED
}
