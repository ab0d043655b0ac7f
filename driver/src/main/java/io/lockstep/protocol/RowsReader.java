package io.lockstep.protocol;

import java.nio.charset.StandardCharsets;

/**
 * Goes through the rows of a {@link RowBlock}, finding where each value of the row starts and
 * decoding none until asked. Columns count from 0. Conversions between types are the caller's.
 */
public final class RowsReader {
    private final FrameReader in;
    private final int rowCount;
    private final int[] columnStarts;
    private final byte[] bytes;
    private final FrameReader valueReader = new FrameReader();
    private final int end;
    private int rowsRead;

    RowsReader(FrameReader in, int rowCount, int columnCount) {
        this.in = in;
        this.rowCount = rowCount;
        this.columnStarts = new int[columnCount];
        this.bytes = in.array();
        this.end = in.position() + in.remaining();
    }

    /** Moves to the next row, false if there is none. */
    public boolean next() throws ProtocolException {
        if (rowsRead == rowCount) {
            in.expectEnd("the rows");
            return false;
        }
        for (int column = 0; column < columnStarts.length; column++) {
            columnStarts[column] = in.position();
            ValueDecoder.skip(in);
        }
        rowsRead++;
        return true;
    }

    /** Rows not reached yet. */
    public int rowsLeft() {
        return rowCount - rowsRead;
    }

    /** Type of a value of this row. */
    public ValueTag tag(int column) throws ProtocolException {
        return ValueTag.of(bytes[start(column)]);
    }

    public boolean isNull(int column) {
        return bytes[start(column)] == ValueTag.NULL.code();
    }

    /** The value: null, a java.* object or one of this package's records. */
    public Object value(int column) throws ProtocolException {
        int start = start(column);
        return valueReader.wrap(bytes, start, end - start, in.largeValues()).readValue();
    }

    /** A value whose tag is BOOLEAN (0 or 1), BYTE, SHORT, INT or LONG. */
    public long integer(int column) throws ProtocolException {
        FrameReader reader = content(column);
        ValueTag tag = tag(column);
        return switch (tag) {
            case BOOLEAN -> reader.readBoolean() ? 1 : 0;
            case BYTE -> (byte) reader.readUnsignedByte();
            case SHORT -> reader.readShort();
            case INT -> reader.readInt();
            case LONG -> reader.readLong();
            default -> throw notA("integer", tag);
        };
    }

    /** A value whose tag is FLOAT or DOUBLE. */
    public double floating(int column) throws ProtocolException {
        FrameReader reader = content(column);
        ValueTag tag = tag(column);
        return switch (tag) {
            case FLOAT -> Float.intBitsToFloat(reader.readInt());
            case DOUBLE -> Double.longBitsToDouble(reader.readLong());
            default -> throw notA("floating point number", tag);
        };
    }

    /** A value whose tag is STRING, or LARGE and a string. */
    public String string(int column) throws ProtocolException {
        ValueTag tag = tag(column);
        if (tag == ValueTag.STRING) {
            return content(column).readString();
        }
        if (value(column) instanceof String text) {
            return text;
        }
        throw notA("string", tag);
    }

    /** A copy of a value whose tag is BYTES, or LARGE and bytes; of a STRING its UTF-8. */
    public byte[] bytes(int column) throws ProtocolException {
        ValueTag tag = tag(column);
        if (tag == ValueTag.BYTES || tag == ValueTag.STRING) {
            return content(column).readBytes();
        }
        Object value = value(column);
        if (value instanceof byte[] content) {
            return content.clone();
        }
        if (value instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        throw notA("byte string", tag);
    }

    private FrameReader content(int column) {
        int start = start(column) + 1;
        return valueReader.wrap(bytes, start, end - start, in.largeValues());
    }

    private int start(int column) {
        if (rowsRead == 0) {
            throw new IllegalStateException("before the first row");
        }
        return columnStarts[column];
    }

    private static IllegalStateException notA(String wanted, ValueTag tag) {
        return new IllegalStateException("asked for a " + wanted + ", the value is a " + tag);
    }
}
