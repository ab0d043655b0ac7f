package io.lockstep.protocol;

/** Where a session's transaction stands, as of the reply that says so. */
public enum TransactionStatus {
    /** No transaction is open. */
    IDLE(0),
    /** A transaction is open. */
    IN_TRANSACTION(1),
    /** A transaction is open in which only a rollback, or one to a savepoint, can still succeed. */
    DOOMED(2);

    private static final TransactionStatus[] ALL = values();

    private final int code;

    TransactionStatus(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static TransactionStatus of(int code) throws ProtocolException {
        if (code >= ALL.length) {
            throw new ProtocolException("unknown transaction status " + code);
        }
        return ALL[code];
    }
}
