package io.lockstep.protocol;

/**
 * Names a transaction, chosen by the client before anything is sent: so both ends know it whatever
 * gets lost. A transaction has the number of the request that began it and, once committed, also
 * that of the request that committed it.
 *
 * @param sessionId as given in WELCOME; never used twice by a controller's data
 * @param sequence unsigned; the client counts its session's requests that execute or commit, from 1
 */
public record TransactionId(long sessionId, int sequence) {
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    /**
     * Mixes: both numbers are dense, and ids of neighbouring sessions would share their hashes in
     * large tables.
     */
    @Override
    public int hashCode() {
        return (int) (((sessionId * GOLDEN_RATIO + sequence) * GOLDEN_RATIO) >>> 32);
    }

    /** As printed in messages and taken by the admin tool: both numbers in hexadecimal. */
    @Override
    public String toString() {
        return Long.toHexString(sessionId) + "-" + Integer.toHexString(sequence);
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static TransactionId parse(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException(
                    "transaction id '" + text + "', expected SESSION-SEQUENCE in hexadecimal");
        }
        return new TransactionId(
                Long.parseUnsignedLong(text.substring(0, dash), 16),
                Integer.parseUnsignedInt(text.substring(dash + 1), 16));
    }
}
