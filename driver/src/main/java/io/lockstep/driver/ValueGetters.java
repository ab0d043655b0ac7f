package io.lockstep.driver;

import io.lockstep.driver.convert.NumberConversion;
import io.lockstep.driver.convert.ObjectConversion;
import io.lockstep.driver.convert.TemporalConversion;
import io.lockstep.driver.errors.Failures;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;

/**
 * The getters that ResultSet and CallableStatement share, over values by index from 1.
 *
 * <p>Every getter first asks {@link #value} for the travelled value; null becomes null, 0 or false
 * and is what {@link #wasNull} tells afterwards.
 */
abstract class ValueGetters {
    /** Whether the value got last was SQL NULL. */
    private boolean lastWasNull;

    /** The value at an index from 1. Fails if there is none, or nothing is open to read from. */
    abstract Object value(int index) throws SQLException;

    /** The java.sql.Types constant that decides what getObject returns. */
    abstract int jdbcType(int index) throws SQLException;

    /** The index of a name. */
    public abstract int findColumn(String name) throws SQLException;

    private Object read(int index) throws SQLException {
        Object value = value(index);
        lastWasNull = value == null;
        return value;
    }

    public boolean wasNull() throws SQLException {
        return lastWasNull;
    }

    public String getString(int index) throws SQLException {
        Object value = read(index);
        return value instanceof String text ? text : ObjectConversion.toText(value);
    }

    public boolean getBoolean(int index) throws SQLException {
        Object value = read(index);
        return value != null && NumberConversion.toBoolean(value);
    }

    public byte getByte(int index) throws SQLException {
        Object value = read(index);
        return value == null ? 0 : NumberConversion.toByte(value);
    }

    public short getShort(int index) throws SQLException {
        Object value = read(index);
        return value == null ? 0 : NumberConversion.toShort(value);
    }

    public int getInt(int index) throws SQLException {
        Object value = read(index);
        return value == null ? 0 : NumberConversion.toInt(value);
    }

    public long getLong(int index) throws SQLException {
        Object value = read(index);
        return value == null ? 0 : NumberConversion.toLong(value);
    }

    public float getFloat(int index) throws SQLException {
        Object value = read(index);
        return value == null ? 0 : NumberConversion.toFloat(value);
    }

    public double getDouble(int index) throws SQLException {
        Object value = read(index);
        return value == null ? 0 : NumberConversion.toDouble(value);
    }

    public BigDecimal getBigDecimal(int index) throws SQLException {
        return getObject(index, BigDecimal.class);
    }

    /** Rounds half up to the scale, as the method did before it was deprecated. */
    @Deprecated
    public BigDecimal getBigDecimal(int index, int scale) throws SQLException {
        BigDecimal number = getBigDecimal(index);
        return number == null ? null : number.setScale(scale, RoundingMode.HALF_UP);
    }

    public byte[] getBytes(int index) throws SQLException {
        return ObjectConversion.toBytes(read(index));
    }

    public Date getDate(int index) throws SQLException {
        return getDate(index, null);
    }

    public Date getDate(int index, Calendar calendar) throws SQLException {
        Object value = read(index);
        return value == null ? null : TemporalConversion.toDate(value, calendar);
    }

    public Time getTime(int index) throws SQLException {
        return getTime(index, null);
    }

    public Time getTime(int index, Calendar calendar) throws SQLException {
        Object value = read(index);
        return value == null ? null : TemporalConversion.toTime(value, calendar);
    }

    public Timestamp getTimestamp(int index) throws SQLException {
        return getTimestamp(index, null);
    }

    public Timestamp getTimestamp(int index, Calendar calendar) throws SQLException {
        Object value = read(index);
        return value == null ? null : TemporalConversion.toTimestamp(value, calendar);
    }

    public InputStream getAsciiStream(int index) throws SQLException {
        String text = getString(index);
        return text == null
                ? null
                : new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** UTF-16, most significant byte first, as the method did before it was deprecated. */
    @Deprecated
    public InputStream getUnicodeStream(int index) throws SQLException {
        String text = getString(index);
        return text == null
                ? null
                : new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_16BE));
    }

    public InputStream getBinaryStream(int index) throws SQLException {
        byte[] bytes = getBytes(index);
        return bytes == null ? null : new ByteArrayInputStream(bytes);
    }

    public Reader getCharacterStream(int index) throws SQLException {
        String text = getString(index);
        return text == null ? null : new StringReader(text);
    }

    public Reader getNCharacterStream(int index) throws SQLException {
        return getCharacterStream(index);
    }

    public String getNString(int index) throws SQLException {
        return getString(index);
    }

    public Object getObject(int index) throws SQLException {
        Object value = read(index);
        return ObjectConversion.toDefault(value, jdbcType(index));
    }

    public Object getObject(int index, Map<String, Class<?>> map) throws SQLException {
        if (map != null && !map.isEmpty()) {
            throw Failures.unsupported("A type map for getObject");
        }
        return getObject(index);
    }

    public <T> T getObject(int index, Class<T> type) throws SQLException {
        if (type == null) {
            throw Failures.invalidArgument("getObject without a class");
        }
        return ObjectConversion.to(type, read(index));
    }

    public Blob getBlob(int index) throws SQLException {
        return ObjectConversion.toBlob(read(index));
    }

    public Clob getClob(int index) throws SQLException {
        return ObjectConversion.toClob(read(index));
    }

    public NClob getNClob(int index) throws SQLException {
        return ObjectConversion.toClob(read(index));
    }

    public SQLXML getSQLXML(int index) throws SQLException {
        return ObjectConversion.toXml(read(index));
    }

    public Array getArray(int index) throws SQLException {
        return ObjectConversion.toArray(read(index));
    }

    public Ref getRef(int index) throws SQLException {
        throw Failures.unsupported("SQL REF");
    }

    public RowId getRowId(int index) throws SQLException {
        throw Failures.unsupported("ROWID");
    }

    public URL getURL(int index) throws SQLException {
        String text = getString(index);
        try {
            return text == null ? null : URI.create(text).toURL();
        } catch (MalformedURLException | IllegalArgumentException e) {
            throw Failures.invalidArgument("The text of column " + index + " is not a URL", e);
        }
    }

    public String getString(String name) throws SQLException {
        return getString(findColumn(name));
    }

    public boolean getBoolean(String name) throws SQLException {
        return getBoolean(findColumn(name));
    }

    public byte getByte(String name) throws SQLException {
        return getByte(findColumn(name));
    }

    public short getShort(String name) throws SQLException {
        return getShort(findColumn(name));
    }

    public int getInt(String name) throws SQLException {
        return getInt(findColumn(name));
    }

    public long getLong(String name) throws SQLException {
        return getLong(findColumn(name));
    }

    public float getFloat(String name) throws SQLException {
        return getFloat(findColumn(name));
    }

    public double getDouble(String name) throws SQLException {
        return getDouble(findColumn(name));
    }

    @Deprecated
    public BigDecimal getBigDecimal(String name, int scale) throws SQLException {
        return getBigDecimal(findColumn(name), scale);
    }

    public byte[] getBytes(String name) throws SQLException {
        return getBytes(findColumn(name));
    }

    public Date getDate(String name) throws SQLException {
        return getDate(findColumn(name));
    }

    public Time getTime(String name) throws SQLException {
        return getTime(findColumn(name));
    }

    public Timestamp getTimestamp(String name) throws SQLException {
        return getTimestamp(findColumn(name));
    }

    public InputStream getAsciiStream(String name) throws SQLException {
        return getAsciiStream(findColumn(name));
    }

    @Deprecated
    public InputStream getUnicodeStream(String name) throws SQLException {
        return getUnicodeStream(findColumn(name));
    }

    public InputStream getBinaryStream(String name) throws SQLException {
        return getBinaryStream(findColumn(name));
    }

    public Object getObject(String name) throws SQLException {
        return getObject(findColumn(name));
    }

    public Reader getCharacterStream(String name) throws SQLException {
        return getCharacterStream(findColumn(name));
    }

    public BigDecimal getBigDecimal(String name) throws SQLException {
        return getBigDecimal(findColumn(name));
    }

    public Object getObject(String name, Map<String, Class<?>> map) throws SQLException {
        return getObject(findColumn(name), map);
    }

    public Ref getRef(String name) throws SQLException {
        return getRef(findColumn(name));
    }

    public Blob getBlob(String name) throws SQLException {
        return getBlob(findColumn(name));
    }

    public Clob getClob(String name) throws SQLException {
        return getClob(findColumn(name));
    }

    public Array getArray(String name) throws SQLException {
        return getArray(findColumn(name));
    }

    public Date getDate(String name, Calendar calendar) throws SQLException {
        return getDate(findColumn(name), calendar);
    }

    public Time getTime(String name, Calendar calendar) throws SQLException {
        return getTime(findColumn(name), calendar);
    }

    public Timestamp getTimestamp(String name, Calendar calendar) throws SQLException {
        return getTimestamp(findColumn(name), calendar);
    }

    public URL getURL(String name) throws SQLException {
        return getURL(findColumn(name));
    }

    public RowId getRowId(String name) throws SQLException {
        return getRowId(findColumn(name));
    }

    public NClob getNClob(String name) throws SQLException {
        return getNClob(findColumn(name));
    }

    public SQLXML getSQLXML(String name) throws SQLException {
        return getSQLXML(findColumn(name));
    }

    public String getNString(String name) throws SQLException {
        return getNString(findColumn(name));
    }

    public Reader getNCharacterStream(String name) throws SQLException {
        return getNCharacterStream(findColumn(name));
    }

    public <T> T getObject(String name, Class<T> type) throws SQLException {
        return getObject(findColumn(name), type);
    }
}
