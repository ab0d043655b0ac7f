package io.lockstep.controller.frontend;

import io.lockstep.protocol.FrameReader;
import io.lockstep.protocol.LargeValueResolver;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Cuts the stream of bytes into frames. What has arrived but was not asked for yet is the session's
 * queue of requests: kept as bytes, it is small, in order, and easily bounded by not reading on.
 */
final class FrameSplitter {
    private static final int INITIAL_BYTES = 4 << 10;
    private static final int RETAINED_BYTES = 64 << 10;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int start;
    private int end;
    private int tag;
    private int bodyStart;
    private int bodyLength;

    /** Takes over all readable bytes; the buffer stays the caller's. */
    void add(ByteBuf more) {
        int count = more.readableBytes();
        if (bytes.length - end < count) {
            makeRoom(count);
        }
        more.readBytes(bytes, end, count);
        end += count;
    }

    private void makeRoom(int count) {
        int kept = end - start;
        int needed = kept + count;
        int capacity = bytes.length;
        if (needed > capacity) {
            capacity = Math.max(needed, 2 * capacity);
        } else if (capacity > RETAINED_BYTES && needed <= RETAINED_BYTES) {
            capacity = Math.max(INITIAL_BYTES, needed);
        }
        bytes =
                capacity == bytes.length
                        ? shifted(kept)
                        : Arrays.copyOf(Arrays.copyOfRange(bytes, start, end), capacity);
        start = 0;
        end = kept;
    }

    private byte[] shifted(int kept) {
        System.arraycopy(bytes, start, bytes, 0, kept);
        return bytes;
    }

    /**
     * Moves to the next frame; false if it has not arrived completely.
     *
     * @throws ProtocolException as soon as its header says that it is too long
     */
    boolean next() throws ProtocolException {
        if (end - start < Protocol.HEADER_BYTES) {
            return false;
        }
        int length =
                ((bytes[start + 1] & 0xFF) << 24)
                        | ((bytes[start + 2] & 0xFF) << 16)
                        | ((bytes[start + 3] & 0xFF) << 8)
                        | (bytes[start + 4] & 0xFF);
        if (length < 0 || length > Protocol.MAX_FRAME_BYTES) {
            throw new ProtocolException(
                    "a frame of %s bytes with tag 0x%02X; the most is %d"
                            .formatted(
                                    Integer.toUnsignedString(length),
                                    bytes[start] & 0xFF,
                                    Protocol.MAX_FRAME_BYTES));
        }
        if (end - start - Protocol.HEADER_BYTES < length) {
            return false;
        }
        tag = bytes[start] & 0xFF;
        bodyStart = start + Protocol.HEADER_BYTES;
        bodyLength = length;
        start = bodyStart + length;
        if (start == end) {
            start = 0;
            end = 0;
        }
        return true;
    }

    /** Tag of the frame {@link #next} moved to. */
    int tag() {
        return tag;
    }

    /** Reads the body of the frame {@link #next} moved to; to be done before anything is added. */
    FrameReader read(FrameReader reader, LargeValueResolver largeValues) {
        return reader.wrap(bytes, bodyStart, bodyLength, largeValues);
    }

    /** Bytes that have arrived and are not part of a frame moved to. */
    int waitingBytes() {
        return end - start;
    }

    /** Forgets everything. */
    void clear() {
        start = 0;
        end = 0;
        bytes = new byte[INITIAL_BYTES];
    }
}
