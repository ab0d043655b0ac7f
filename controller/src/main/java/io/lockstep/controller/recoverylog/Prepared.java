package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A segment file that exists in its full size, durably, all zero: using it changes no metadata of
 * the file system, which makes a force cheap and leaves nothing that could fail for want of space.
 */
record Prepared(long number, long bytes, LogFile file) {
    private static final int PIECE_BYTES = 1 << 20;
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(PIECE_BYTES).asReadOnlyBuffer();

    /** Creates one. Whatever has its name is deleted first. */
    static Prepared create(LogDirectory directory, long number, long bytes) throws IOException {
        String name = SegmentHeader.fileName(number);
        if (directory.list().contains(name)) {
            directory.delete(name); // of an attempt that failed
        }
        LogFile file = directory.create(name);
        try {
            zero(file, 0, bytes);
        } catch (IOException | RuntimeException | Error e) {
            try (file) {
                directory.delete(name);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        return new Prepared(number, bytes, file);
    }

    /** Writes zeros and forces them piece by piece, so that nobody else's force waits for all. */
    static void zero(LogFile file, long from, long to) throws IOException {
        for (long offset = from; offset < to; offset += PIECE_BYTES) {
            file.write(offset, ZEROS.slice(0, (int) Math.min(PIECE_BYTES, to - offset)));
            file.force();
        }
    }

    String fileName() {
        return SegmentHeader.fileName(number);
    }

    /** Bytes that records may take. */
    long capacity() {
        return bytes - SegmentHeader.BYTES;
    }
}
