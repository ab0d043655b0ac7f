package io.lockstep.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;

/**
 * Reads the body of one frame. Every read is checked against the end of the body first: whatever
 * the bytes are, the result is a value or a {@link ProtocolException}, never another exception, and
 * no allocation larger than the body.
 *
 * <p>Reusable through {@link #wrap}; used by one thread at a time.
 */
public final class FrameReader {
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] EMPTY = {};

    private byte[] bytes = EMPTY;
    private int position;
    private int limit;
    private LargeValueResolver largeValues = LargeValueResolver.NONE;

    /** An empty reader; {@link #wrap} gives it something to read. */
    public FrameReader() {}

    /** Reads a whole array that contains no reference to a large value. */
    public FrameReader(byte[] body) {
        wrap(body, 0, body.length, LargeValueResolver.NONE);
    }

    /**
     * Reads {@code length} bytes from {@code offset}. Rows decoded from here keep the array, so it
     * must not be written to afterwards if the frame holds rows; everything else is copied out.
     *
     * @param largeValues knows the values that arrived as chunks in front of this frame
     */
    public FrameReader wrap(byte[] body, int offset, int length, LargeValueResolver largeValues) {
        if (offset < 0 || length < 0 || length > body.length - offset) {
            throw new IndexOutOfBoundsException(
                    "offset " + offset + ", length " + length + " of " + body.length);
        }
        this.bytes = body;
        this.position = offset;
        this.limit = offset + length;
        this.largeValues = largeValues;
        return this;
    }

    /** Bytes not read yet. */
    public int remaining() {
        return limit - position;
    }

    /** Refuses a body with more bytes than its message has. */
    public void expectEnd(Object message) throws ProtocolException {
        if (position != limit) {
            throw new ProtocolException(remaining() + " bytes too many at the end of " + message);
        }
    }

    public int readUnsignedByte() throws ProtocolException {
        require(1);
        return bytes[position++] & 0xFF;
    }

    /** Anything but 0 and 1 is an error. */
    public boolean readBoolean() throws ProtocolException {
        int value = readUnsignedByte();
        if (value > 1) {
            throw new ProtocolException("boolean " + value + ", expected 0 or 1");
        }
        return value == 1;
    }

    public short readShort() throws ProtocolException {
        require(2);
        short value = (short) SHORT.get(bytes, position);
        position += 2;
        return value;
    }

    public int readUnsignedShort() throws ProtocolException {
        return readShort() & 0xFFFF;
    }

    public int readInt() throws ProtocolException {
        require(4);
        int value = (int) INT.get(bytes, position);
        position += 4;
        return value;
    }

    public long readLong() throws ProtocolException {
        require(8);
        long value = (long) LONG.get(bytes, position);
        position += 8;
        return value;
    }

    /**
     * An u32 that counts things of at least {@code bytesEach} bytes, all of which must still be
     * there.
     */
    public int readCount(int bytesEach) throws ProtocolException {
        int count = readInt();
        if (count < 0 || (long) count * bytesEach > remaining()) {
            throw new ProtocolException(
                    "count "
                            + Integer.toUnsignedString(count)
                            + " of things of at least "
                            + bytesEach
                            + " bytes, but only "
                            + remaining()
                            + " bytes left");
        }
        return count;
    }

    public byte[] readBytes() throws ProtocolException {
        int length = readCount(1);
        byte[] value = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return value;
    }

    public String readString() throws ProtocolException {
        int length = readCount(1);
        String value = decodeUtf8(bytes, position, length);
        position += length;
        return value;
    }

    public String readNullableString() throws ProtocolException {
        require(4);
        if ((int) INT.get(bytes, position) == -1) {
            position += 4;
            return null;
        }
        return readString();
    }

    /**
     * Reads a value with its tag: null, a java.* object, or one of this package's value records.
     */
    public Object readValue() throws ProtocolException {
        return ValueDecoder.read(this, 0);
    }

    /** Reads a SQL text: a STRING value, possibly sent in chunks. */
    public String readSql() throws ProtocolException {
        Object value = readValue();
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof LargeValue large && large.kind() == LargeKind.STRING) {
            return LargeValues.readText(large, Protocol.MAX_SQL_BYTES, "a SQL text");
        }
        throw new ProtocolException("a SQL text that is not a string");
    }

    /** Knows the large values that belong to this frame. */
    LargeValueResolver largeValues() {
        return largeValues;
    }

    byte[] array() {
        return bytes;
    }

    int position() {
        return position;
    }

    void skip(int count) throws ProtocolException {
        if (count < 0) {
            throw new ProtocolException("length " + Integer.toUnsignedString(count));
        }
        require(count);
        position += count;
    }

    /** Strict: malformed UTF-8 is an error, not a replacement character. */
    static String decodeUtf8(byte[] bytes, int offset, int length) throws ProtocolException {
        String text = new String(bytes, offset, length, UTF_8);
        // The fast decoder replaces what it cannot read; only then is the slow, strict one needed
        // to tell.
        if (text.indexOf('\uFFFD') >= 0) {
            try {
                UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
            } catch (CharacterCodingException e) {
                throw new ProtocolException("a text that is not UTF-8", e);
            }
        }
        return text;
    }

    private void require(int count) throws ProtocolException {
        if (limit - position < count) {
            throw new ProtocolException(
                    "the frame ends too early: "
                            + count
                            + " bytes expected, "
                            + remaining()
                            + " left");
        }
    }
}
