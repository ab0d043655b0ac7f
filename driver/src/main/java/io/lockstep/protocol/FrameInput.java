package io.lockstep.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads frames from a blocking stream: what the driver, and tests, use on their end of the
 * connection.
 *
 * <p>Each body gets an array of its own, so rows may keep it. Used by one thread at a time.
 */
public final class FrameInput {
    private static final int BUFFER_BYTES = 16 << 10;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private int tag;

    /**
     * @param in read in large pieces; needs no buffering of its own
     */
    public FrameInput(InputStream in) {
        this.in = in;
    }

    /**
     * Waits for the next frame and returns its body.
     *
     * @throws EOFException if the stream ended
     * @throws ProtocolException if the frame is longer than {@link Protocol#MAX_FRAME_BYTES}
     */
    public byte[] next() throws IOException {
        while (limit - position < Protocol.HEADER_BYTES) {
            fill();
        }
        FrameReader header =
                new FrameReader()
                        .wrap(buffer, position, Protocol.HEADER_BYTES, LargeValueResolver.NONE);
        tag = header.readUnsignedByte();
        int length = header.readInt();
        if (length < 0 || length > Protocol.MAX_FRAME_BYTES) {
            throw new ProtocolException(
                    "a frame of "
                            + Integer.toUnsignedString(length)
                            + " bytes with tag 0x"
                            + Integer.toHexString(tag));
        }
        position += Protocol.HEADER_BYTES;
        byte[] body = new byte[length];
        int buffered = Math.min(length, limit - position);
        System.arraycopy(buffer, position, body, 0, buffered);
        position += buffered;
        if (in.readNBytes(body, buffered, length - buffered) < length - buffered) {
            throw new EOFException("the connection ended within a frame");
        }
        return body;
    }

    /** The tag of the frame {@link #next} returned last. */
    public int tag() {
        return tag;
    }

    private void fill() throws IOException {
        if (position > 0) {
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            limit -= position;
            position = 0;
        }
        int count = in.read(buffer, limit, buffer.length - limit);
        if (count < 0) {
            throw new EOFException("the other end closed the connection");
        }
        limit += count;
    }
}
