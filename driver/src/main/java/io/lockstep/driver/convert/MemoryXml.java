package io.lockstep.driver.convert;

import io.lockstep.driver.errors.Failures;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.SQLXML;
import javax.xml.transform.Result;
import javax.xml.transform.Source;
import javax.xml.transform.stream.StreamResult;
import javax.xml.transform.stream.StreamSource;

/** XML as its text. Nothing is parsed here; the sources and results are streams. */
public final class MemoryXml implements SQLXML {
    private String text; // null once freed

    public MemoryXml(String text) {
        this.text = text;
    }

    /** An empty one, to be filled. */
    public MemoryXml() {
        this("");
    }

    @Override
    public String getString() throws SQLException {
        if (text == null) {
            throw LargeObjectPositions.freed("SQLXML");
        }
        return text;
    }

    @Override
    public void setString(String value) {
        text = value;
    }

    @Override
    public InputStream getBinaryStream() throws SQLException {
        return new ByteArrayInputStream(getString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public OutputStream setBinaryStream() {
        return new ByteArrayOutputStream() {
            @Override
            public void close() {
                text = toString(StandardCharsets.UTF_8);
            }
        };
    }

    @Override
    public Reader getCharacterStream() throws SQLException {
        return new StringReader(getString());
    }

    @Override
    public Writer setCharacterStream() {
        return new StringWriter() {
            @Override
            public void close() {
                text = toString();
            }
        };
    }

    @Override
    public <T extends Source> T getSource(Class<T> sourceClass) throws SQLException {
        if (sourceClass == null) {
            @SuppressWarnings("unchecked") // JDBC leaves the type to the driver then
            T source = (T) new StreamSource(getCharacterStream());
            return source;
        }
        if (sourceClass == StreamSource.class) {
            return sourceClass.cast(new StreamSource(getCharacterStream()));
        }
        throw Failures.unsupported(
                "XML as " + sourceClass.getSimpleName() + "; StreamSource and getString work");
    }

    @Override
    public <T extends Result> T setResult(Class<T> resultClass) throws SQLException {
        if (resultClass == StreamResult.class) {
            return resultClass.cast(new StreamResult(setCharacterStream()));
        }
        throw Failures.unsupported(
                "XML from a result other than StreamResult; StreamResult and setString work");
    }

    @Override
    public void free() {
        text = null;
    }
}
