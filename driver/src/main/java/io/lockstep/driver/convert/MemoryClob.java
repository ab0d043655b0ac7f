package io.lockstep.driver.convert;

import static io.lockstep.driver.convert.LargeObjectPositions.checkLength;
import static io.lockstep.driver.convert.LargeObjectPositions.checkPosition;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.Clob;
import java.sql.NClob;
import java.sql.SQLException;

/**
 * A Clob whose text is in memory. Changes stay in it; they reach a database only as a parameter.
 */
public final class MemoryClob implements NClob {
    private StringBuilder content; // null once freed

    public MemoryClob(String content) {
        this.content = new StringBuilder(content);
    }

    /** An empty one, to be filled. */
    public MemoryClob() {
        this("");
    }

    private StringBuilder content() throws SQLException {
        if (content == null) {
            throw LargeObjectPositions.freed("Clob");
        }
        return content;
    }

    /** All of it. */
    public String text() throws SQLException {
        return content().toString();
    }

    @Override
    public long length() throws SQLException {
        return content().length();
    }

    @Override
    public String getSubString(long position, int length) throws SQLException {
        checkLength(length);
        int from = checkPosition(position, content().length());
        return content.substring(from, from + Math.min(length, content.length() - from));
    }

    @Override
    public Reader getCharacterStream() throws SQLException {
        return new StringReader(text());
    }

    @Override
    public Reader getCharacterStream(long position, long length) throws SQLException {
        return new StringReader(getSubString(position, (int) Math.min(length, Integer.MAX_VALUE)));
    }

    @Override
    public InputStream getAsciiStream() throws SQLException {
        return new ByteArrayInputStream(text().getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public long position(String pattern, long start) throws SQLException {
        int found = content().indexOf(pattern, checkPosition(start, content.length()));
        return found < 0 ? -1 : found + 1L;
    }

    @Override
    public long position(Clob pattern, long start) throws SQLException {
        return position(pattern.getSubString(1, Math.toIntExact(pattern.length())), start);
    }

    @Override
    public int setString(long position, String text) throws SQLException {
        int from = checkPosition(position, content().length());
        content.replace(from, Math.min(content.length(), from + text.length()), text);
        return text.length();
    }

    @Override
    public int setString(long position, String text, int offset, int length) throws SQLException {
        return setString(position, text.substring(offset, offset + length));
    }

    @Override
    public Writer setCharacterStream(long position) throws SQLException {
        int from = checkPosition(position, content().length());
        return new StringWriter() {
            @Override
            public void close() {
                replaceFrom(from, toString());
            }
        };
    }

    @Override
    public OutputStream setAsciiStream(long position) throws SQLException {
        int from = checkPosition(position, content().length());
        return new ByteArrayOutputStream() {
            @Override
            public void close() {
                replaceFrom(from, toString(StandardCharsets.US_ASCII));
            }
        };
    }

    private void replaceFrom(int from, String text) {
        content.replace(from, Math.min(content.length(), from + text.length()), text);
    }

    @Override
    public void truncate(long length) throws SQLException {
        content.setLength(checkPosition(length + 1, content().length()));
    }

    @Override
    public void free() {
        content = null;
    }
}
