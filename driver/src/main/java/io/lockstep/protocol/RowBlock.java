package io.lockstep.protocol;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Rows as they came over the wire, not decoded. {@link #reader} goes through them; several readers
 * may do so one after the other.
 */
public final class RowBlock {
    public static final RowBlock EMPTY =
            new RowBlock(new byte[0], 0, 0, 0, 0, LargeValueResolver.NONE);

    private final byte[] bytes;
    private final int offset;
    private final int length;
    private final int rowCount;
    private final int columnCount;
    private final LargeValueResolver largeValues;

    private RowBlock(
            byte[] bytes,
            int offset,
            int length,
            int rowCount,
            int columnCount,
            LargeValueResolver largeValues) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        this.rowCount = rowCount;
        this.columnCount = columnCount;
        this.largeValues = largeValues;
    }

    /** Takes what is left of a frame. The frame's array is kept, not copied. */
    static RowBlock rest(FrameReader in, int rowCount, int columnCount) throws ProtocolException {
        int length = in.remaining();
        if (rowCount < 0 || (long) rowCount * columnCount > length) {
            throw new ProtocolException(
                    Integer.toUnsignedString(rowCount)
                            + " rows of "
                            + columnCount
                            + " columns in "
                            + length
                            + " bytes");
        }
        RowBlock block =
                new RowBlock(
                        in.array(), in.position(), length, rowCount, columnCount, in.largeValues());
        in.skip(length);
        return block;
    }

    /**
     * Rows made of objects, for small results computed in Java.
     *
     * @param columnCount number of values in each row
     * @throws FrameOverflowException if they do not fit into one frame
     */
    public static RowBlock of(int columnCount, List<? extends List<?>> rows) {
        FrameWriter frame = new FrameWriter(Protocol.MAX_FRAME_BYTES);
        ValueWriter values = new ValueWriter(frame, ChunkSink.NONE);
        try {
            frame.begin(ResponseTag.ROWS);
            for (List<?> row : rows) {
                if (row.size() != columnCount) {
                    throw new IllegalArgumentException(
                            row.size() + " values in a row of " + columnCount + " columns");
                }
                for (Object value : row) {
                    values.write(value);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        byte[] bytes = frame.toByteArray();
        return new RowBlock(
                bytes,
                Protocol.HEADER_BYTES,
                bytes.length - Protocol.HEADER_BYTES,
                rows.size(),
                columnCount,
                LargeValueResolver.NONE);
    }

    public int rowCount() {
        return rowCount;
    }

    public int columnCount() {
        return columnCount;
    }

    /** Bytes all rows take. */
    public int byteCount() {
        return length;
    }

    /** A cursor before the first row. */
    public RowsReader reader() {
        return new RowsReader(
                new FrameReader().wrap(bytes, offset, length, largeValues), rowCount, columnCount);
    }

    void writeTo(FrameWriter out) {
        out.writeRaw(bytes, offset, length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowBlock that
                && rowCount == that.rowCount
                && columnCount == that.columnCount
                && Arrays.equals(
                        bytes,
                        offset,
                        offset + length,
                        that.bytes,
                        that.offset,
                        that.offset + that.length);
    }

    @Override
    public int hashCode() {
        return 31 * rowCount + length;
    }

    @Override
    public String toString() {
        return rowCount + " rows, " + length + " bytes";
    }
}
