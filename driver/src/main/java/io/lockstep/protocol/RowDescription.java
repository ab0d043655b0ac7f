package io.lockstep.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The columns of a result, in order. Keeps its encoded form, so a controller that holds on to it
 * for a prepared statement pays for encoding once. Immutable, usable from any thread.
 */
public final class RowDescription {
    /** A result without columns. */
    public static final RowDescription EMPTY = new RowDescription(List.of());

    private static final int ENCODED_BYTES_MAX = Protocol.MAX_FRAME_BYTES / 2;

    private final List<ColumnDescription> columns;
    private final byte[] encoded;

    /**
     * @throws FrameOverflowException if the description takes more than half a frame (some thousand
     *     columns)
     */
    public RowDescription(List<ColumnDescription> columns) {
        this.columns = List.copyOf(columns);
        FrameWriter out = new FrameWriter(ENCODED_BYTES_MAX);
        out.writeShort(columns.size());
        for (ColumnDescription column : columns) {
            column.writeTo(out);
        }
        this.encoded = out.toByteArray();
    }

    private RowDescription(List<ColumnDescription> columns, byte[] encoded) {
        this.columns = columns;
        this.encoded = encoded;
    }

    public List<ColumnDescription> columns() {
        return columns;
    }

    public int columnCount() {
        return columns.size();
    }

    /** Column count u16 and the columns. */
    void writeTo(FrameWriter out) {
        out.writeRaw(encoded, 0, encoded.length);
    }

    static RowDescription readFrom(FrameReader in) throws ProtocolException {
        int start = in.position();
        int count = in.readUnsignedShort();
        if ((long) count * ColumnDescription.BYTES_MIN > in.remaining()) {
            throw new ProtocolException(count + " columns in " + in.remaining() + " bytes");
        }
        List<ColumnDescription> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            columns.add(ColumnDescription.readFrom(in));
        }
        byte[] encoded = Arrays.copyOfRange(in.array(), start, in.position());
        return new RowDescription(List.copyOf(columns), encoded);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowDescription that && columns.equals(that.columns);
    }

    @Override
    public int hashCode() {
        return columns.hashCode();
    }

    @Override
    public String toString() {
        return "RowDescription" + columns;
    }
}
