package io.lockstep.protocol;

/** What became of a transaction. */
public enum TransactionOutcome {
    COMMITTED(0),
    ROLLED_BACK(1),
    /** Still open, or too long ago to be remembered. */
    UNKNOWN(2);

    private static final TransactionOutcome[] ALL = values();

    private final int code;

    TransactionOutcome(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static TransactionOutcome of(int code) throws ProtocolException {
        if (code >= ALL.length) {
            throw new ProtocolException("unknown transaction outcome " + code);
        }
        return ALL[code];
    }
}
