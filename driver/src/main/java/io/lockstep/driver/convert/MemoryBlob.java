package io.lockstep.driver.convert;

import static io.lockstep.driver.convert.LargeObjectPositions.checkLength;
import static io.lockstep.driver.convert.LargeObjectPositions.checkPosition;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Blob;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * A Blob whose bytes are in memory. Changes stay in it; they reach a database only as a parameter.
 */
public final class MemoryBlob implements Blob {
    private byte[] content; // null once freed

    /** Keeps the array, does not copy it. */
    public MemoryBlob(byte[] content) {
        this.content = content;
    }

    /** An empty one, to be filled. */
    public MemoryBlob() {
        this(new byte[0]);
    }

    private byte[] content() throws SQLException {
        if (content == null) {
            throw LargeObjectPositions.freed("Blob");
        }
        return content;
    }

    @Override
    public long length() throws SQLException {
        return content().length;
    }

    @Override
    public byte[] getBytes(long position, int length) throws SQLException {
        checkLength(length);
        int from = checkPosition(position, content().length);
        return Arrays.copyOfRange(content, from, from + Math.min(length, content.length - from));
    }

    @Override
    public InputStream getBinaryStream() throws SQLException {
        return new ByteArrayInputStream(content());
    }

    @Override
    public InputStream getBinaryStream(long position, long length) throws SQLException {
        checkLength(length);
        int from = checkPosition(position, content().length);
        return new ByteArrayInputStream(
                content, from, (int) Math.min(length, content.length - from));
    }

    @Override
    public long position(byte[] pattern, long start) throws SQLException {
        for (int at = checkPosition(start, content().length);
                at <= content.length - pattern.length;
                at++) {
            if (Arrays.equals(content, at, at + pattern.length, pattern, 0, pattern.length)) {
                return at + 1L;
            }
        }
        return -1;
    }

    @Override
    public long position(Blob pattern, long start) throws SQLException {
        return position(pattern.getBytes(1, Math.toIntExact(pattern.length())), start);
    }

    @Override
    public int setBytes(long position, byte[] bytes) throws SQLException {
        return setBytes(position, bytes, 0, bytes.length);
    }

    @Override
    public int setBytes(long position, byte[] bytes, int offset, int length) throws SQLException {
        int from = checkPosition(position, content().length);
        if (from + length > content.length) {
            content = Arrays.copyOf(content, from + length);
        }
        System.arraycopy(bytes, offset, content, from, length);
        return length;
    }

    @Override
    public OutputStream setBinaryStream(long position) throws SQLException {
        int from = checkPosition(position, content().length);
        return new ByteArrayOutputStream() {
            @Override
            public void close() {
                byte[] grown = Arrays.copyOf(content, Math.max(content.length, from + size()));
                System.arraycopy(buf, 0, grown, from, size());
                content = grown;
            }
        };
    }

    @Override
    public void truncate(long length) throws SQLException {
        content = Arrays.copyOf(content(), checkPosition(length + 1, content.length));
    }

    @Override
    public void free() {
        content = null;
    }
}
