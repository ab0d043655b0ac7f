package io.lockstep.controller.frontend;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A temporary file that large values are appended to and read from. Written by one thread, read by
 * any.
 */
final class SpillFile {
    private static final Logger log = LoggerFactory.getLogger(SpillFile.class);
    private static final String PREFIX = "value-";
    private static final String SUFFIX = ".tmp";

    private final Path path;
    private final RandomAccessFile file;
    private long size;

    /** Bytes from {@code start} up to but not including {@code end}. */
    record Extent(long start, long end) {}

    private SpillFile(Path path) throws IOException {
        this.path = path;
        this.file = new RandomAccessFile(path.toFile(), "rw");
    }

    static SpillFile create(Path directory) throws IOException {
        return new SpillFile(Files.createTempFile(directory, PREFIX, SUFFIX));
    }

    /** Creates the directory, or deletes what a killed controller left in it. */
    static void prepare(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (DirectoryStream<Path> leftovers =
                Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
            for (Path leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        }
    }

    Extent append(byte[] bytes) throws IOException {
        file.seek(size);
        file.write(bytes);
        Extent extent = new Extent(size, size + bytes.length);
        size = extent.end();
        return extent;
    }

    /** Reads extents one after the other, through a file handle of its own. */
    InputStream read(List<Extent> extents) throws IOException {
        // Not a FileChannel: interrupting one reader would close it, and JDBC drivers do interrupt.
        return new ExtentStream(new RandomAccessFile(path.toFile(), "r"), extents.iterator());
    }

    /** Closes and deletes; readers that are still open see the content until they close. */
    void delete() {
        try (file) {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.warn(
                    "Temporary file {} could not be deleted; the next start will try again",
                    path,
                    e);
        }
    }

    private static final class ExtentStream extends InputStream {
        private final RandomAccessFile file;
        private final Iterator<Extent> extents;
        private long left;

        ExtentStream(RandomAccessFile file, Iterator<Extent> extents) {
            this.file = file;
            this.extents = extents;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            if (length == 0) {
                return 0;
            }
            while (left == 0) {
                if (!extents.hasNext()) {
                    return -1;
                }
                Extent extent = extents.next();
                file.seek(extent.start());
                left = extent.end() - extent.start();
            }
            int count = file.read(target, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new IOException("a temporary file is shorter than what was written to it");
            }
            left -= count;
            return count;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
