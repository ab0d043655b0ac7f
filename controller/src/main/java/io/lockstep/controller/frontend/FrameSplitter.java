package io.lockstep.controller.frontend;

import io.lockstep.protocol.FrameReader;
import io.lockstep.protocol.LargeValueResolver;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;

/**
 * Cuts the stream of bytes into frames. What has arrived but was not asked for yet is the session's
 * queue of requests: kept as bytes, it is small, in order, and easily bounded by not reading on.
 */
final class FrameSplitter {
    private static final int INITIAL_BYTES = 4 << 10;
    private static final int RETAINED_BYTES = 64 << 10;
    private static final int RETAINED_BYTES_MAX = 512 << 10;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int start;
    private int end;
    private int tag;
    private int bodyStart;
    private int bodyLength;

    /** Longest frame since the last {@link #trim}. */
    private int longest;

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
        byte[] target = bytes;
        if (kept + count > bytes.length) {
            target = new byte[Math.max(kept + count, 2 * bytes.length)];
        }
        System.arraycopy(bytes, start, target, 0, kept);
        bytes = target;
        start = 0;
        end = kept;
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
        longest = Math.max(longest, length);
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

    /**
     * Gives memory back when nothing is waiting, unless frames as long as the last ones may follow:
     * a session that is idle for long should be small.
     *
     * @param reader read frames from here; it is made to let go of them
     */
    void trim(FrameReader reader) {
        boolean unused = bytes.length > RETAINED_BYTES && longest < bytes.length / 4;
        if (start == end && (unused || bytes.length > RETAINED_BYTES_MAX)) {
            clear();
            reader.wrap(bytes, 0, 0, LargeValueResolver.NONE);
        }
        longest = 0;
    }

    /** Forgets everything. */
    void clear() {
        start = 0;
        end = 0;
        bytes = new byte[INITIAL_BYTES];
    }
}
