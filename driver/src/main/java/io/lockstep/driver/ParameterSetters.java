package io.lockstep.driver;

import io.lockstep.driver.convert.ParameterConversion;
import io.lockstep.driver.convert.TemporalConversion;
import io.lockstep.driver.errors.Failures;
import io.lockstep.protocol.TypedNull;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.Calendar;

/**
 * The setters of a PreparedStatement: each makes a value that travels of its argument, null a NULL
 * of the setter's type.
 *
 * <p>Streams are read when they are set. Arrays are not copied: they must not change before the
 * execution.
 */
abstract class ParameterSetters extends JdbcStatement implements PreparedStatement {
    /** setObject without a scale leaves a number's digits alone. */
    private static final int SCALE_AS_IS = -1;

    private final Parameters parameters = new Parameters();

    ParameterSetters(JdbcConnection connection, int holdability) {
        super(connection, holdability);
    }

    final Parameters parameters() {
        return parameters;
    }

    private void set(int index, Object value) throws SQLException {
        requireOpen();
        parameters.set(index, value);
    }

    /** A value, or a NULL that says what type it would be. */
    private void set(int index, Object value, int jdbcType) throws SQLException {
        set(index, value == null ? new TypedNull(jdbcType) : value);
    }

    @Override
    public void clearParameters() throws SQLException {
        requireOpen();
        parameters.clear();
    }

    @Override
    public void setNull(int index, int jdbcType) throws SQLException {
        set(index, jdbcType == Types.NULL ? null : new TypedNull(jdbcType));
    }

    @Override
    public void setNull(int index, int jdbcType, String typeName) throws SQLException {
        setNull(index, jdbcType);
    }

    @Override
    public void setBoolean(int index, boolean value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setByte(int index, byte value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setShort(int index, short value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setInt(int index, int value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setLong(int index, long value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setFloat(int index, float value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setDouble(int index, double value) throws SQLException {
        set(index, value);
    }

    @Override
    public void setBigDecimal(int index, BigDecimal value) throws SQLException {
        set(index, value, Types.NUMERIC);
    }

    @Override
    public void setString(int index, String value) throws SQLException {
        set(index, value, Types.VARCHAR);
    }

    @Override
    public void setNString(int index, String value) throws SQLException {
        set(index, value, Types.NVARCHAR);
    }

    @Override
    public void setBytes(int index, byte[] value) throws SQLException {
        set(index, value, Types.VARBINARY);
    }

    @Override
    public void setDate(int index, Date value) throws SQLException {
        setDate(index, value, null);
    }

    @Override
    public void setDate(int index, Date value, Calendar calendar) throws SQLException {
        set(index, value == null ? null : TemporalConversion.fromDate(value, calendar), Types.DATE);
    }

    @Override
    public void setTime(int index, Time value) throws SQLException {
        setTime(index, value, null);
    }

    @Override
    public void setTime(int index, Time value, Calendar calendar) throws SQLException {
        set(index, value == null ? null : TemporalConversion.fromTime(value, calendar), Types.TIME);
    }

    @Override
    public void setTimestamp(int index, Timestamp value) throws SQLException {
        setTimestamp(index, value, null);
    }

    @Override
    public void setTimestamp(int index, Timestamp value, Calendar calendar) throws SQLException {
        set(
                index,
                value == null ? null : TemporalConversion.fromTimestamp(value, calendar),
                Types.TIMESTAMP);
    }

    @Override
    public void setObject(int index, Object value) throws SQLException {
        set(index, ParameterConversion.toWire(value));
    }

    @Override
    public void setObject(int index, Object value, int jdbcType) throws SQLException {
        setObject(index, value, jdbcType, SCALE_AS_IS);
    }

    @Override
    public void setObject(int index, Object value, int jdbcType, int scale) throws SQLException {
        set(index, ParameterConversion.toWire(value, jdbcType, scale), jdbcType);
    }

    @Override
    public void setObject(int index, Object value, SQLType type) throws SQLException {
        setObject(index, value, type, SCALE_AS_IS);
    }

    @Override
    public void setObject(int index, Object value, SQLType type, int scale) throws SQLException {
        setObject(index, value, jdbcType(type), scale);
    }

    static int jdbcType(SQLType type) throws SQLException {
        Integer number = type == null ? null : type.getVendorTypeNumber();
        if (number == null) {
            throw Failures.invalidArgument("SQL type " + type);
        }
        return number;
    }

    @Override
    public void setArray(int index, Array value) throws SQLException {
        set(index, ParameterConversion.toWire(value), Types.ARRAY);
    }

    @Override
    public void setBlob(int index, Blob value) throws SQLException {
        set(index, ParameterConversion.toWire(value), Types.BLOB);
    }

    @Override
    public void setBlob(int index, InputStream value) throws SQLException {
        setBinary(index, value, Types.BLOB);
    }

    @Override
    public void setBlob(int index, InputStream value, long length) throws SQLException {
        setBinary(index, value, length, Types.BLOB);
    }

    @Override
    public void setBinaryStream(int index, InputStream value) throws SQLException {
        setBinary(index, value, Types.LONGVARBINARY);
    }

    @Override
    public void setBinaryStream(int index, InputStream value, int length) throws SQLException {
        setBinary(index, value, length, Types.LONGVARBINARY);
    }

    @Override
    public void setBinaryStream(int index, InputStream value, long length) throws SQLException {
        setBinary(index, value, length, Types.LONGVARBINARY);
    }

    private void setBinary(int index, InputStream value, int jdbcType) throws SQLException {
        set(index, value == null ? null : ParameterConversion.bytes(value), jdbcType);
    }

    private void setBinary(int index, InputStream value, long length, int jdbcType)
            throws SQLException {
        set(index, value == null ? null : ParameterConversion.bytes(value, length), jdbcType);
    }

    @Override
    public void setAsciiStream(int index, InputStream value) throws SQLException {
        setAscii(index, value == null ? null : ParameterConversion.bytes(value));
    }

    @Override
    public void setAsciiStream(int index, InputStream value, int length) throws SQLException {
        setAsciiStream(index, value, (long) length);
    }

    @Override
    public void setAsciiStream(int index, InputStream value, long length) throws SQLException {
        setAscii(index, value == null ? null : ParameterConversion.bytes(value, length));
    }

    private void setAscii(int index, byte[] value) throws SQLException {
        set(
                index,
                value == null ? null : new String(value, StandardCharsets.US_ASCII),
                Types.LONGVARCHAR);
    }

    /** UTF-16, most significant byte first, as the method did before it was deprecated. */
    @Deprecated
    @Override
    public void setUnicodeStream(int index, InputStream value, int length) throws SQLException {
        set(
                index,
                value == null
                        ? null
                        : new String(
                                ParameterConversion.bytes(value, length),
                                StandardCharsets.UTF_16BE),
                Types.LONGVARCHAR);
    }

    @Override
    public void setCharacterStream(int index, Reader value) throws SQLException {
        setText(index, value, Types.LONGVARCHAR);
    }

    @Override
    public void setCharacterStream(int index, Reader value, int length) throws SQLException {
        setText(index, value, length, Types.LONGVARCHAR);
    }

    @Override
    public void setCharacterStream(int index, Reader value, long length) throws SQLException {
        setText(index, value, length, Types.LONGVARCHAR);
    }

    @Override
    public void setNCharacterStream(int index, Reader value) throws SQLException {
        setText(index, value, Types.LONGNVARCHAR);
    }

    @Override
    public void setNCharacterStream(int index, Reader value, long length) throws SQLException {
        setText(index, value, length, Types.LONGNVARCHAR);
    }

    @Override
    public void setClob(int index, Clob value) throws SQLException {
        set(index, ParameterConversion.toWire(value), Types.CLOB);
    }

    @Override
    public void setClob(int index, Reader value) throws SQLException {
        setText(index, value, Types.CLOB);
    }

    @Override
    public void setClob(int index, Reader value, long length) throws SQLException {
        setText(index, value, length, Types.CLOB);
    }

    @Override
    public void setNClob(int index, NClob value) throws SQLException {
        set(index, ParameterConversion.toWire(value), Types.NCLOB);
    }

    @Override
    public void setNClob(int index, Reader value) throws SQLException {
        setText(index, value, Types.NCLOB);
    }

    @Override
    public void setNClob(int index, Reader value, long length) throws SQLException {
        setText(index, value, length, Types.NCLOB);
    }

    private void setText(int index, Reader value, int jdbcType) throws SQLException {
        set(index, value == null ? null : ParameterConversion.text(value), jdbcType);
    }

    private void setText(int index, Reader value, long length, int jdbcType) throws SQLException {
        set(index, value == null ? null : ParameterConversion.text(value, length), jdbcType);
    }

    @Override
    public void setSQLXML(int index, SQLXML value) throws SQLException {
        set(index, value == null ? null : value.getString(), Types.SQLXML);
    }

    @Override
    public void setURL(int index, URL value) throws SQLException {
        setString(index, value == null ? null : value.toString());
    }

    @Override
    public void setRef(int index, Ref value) throws SQLException {
        throw Failures.unsupported("SQL REF");
    }

    @Override
    public void setRowId(int index, RowId value) throws SQLException {
        throw Failures.unsupported("ROWID");
    }
}
