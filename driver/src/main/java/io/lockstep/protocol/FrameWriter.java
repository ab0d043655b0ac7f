package io.lockstep.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Collects frames in one byte array, to be sent with a single write and then used again.
 *
 * <pre>
 * begin(tag) write... end()   begin(tag) write... end()   -> writeTo(socket), clear()
 * </pre>
 *
 * All numbers are big-endian. Used by one thread at a time.
 */
public final class FrameWriter {
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final int INITIAL_BYTES = 1 << 10;
    private static final int RETAINED_BYTES = 64 << 10;
    private static final int RETAINED_BYTES_MAX = 512 << 10;
    private static final int MAX_BUFFER_BYTES = 4 << 20;
    private static final int SHORT_STRING_CHARS = 256;
    private static final int NO_FRAME = -1;

    private final int capacityMax;
    private byte[] bytes = new byte[INITIAL_BYTES];
    private int size;
    private int frameStart = NO_FRAME;
    private long largeBytes;

    /** A writer that holds up to 4 MiB of frames. */
    public FrameWriter() {
        this(MAX_BUFFER_BYTES);
    }

    FrameWriter(int capacityMax) {
        this.capacityMax = capacityMax;
    }

    /** Begins a frame. The one before must have been ended. */
    public void begin(RequestTag tag) {
        begin(tag.code());
    }

    /** Begins a frame. The one before must have been ended. */
    public void begin(ResponseTag tag) {
        begin(tag.code());
    }

    /** Begins what goes into a file and not to the other end, in the same coding. */
    public void beginRecord() {
        begin(0);
    }

    private void begin(int tag) {
        if (frameStart != NO_FRAME) {
            throw new IllegalStateException("the frame before has not been ended");
        }
        frameStart = size;
        largeBytes = 0;
        writeByte(tag);
        writeInt(0);
    }

    /**
     * Ends the frame: fills in its length.
     *
     * @throws FrameOverflowException if it is larger than {@link Protocol#MAX_FRAME_BYTES}; it has
     *     then been dropped
     */
    public void end() {
        int body = bodyBytes();
        if (body > Protocol.MAX_FRAME_BYTES) {
            abandon();
            throw new FrameOverflowException(
                    "a message of " + body + " bytes; the most is " + Protocol.MAX_FRAME_BYTES);
        }
        INT.set(bytes, frameStart + 1, body);
        frameStart = NO_FRAME;
    }

    /** Drops the frame being written, if there is one; those ended before stay. */
    public void abandon() {
        if (frameStart != NO_FRAME) {
            size = frameStart;
            frameStart = NO_FRAME;
        }
    }

    /** True between {@link #begin(RequestTag) begin} and {@link #end}. */
    public boolean inFrame() {
        return frameStart != NO_FRAME;
    }

    /** Bytes written so far into the body of the frame being written. */
    public int bodyBytes() {
        if (frameStart == NO_FRAME) {
            throw new IllegalStateException("no frame has been begun");
        }
        return size - frameStart - Protocol.HEADER_BYTES;
    }

    /**
     * Bytes of the frames that were ended, from index 0 of {@link #array}; the one being written is
     * behind them.
     */
    public int endedBytes() {
        return frameStart == NO_FRAME ? size : frameStart;
    }

    /** Bytes collected, from index 0 of {@link #array}. */
    public int size() {
        return size;
    }

    /** The bytes themselves, not a copy; valid until the next write or {@link #clear}. */
    public byte[] array() {
        return bytes;
    }

    /** A copy of what was collected. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Writes everything collected; does not clear. All frames must have been ended. */
    public void writeTo(OutputStream out) throws IOException {
        if (inFrame()) {
            throw new IllegalStateException("the last frame has not been ended");
        }
        out.write(bytes, 0, size);
    }

    /**
     * Forgets everything. Memory is given back unless as much may be needed again at once, as when
     * rows are streamed: what was just written filled a good part of it.
     */
    public void clear() {
        boolean unused = bytes.length > RETAINED_BYTES && size < bytes.length / 4;
        if (unused || bytes.length > RETAINED_BYTES_MAX) {
            bytes = new byte[INITIAL_BYTES];
        }
        size = 0;
        frameStart = NO_FRAME;
    }

    public void writeByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    public void writeBoolean(boolean value) {
        writeByte(value ? 1 : 0);
    }

    public void writeShort(int value) {
        ensure(2);
        SHORT.set(bytes, size, (short) value);
        size += 2;
    }

    public void writeInt(int value) {
        ensure(4);
        INT.set(bytes, size, value);
        size += 4;
    }

    public void writeLong(long value) {
        ensure(8);
        LONG.set(bytes, size, value);
        size += 8;
    }

    /** Length u32 and the bytes. */
    public void writeBytes(byte[] value) {
        writeBytes(value, 0, value.length);
    }

    /** Length u32 and the bytes. */
    public void writeBytes(byte[] value, int offset, int length) {
        ensure(4 + length);
        INT.set(bytes, size, length);
        System.arraycopy(value, offset, bytes, size + 4, length);
        size += 4 + length;
    }

    /** The bytes without a length. */
    public void writeRaw(byte[] value, int offset, int length) {
        ensure(length);
        System.arraycopy(value, offset, bytes, size, length);
        size += length;
    }

    /**
     * Length u32 and UTF-8. Unpaired surrogates become question marks, as in every other encoder of
     * the JDK.
     */
    public void writeString(String value) {
        int chars = value.length();
        if (chars <= SHORT_STRING_CHARS && writeAscii(value, chars)) {
            return;
        }
        writeBytes(value.getBytes(UTF_8));
    }

    /** As {@link #writeString}, with length 0xFFFFFFFF for null. */
    public void writeNullableString(String value) {
        if (value == null) {
            writeInt(-1);
        } else {
            writeString(value);
        }
    }

    /**
     * Encodes in place: most texts are short and ASCII, and this saves them an intermediate array.
     */
    private boolean writeAscii(String value, int chars) {
        ensure(4 + chars);
        byte[] target = bytes;
        int at = size + 4;
        for (int i = 0; i < chars; i++) {
            char c = value.charAt(i);
            if (c >= 0x80) {
                return false;
            }
            target[at + i] = (byte) c;
        }
        INT.set(target, size, chars);
        size = at + chars;
        return true;
    }

    /** Bytes sent ahead as chunks for the frame being written. */
    long largeBytes() {
        return largeBytes;
    }

    void addLargeBytes(long count) {
        largeBytes += count;
    }

    /** Takes back what was written of the frame's body from this size on. */
    void truncate(int newSize) {
        size = newSize;
    }

    /** Puts an int over bytes already written; used for counts that are known only at the end. */
    void patchInt(int index, int value) {
        INT.set(bytes, index, value);
    }

    void patchByte(int index, int value) {
        bytes[index] = (byte) value;
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            grow(more);
        }
    }

    private void grow(int more) {
        long needed = (long) size + more;
        if (needed > capacityMax) {
            throw new FrameOverflowException(
                    "messages of "
                            + needed
                            + " bytes waiting to be sent; the most is "
                            + capacityMax);
        }
        long doubled = Math.max(needed, 2L * bytes.length);
        bytes = Arrays.copyOf(bytes, (int) Math.min(doubled, capacityMax));
    }
}
