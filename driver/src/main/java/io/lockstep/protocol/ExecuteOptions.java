package io.lockstep.protocol;

/**
 * What goes with every execution of a statement.
 *
 * @param transactionSequence the transaction this belongs to, see {@link TransactionId}; with
 *     auto-commit a new one for each execution
 * @param flags sum of this record's constants
 * @param maxRows most rows of each result, 0 for all
 * @param fetchSize rows wanted in the first reply and in each FETCH that does not say otherwise; 0
 *     lets the controller choose
 * @param queryTimeoutMillis after this long the statement fails with {@link
 *     SqlState#QUERY_CANCELED}; 0 for never
 */
public record ExecuteOptions(
        int transactionSequence, int flags, int maxRows, int fetchSize, int queryTimeoutMillis) {
    /**
     * The caller wants rows (executeQuery): a statement that gives none is refused before it has
     * any effect.
     */
    public static final int ROWS_EXPECTED = 1;

    /**
     * The caller wants an update count (executeUpdate): a statement that gives rows is refused
     * likewise.
     */
    public static final int COUNT_EXPECTED = 1 << 1;

    /** The result outlives its transaction's commit (HOLD_CURSORS_OVER_COMMIT). */
    public static final int HOLD_CURSOR = 1 << 2;

    private static final int ALL_FLAGS = (1 << 3) - 1;

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    void writeTo(FrameWriter out) {
        out.writeInt(transactionSequence);
        out.writeByte(flags);
        out.writeInt(maxRows);
        out.writeInt(fetchSize);
        out.writeInt(queryTimeoutMillis);
    }

    static ExecuteOptions readFrom(FrameReader in) throws ProtocolException {
        int transactionSequence = in.readInt();
        int flags = in.readUnsignedByte();
        if ((flags & ~ALL_FLAGS) != 0) {
            throw new ProtocolException("execute flags 0x%02X".formatted(flags));
        }
        return new ExecuteOptions(
                transactionSequence,
                flags,
                nonNegative(in.readInt(), "maxRows"),
                nonNegative(in.readInt(), "fetchSize"),
                nonNegative(in.readInt(), "queryTimeoutMillis"));
    }

    static int nonNegative(int value, String what) throws ProtocolException {
        if (value < 0) {
            throw new ProtocolException(
                    what + " " + Integer.toUnsignedString(value) + ", the most is 2147483647");
        }
        return value;
    }
}
