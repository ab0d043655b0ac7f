package io.lockstep.protocol;

import java.io.IOException;

/** Sends VALUE_CHUNK frames ahead of the frame being written. */
@FunctionalInterface
public interface ChunkSink {
    /** For frames that must do without large values, such as those of the handshake. */
    ChunkSink NONE =
            (valueId, last, bytes, offset, length) -> {
                throw new FrameOverflowException("a value too large for this message");
            };

    /**
     * Sends one chunk right in front of the frame being written. An implementation that has frames
     * in its writer that were ended before ({@link FrameWriter#endedBytes}) sends those first:
     * chunks stand next to the frame that refers to them.
     *
     * @param bytes the writer does not change them after this call, so the sink may keep them for a
     *     while
     */
    void chunk(int valueId, boolean last, byte[] bytes, int offset, int length) throws IOException;
}
