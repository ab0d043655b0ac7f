package io.lockstep.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.List;
import java.util.UUID;

/**
 * Writes values, each with its tag, into the frame being written. The typed methods neither box nor
 * allocate for the common types; {@link #write(Object)} picks among them.
 *
 * <p>A value that is long, or does not fit into what is left of the frame, goes to the {@link
 * ChunkSink} at once and leaves a reference in the frame. Writers of values need not care.
 */
public final class ValueWriter {
    /**
     * Arrays of more elements than this are encoded aside first, since they may turn out too long
     * for the frame.
     */
    private static final int PLAIN_ARRAY_ELEMENTS = 256;

    private static final int ENCODED_BYTES_MAX = 64 << 20;

    /** Bounds what a reader may be made to expand; no engine stores more digits. */
    static final int DECIMAL_SCALE_MAX = 200_000;

    private final FrameWriter frame;
    private final ChunkSink chunks;
    private int lastValueId;

    /**
     * @param frame where the values go
     * @param chunks where large values go
     */
    public ValueWriter(FrameWriter frame, ChunkSink chunks) {
        this.frame = frame;
        this.chunks = chunks;
    }

    /** The frames this writes into. */
    public FrameWriter frame() {
        return frame;
    }

    /** Bytes sent ahead as chunks for the frame being written. */
    public long largeBytesInFrame() {
        return frame.largeBytes();
    }

    private void tag(ValueTag tag) {
        frame.writeByte(tag.code());
    }

    public void writeNull() {
        tag(ValueTag.NULL);
    }

    public void writeBoolean(boolean value) {
        tag(ValueTag.BOOLEAN);
        frame.writeBoolean(value);
    }

    public void writeByte(byte value) {
        tag(ValueTag.BYTE);
        frame.writeByte(value);
    }

    public void writeShort(short value) {
        tag(ValueTag.SHORT);
        frame.writeShort(value);
    }

    public void writeInt(int value) {
        tag(ValueTag.INT);
        frame.writeInt(value);
    }

    public void writeLong(long value) {
        tag(ValueTag.LONG);
        frame.writeLong(value);
    }

    public void writeFloat(float value) {
        tag(ValueTag.FLOAT);
        frame.writeInt(Float.floatToRawIntBits(value));
    }

    public void writeDouble(double value) {
        tag(ValueTag.DOUBLE);
        frame.writeLong(Double.doubleToRawLongBits(value));
    }

    /**
     * Writes a decimal number.
     *
     * @throws IllegalArgumentException if the scale is beyond what any engine stores
     */
    public void writeDecimal(BigDecimal value) throws IOException {
        if (Math.abs((long) value.scale()) > DECIMAL_SCALE_MAX) {
            throw new IllegalArgumentException("a decimal number of scale " + value.scale());
        }
        byte[] unscaled = value.unscaledValue().toByteArray();
        if (mustChunk(unscaled.length)) {
            writeEncoded(writer -> writer.writeDecimal(value.scale(), unscaled));
        } else {
            writeDecimal(value.scale(), unscaled);
        }
    }

    private void writeDecimal(int scale, byte[] unscaled) {
        tag(ValueTag.DECIMAL);
        frame.writeInt(scale);
        frame.writeBytes(unscaled);
    }

    /**
     * Writes a SQL text; {@link FrameReader#readSql} reads it.
     *
     * @throws FrameOverflowException if it is longer than the protocol takes; nothing of it has
     *     been sent
     */
    public void writeSql(String sql) throws IOException {
        requireSqlLength(sql);
        writeString(sql);
    }

    /**
     * To be asked before the first of several texts is sent.
     *
     * @throws FrameOverflowException if it is longer than {@link Protocol#MAX_SQL_BYTES}
     */
    public static void requireSqlLength(String sql) {
        boolean tooLong =
                sql.length() > Protocol.MAX_SQL_BYTES / 3
                        && sql.getBytes(UTF_8).length > Protocol.MAX_SQL_BYTES;
        if (tooLong) {
            throw new FrameOverflowException(
                    "a SQL text of %,d characters; the most is %,d bytes"
                            .formatted(sql.length(), Protocol.MAX_SQL_BYTES));
        }
    }

    public void writeString(String value) throws IOException {
        // Three bytes a character is the most UTF-8 needs (a surrogate pair: four for two).
        if (value.length() <= Protocol.LARGE_VALUE_BYTES / 3 && !mustChunk(3 * value.length())) {
            tag(ValueTag.STRING);
            frame.writeString(value);
            return;
        }
        byte[] utf8 = value.getBytes(UTF_8);
        if (mustChunk(utf8.length)) {
            writeReference(LargeKind.STRING, send(utf8), null);
        } else {
            tag(ValueTag.STRING);
            frame.writeBytes(utf8);
        }
    }

    /** The array must not be changed until the frame has been sent. */
    public void writeBytes(byte[] value) throws IOException {
        if (mustChunk(value.length)) {
            writeReference(LargeKind.BYTES, send(value), null);
        } else {
            tag(ValueTag.BYTES);
            frame.writeBytes(value);
        }
    }

    public void writeDate(LocalDate value) {
        tag(ValueTag.DATE);
        frame.writeLong(value.toEpochDay());
    }

    public void writeTime(LocalTime value) {
        tag(ValueTag.TIME);
        frame.writeLong(value.toNanoOfDay());
    }

    public void writeTime(OffsetTime value) {
        tag(ValueTag.TIME_TZ);
        frame.writeLong(value.toLocalTime().toNanoOfDay());
        frame.writeInt(value.getOffset().getTotalSeconds());
    }

    public void writeTimestamp(LocalDateTime value) {
        tag(ValueTag.TIMESTAMP);
        writeDateAndTime(value);
    }

    public void writeTimestamp(OffsetDateTime value) {
        tag(ValueTag.TIMESTAMP_TZ);
        writeDateAndTime(value.toLocalDateTime());
        frame.writeInt(value.getOffset().getTotalSeconds());
    }

    private void writeDateAndTime(LocalDateTime value) {
        frame.writeLong(value.toLocalDate().toEpochDay());
        frame.writeLong(value.toLocalTime().toNanoOfDay());
    }

    public void writeUuid(UUID value) {
        tag(ValueTag.UUID);
        frame.writeLong(value.getMostSignificantBits());
        frame.writeLong(value.getLeastSignificantBits());
    }

    public void writeArray(ArrayValue value) throws IOException {
        if (value.elements().size() <= PLAIN_ARRAY_ELEMENTS) {
            writeArrayInline(value);
        } else {
            writeEncoded(writer -> writer.writeArrayInline(value));
        }
    }

    private void writeArrayInline(ArrayValue value) throws IOException {
        tag(ValueTag.ARRAY);
        frame.writeString(value.elementType());
        frame.writeInt(value.elementJdbcType());
        writeList(value.elements());
    }

    public void writeOther(OtherValue value) throws IOException {
        byte[] utf8 = value.text().getBytes(UTF_8);
        if (mustChunk(utf8.length)) {
            writeReference(LargeKind.OTHER, send(utf8), value.typeName());
        } else {
            tag(ValueTag.OTHER);
            frame.writeString(value.typeName());
            frame.writeBytes(utf8);
        }
    }

    public void writeTypedNull(int jdbcType) {
        tag(ValueTag.TYPED_NULL);
        frame.writeInt(jdbcType);
    }

    public void writeOutParameter(OutParameter value) throws IOException {
        tag(ValueTag.OUT_PARAMETER);
        frame.writeInt(value.jdbcType());
        frame.writeInt(value.scale());
        frame.writeBoolean(value.hasInput());
        if (value.hasInput()) {
            write(value.input());
        }
    }

    /**
     * Sends a stream's content as a large value, whatever its length, without holding it in memory.
     *
     * @param kind STRING (the stream is UTF-8) or BYTES
     * @return number of bytes sent
     */
    public long writeStream(LargeKind kind, InputStream content) throws IOException {
        int valueId = ++lastValueId;
        long length = 0;
        byte[] next = content.readNBytes(Protocol.CHUNK_BYTES);
        boolean last;
        do {
            byte[] chunk = next;
            next =
                    chunk.length < Protocol.CHUNK_BYTES
                            ? new byte[0]
                            : content.readNBytes(Protocol.CHUNK_BYTES);
            last = next.length == 0;
            chunks.chunk(valueId, last, chunk, 0, chunk.length);
            length += chunk.length;
        } while (!last);
        frame.addLargeBytes(length);
        writeReference(kind, valueId, null);
        return length;
    }

    /**
     * Writes any value: null, a java.* object of a type listed in {@link ValueTag}, or one of this
     * package's records.
     *
     * @throws IllegalArgumentException for an object of another class
     */
    public void write(Object value) throws IOException {
        if (value == null) {
            writeNull();
        } else if (value instanceof String text) {
            writeString(text);
        } else if (value instanceof Long number) {
            writeLong(number);
        } else if (value instanceof Integer number) {
            writeInt(number);
        } else if (value instanceof byte[] bytes) {
            writeBytes(bytes);
        } else if (value instanceof LocalDateTime timestamp) {
            writeTimestamp(timestamp);
        } else if (value instanceof Number number) {
            writeNumber(number);
        } else if (value instanceof Boolean bool) {
            writeBoolean(bool);
        } else {
            writeRare(value);
        }
    }

    private void writeNumber(Number value) throws IOException {
        if (value instanceof BigDecimal decimal) {
            writeDecimal(decimal);
        } else if (value instanceof Double number) {
            writeDouble(number);
        } else if (value instanceof Float number) {
            writeFloat(number);
        } else if (value instanceof Short number) {
            writeShort(number);
        } else if (value instanceof Byte number) {
            writeByte(number);
        } else if (value instanceof BigInteger integer) {
            writeDecimal(new BigDecimal(integer));
        } else {
            throw noWireForm(value);
        }
    }

    private void writeRare(Object value) throws IOException {
        if (value instanceof LocalDate date) {
            writeDate(date);
        } else if (value instanceof LocalTime time) {
            writeTime(time);
        } else if (value instanceof OffsetTime time) {
            writeTime(time);
        } else if (value instanceof OffsetDateTime timestamp) {
            writeTimestamp(timestamp);
        } else if (value instanceof UUID uuid) {
            writeUuid(uuid);
        } else if (value instanceof ArrayValue array) {
            writeArray(array);
        } else if (value instanceof OtherValue other) {
            writeOther(other);
        } else if (value instanceof TypedNull typed) {
            writeTypedNull(typed.jdbcType());
        } else if (value instanceof OutParameter parameter) {
            writeOutParameter(parameter);
        } else if (value instanceof LargeValue large) {
            try (InputStream content = large.openStream()) {
                writeStream(large.kind(), content);
            }
        } else {
            throw noWireForm(value);
        }
    }

    private static IllegalArgumentException noWireForm(Object value) {
        return new IllegalArgumentException(
                "no form on the wire for a " + value.getClass().getName());
    }

    /** Number of values u32 and the values. */
    void writeList(List<?> values) throws IOException {
        frame.writeInt(values.size());
        for (int i = 0; i < values.size(); i++) {
            write(values.get(i));
        }
    }

    private boolean mustChunk(int length) {
        return length > Protocol.LARGE_VALUE_BYTES
                || (length > Protocol.ALWAYS_INLINE_BYTES
                        && chunks != ENCODED
                        && frame.bodyBytes() + length > Protocol.INLINE_BODY_BYTES);
    }

    private int send(byte[] content) throws IOException {
        int valueId = ++lastValueId;
        int offset = 0;
        boolean last;
        do {
            int length = Math.min(Protocol.CHUNK_BYTES, content.length - offset);
            last = offset + length == content.length;
            chunks.chunk(valueId, last, content, offset, length);
            offset += length;
        } while (!last);
        frame.addLargeBytes(content.length);
        return valueId;
    }

    private void writeReference(LargeKind kind, int valueId, String typeName) {
        tag(ValueTag.LARGE);
        frame.writeByte(kind.code());
        frame.writeInt(valueId);
        if (kind == LargeKind.OTHER) {
            frame.writeString(typeName);
        }
    }

    @FunctionalInterface
    private interface Encoding {
        void writeTo(ValueWriter writer) throws IOException;
    }

    /**
     * Marks a writer whose output is itself the content of a large value, where nothing more is
     * chunked.
     */
    private static final ChunkSink ENCODED =
            (valueId, last, bytes, offset, length) -> {
                throw new FrameOverflowException(
                        "a part of "
                                + length
                                + " bytes or more within an array of more than "
                                + PLAIN_ARRAY_ELEMENTS
                                + " elements");
            };

    private void writeEncoded(Encoding encoding) throws IOException {
        if (chunks == ENCODED) {
            encoding.writeTo(this);
            return;
        }
        FrameWriter aside = new FrameWriter(ENCODED_BYTES_MAX);
        encoding.writeTo(new ValueWriter(aside, ENCODED));
        if (mustChunk(aside.size())) {
            writeReference(LargeKind.ENCODED, send(aside.toByteArray()), null);
        } else {
            frame.writeRaw(aside.array(), 0, aside.size());
        }
    }
}
