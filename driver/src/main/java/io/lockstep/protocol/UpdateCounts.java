package io.lockstep.protocol;

import java.util.Arrays;

/** The update counts of a batch, in order; negative ones as in java.sql.Statement. Immutable. */
public final class UpdateCounts {
    public static final UpdateCounts EMPTY = new UpdateCounts(new long[0]);

    private final long[] counts;

    private UpdateCounts(long[] counts) {
        this.counts = counts;
    }

    public static UpdateCounts of(long... counts) {
        return new UpdateCounts(counts.clone());
    }

    public int size() {
        return counts.length;
    }

    public long get(int index) {
        return counts[index];
    }

    public long[] toArray() {
        return counts.clone();
    }

    void writeTo(FrameWriter out) {
        out.writeInt(counts.length);
        for (long count : counts) {
            out.writeLong(count);
        }
    }

    static UpdateCounts readFrom(FrameReader in) throws ProtocolException {
        long[] counts = new long[in.readCount(8)];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = in.readLong();
        }
        return new UpdateCounts(counts);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UpdateCounts that && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return Arrays.toString(counts);
    }
}
