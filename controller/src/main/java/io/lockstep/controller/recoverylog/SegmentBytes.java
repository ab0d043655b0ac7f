package io.lockstep.controller.recoverylog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads a segment file piece by piece through a bounded window. What the file is shorter than asked
 * for reads as zero. For one thread.
 */
final class SegmentBytes implements Closeable {
    private static final int WINDOW_BYTES = 1 << 18;

    private final String name;
    private final LogFile file;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowOffset;
    private int windowBytes;

    SegmentBytes(String name, LogFile file) {
        this.name = name;
        this.file = file;
    }

    static SegmentBytes open(LogDirectory directory, String name) throws IOException {
        return new SegmentBytes(name, directory.openToRead(name));
    }

    String name() {
        return name;
    }

    long fileBytes() throws IOException {
        return file.size();
    }

    /** These bytes, from position 0 on; valid until the next call. */
    ByteBuffer at(long offset, int length) throws IOException {
        if (offset < windowOffset || offset + length > windowOffset + windowBytes) {
            load(offset, length);
        }
        return window.slice((int) (offset - windowOffset), length);
    }

    /** What was read before may have been written since. */
    void forget() {
        windowBytes = 0;
    }

    private void load(long offset, int length) throws IOException {
        long useful = Math.min(WINDOW_BYTES, file.size() - offset);
        if (Math.max(length, useful) > window.capacity()) {
            window = ByteBuffer.allocate((int) Math.max(length, useful));
        }
        windowBytes = 0; // should reading fail half-way
        window.clear();
        int count = file.read(offset, window);
        while (window.hasRemaining()) {
            window.put((byte) 0);
        }
        windowOffset = offset;
        windowBytes = Math.max(count, length);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
