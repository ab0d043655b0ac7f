package io.lockstep.driver;

import io.lockstep.driver.errors.Failures;
import io.lockstep.protocol.ExecuteOptions;
import io.lockstep.protocol.GeneratedKeys;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;

/**
 * A call with parameters IN, OUT and INOUT, by index or by name. Only indexes travel: names are
 * looked up in the backends' metadata when the first one is used.
 */
final class JdbcCallableStatement extends JdbcPreparedStatement implements CallableStatement {
    private static final int SCALE_NOT_TOLD = -1;

    private final OutValues out = new OutValues();
    private ParameterNames names; // null until the first one is used

    JdbcCallableStatement(JdbcConnection connection, String sql, int holdability) {
        super(connection, sql, GeneratedKeys.NONE, holdability);
    }

    private StatementResults call(int expectation) throws SQLException {
        out.setValues(null);
        int count = Math.max(parameters().count(), out.lastIndex());
        // A call that returns OUT parameters gives rows for them, which the caller did not ask for.
        StatementResults results =
                run(out.isEmpty() ? expectation : 0, out.merge(parameters(), count));
        out.setValues(results.takeOutParameters());
        return results;
    }

    @Override
    public ResultSet executeQuery() throws SQLException {
        return rowsOf(call(ExecuteOptions.ROWS_EXPECTED));
    }

    @Override
    public long executeLargeUpdate() throws SQLException {
        return countOf(call(ExecuteOptions.COUNT_EXPECTED));
    }

    @Override
    public boolean execute() throws SQLException {
        return call(0).rows() != null;
    }

    @Override
    public void addBatch() throws SQLException {
        if (!out.isEmpty()) {
            throw Failures.unsupported("A batch of calls with OUT parameters");
        }
        super.addBatch();
    }

    @Override
    public boolean wasNull() throws SQLException {
        requireOpen();
        return out.wasNull();
    }

    private OutValues out() throws SQLException {
        requireOpen();
        return out;
    }

    private int index(String name) throws SQLException {
        requireOpen();
        if (names == null) {
            names = ParameterNames.of(sql(), getConnection().getMetaData());
        }
        return names.indexOf(name);
    }

    @Override
    public void registerOutParameter(int index, int jdbcType) throws SQLException {
        out().register(index, jdbcType, SCALE_NOT_TOLD);
    }

    @Override
    public void registerOutParameter(int index, int jdbcType, int scale) throws SQLException {
        out().register(index, jdbcType, scale);
    }

    @Override
    public void registerOutParameter(int index, int jdbcType, String typeName) throws SQLException {
        registerOutParameter(index, jdbcType);
    }

    @Override
    public void registerOutParameter(int index, SQLType type) throws SQLException {
        registerOutParameter(index, jdbcType(type));
    }

    @Override
    public void registerOutParameter(int index, SQLType type, int scale) throws SQLException {
        registerOutParameter(index, jdbcType(type), scale);
    }

    @Override
    public void registerOutParameter(int index, SQLType type, String typeName) throws SQLException {
        registerOutParameter(index, jdbcType(type));
    }

    @Override
    public String getString(int index) throws SQLException {
        return out().getString(index);
    }

    @Override
    public boolean getBoolean(int index) throws SQLException {
        return out().getBoolean(index);
    }

    @Override
    public byte getByte(int index) throws SQLException {
        return out().getByte(index);
    }

    @Override
    public short getShort(int index) throws SQLException {
        return out().getShort(index);
    }

    @Override
    public int getInt(int index) throws SQLException {
        return out().getInt(index);
    }

    @Override
    public long getLong(int index) throws SQLException {
        return out().getLong(index);
    }

    @Override
    public float getFloat(int index) throws SQLException {
        return out().getFloat(index);
    }

    @Override
    public double getDouble(int index) throws SQLException {
        return out().getDouble(index);
    }

    @Deprecated
    @Override
    public BigDecimal getBigDecimal(int index, int scale) throws SQLException {
        return out().getBigDecimal(index, scale);
    }

    @Override
    public byte[] getBytes(int index) throws SQLException {
        return out().getBytes(index);
    }

    @Override
    public Date getDate(int index) throws SQLException {
        return out().getDate(index);
    }

    @Override
    public Time getTime(int index) throws SQLException {
        return out().getTime(index);
    }

    @Override
    public Timestamp getTimestamp(int index) throws SQLException {
        return out().getTimestamp(index);
    }

    @Override
    public Object getObject(int index) throws SQLException {
        return out().getObject(index);
    }

    @Override
    public BigDecimal getBigDecimal(int index) throws SQLException {
        return out().getBigDecimal(index);
    }

    @Override
    public Object getObject(int index, Map<String, Class<?>> map) throws SQLException {
        return out().getObject(index, map);
    }

    @Override
    public Ref getRef(int index) throws SQLException {
        return out().getRef(index);
    }

    @Override
    public Blob getBlob(int index) throws SQLException {
        return out().getBlob(index);
    }

    @Override
    public Clob getClob(int index) throws SQLException {
        return out().getClob(index);
    }

    @Override
    public Array getArray(int index) throws SQLException {
        return out().getArray(index);
    }

    @Override
    public Date getDate(int index, Calendar calendar) throws SQLException {
        return out().getDate(index, calendar);
    }

    @Override
    public Time getTime(int index, Calendar calendar) throws SQLException {
        return out().getTime(index, calendar);
    }

    @Override
    public Timestamp getTimestamp(int index, Calendar calendar) throws SQLException {
        return out().getTimestamp(index, calendar);
    }

    @Override
    public void registerOutParameter(String name, int jdbcType) throws SQLException {
        registerOutParameter(index(name), jdbcType);
    }

    @Override
    public void registerOutParameter(String name, int jdbcType, int scale) throws SQLException {
        registerOutParameter(index(name), jdbcType, scale);
    }

    @Override
    public void registerOutParameter(String name, int jdbcType, String typeName)
            throws SQLException {
        registerOutParameter(index(name), jdbcType, typeName);
    }

    @Override
    public URL getURL(int index) throws SQLException {
        return out().getURL(index);
    }

    @Override
    public void setURL(String name, URL value) throws SQLException {
        setURL(index(name), value);
    }

    @Override
    public void setNull(String name, int jdbcType) throws SQLException {
        setNull(index(name), jdbcType);
    }

    @Override
    public void setBoolean(String name, boolean value) throws SQLException {
        setBoolean(index(name), value);
    }

    @Override
    public void setByte(String name, byte value) throws SQLException {
        setByte(index(name), value);
    }

    @Override
    public void setShort(String name, short value) throws SQLException {
        setShort(index(name), value);
    }

    @Override
    public void setInt(String name, int value) throws SQLException {
        setInt(index(name), value);
    }

    @Override
    public void setLong(String name, long value) throws SQLException {
        setLong(index(name), value);
    }

    @Override
    public void setFloat(String name, float value) throws SQLException {
        setFloat(index(name), value);
    }

    @Override
    public void setDouble(String name, double value) throws SQLException {
        setDouble(index(name), value);
    }

    @Override
    public void setBigDecimal(String name, BigDecimal value) throws SQLException {
        setBigDecimal(index(name), value);
    }

    @Override
    public void setString(String name, String value) throws SQLException {
        setString(index(name), value);
    }

    @Override
    public void setBytes(String name, byte[] value) throws SQLException {
        setBytes(index(name), value);
    }

    @Override
    public void setDate(String name, Date value) throws SQLException {
        setDate(index(name), value);
    }

    @Override
    public void setTime(String name, Time value) throws SQLException {
        setTime(index(name), value);
    }

    @Override
    public void setTimestamp(String name, Timestamp value) throws SQLException {
        setTimestamp(index(name), value);
    }

    @Override
    public void setAsciiStream(String name, InputStream value, int length) throws SQLException {
        setAsciiStream(index(name), value, length);
    }

    @Override
    public void setBinaryStream(String name, InputStream value, int length) throws SQLException {
        setBinaryStream(index(name), value, length);
    }

    @Override
    public void setObject(String name, Object value, int jdbcType, int scale) throws SQLException {
        setObject(index(name), value, jdbcType, scale);
    }

    @Override
    public void setObject(String name, Object value, int jdbcType) throws SQLException {
        setObject(index(name), value, jdbcType);
    }

    @Override
    public void setObject(String name, Object value) throws SQLException {
        setObject(index(name), value);
    }

    @Override
    public void setCharacterStream(String name, Reader value, int length) throws SQLException {
        setCharacterStream(index(name), value, length);
    }

    @Override
    public void setDate(String name, Date value, Calendar calendar) throws SQLException {
        setDate(index(name), value, calendar);
    }

    @Override
    public void setTime(String name, Time value, Calendar calendar) throws SQLException {
        setTime(index(name), value, calendar);
    }

    @Override
    public void setTimestamp(String name, Timestamp value, Calendar calendar) throws SQLException {
        setTimestamp(index(name), value, calendar);
    }

    @Override
    public void setNull(String name, int jdbcType, String typeName) throws SQLException {
        setNull(index(name), jdbcType, typeName);
    }

    @Override
    public String getString(String name) throws SQLException {
        return getString(index(name));
    }

    @Override
    public boolean getBoolean(String name) throws SQLException {
        return getBoolean(index(name));
    }

    @Override
    public byte getByte(String name) throws SQLException {
        return getByte(index(name));
    }

    @Override
    public short getShort(String name) throws SQLException {
        return getShort(index(name));
    }

    @Override
    public int getInt(String name) throws SQLException {
        return getInt(index(name));
    }

    @Override
    public long getLong(String name) throws SQLException {
        return getLong(index(name));
    }

    @Override
    public float getFloat(String name) throws SQLException {
        return getFloat(index(name));
    }

    @Override
    public double getDouble(String name) throws SQLException {
        return getDouble(index(name));
    }

    @Override
    public byte[] getBytes(String name) throws SQLException {
        return getBytes(index(name));
    }

    @Override
    public Date getDate(String name) throws SQLException {
        return getDate(index(name));
    }

    @Override
    public Time getTime(String name) throws SQLException {
        return getTime(index(name));
    }

    @Override
    public Timestamp getTimestamp(String name) throws SQLException {
        return getTimestamp(index(name));
    }

    @Override
    public Object getObject(String name) throws SQLException {
        return getObject(index(name));
    }

    @Override
    public BigDecimal getBigDecimal(String name) throws SQLException {
        return getBigDecimal(index(name));
    }

    @Override
    public Object getObject(String name, Map<String, Class<?>> map) throws SQLException {
        return getObject(index(name), map);
    }

    @Override
    public Ref getRef(String name) throws SQLException {
        return getRef(index(name));
    }

    @Override
    public Blob getBlob(String name) throws SQLException {
        return getBlob(index(name));
    }

    @Override
    public Clob getClob(String name) throws SQLException {
        return getClob(index(name));
    }

    @Override
    public Array getArray(String name) throws SQLException {
        return getArray(index(name));
    }

    @Override
    public Date getDate(String name, Calendar calendar) throws SQLException {
        return getDate(index(name), calendar);
    }

    @Override
    public Time getTime(String name, Calendar calendar) throws SQLException {
        return getTime(index(name), calendar);
    }

    @Override
    public Timestamp getTimestamp(String name, Calendar calendar) throws SQLException {
        return getTimestamp(index(name), calendar);
    }

    @Override
    public URL getURL(String name) throws SQLException {
        return getURL(index(name));
    }

    @Override
    public RowId getRowId(int index) throws SQLException {
        return out().getRowId(index);
    }

    @Override
    public RowId getRowId(String name) throws SQLException {
        return getRowId(index(name));
    }

    @Override
    public void setRowId(String name, RowId value) throws SQLException {
        setRowId(index(name), value);
    }

    @Override
    public void setNString(String name, String value) throws SQLException {
        setNString(index(name), value);
    }

    @Override
    public void setNCharacterStream(String name, Reader value, long length) throws SQLException {
        setNCharacterStream(index(name), value, length);
    }

    @Override
    public void setNClob(String name, NClob value) throws SQLException {
        setNClob(index(name), value);
    }

    @Override
    public void setClob(String name, Reader value, long length) throws SQLException {
        setClob(index(name), value, length);
    }

    @Override
    public void setBlob(String name, InputStream value, long length) throws SQLException {
        setBlob(index(name), value, length);
    }

    @Override
    public void setNClob(String name, Reader value, long length) throws SQLException {
        setNClob(index(name), value, length);
    }

    @Override
    public NClob getNClob(int index) throws SQLException {
        return out().getNClob(index);
    }

    @Override
    public NClob getNClob(String name) throws SQLException {
        return getNClob(index(name));
    }

    @Override
    public void setSQLXML(String name, SQLXML value) throws SQLException {
        setSQLXML(index(name), value);
    }

    @Override
    public SQLXML getSQLXML(int index) throws SQLException {
        return out().getSQLXML(index);
    }

    @Override
    public SQLXML getSQLXML(String name) throws SQLException {
        return getSQLXML(index(name));
    }

    @Override
    public String getNString(int index) throws SQLException {
        return out().getNString(index);
    }

    @Override
    public String getNString(String name) throws SQLException {
        return getNString(index(name));
    }

    @Override
    public Reader getNCharacterStream(int index) throws SQLException {
        return out().getNCharacterStream(index);
    }

    @Override
    public Reader getNCharacterStream(String name) throws SQLException {
        return getNCharacterStream(index(name));
    }

    @Override
    public Reader getCharacterStream(int index) throws SQLException {
        return out().getCharacterStream(index);
    }

    @Override
    public Reader getCharacterStream(String name) throws SQLException {
        return getCharacterStream(index(name));
    }

    @Override
    public void setBlob(String name, Blob value) throws SQLException {
        setBlob(index(name), value);
    }

    @Override
    public void setClob(String name, Clob value) throws SQLException {
        setClob(index(name), value);
    }

    @Override
    public void setAsciiStream(String name, InputStream value, long length) throws SQLException {
        setAsciiStream(index(name), value, length);
    }

    @Override
    public void setBinaryStream(String name, InputStream value, long length) throws SQLException {
        setBinaryStream(index(name), value, length);
    }

    @Override
    public void setCharacterStream(String name, Reader value, long length) throws SQLException {
        setCharacterStream(index(name), value, length);
    }

    @Override
    public void setAsciiStream(String name, InputStream value) throws SQLException {
        setAsciiStream(index(name), value);
    }

    @Override
    public void setBinaryStream(String name, InputStream value) throws SQLException {
        setBinaryStream(index(name), value);
    }

    @Override
    public void setCharacterStream(String name, Reader value) throws SQLException {
        setCharacterStream(index(name), value);
    }

    @Override
    public void setNCharacterStream(String name, Reader value) throws SQLException {
        setNCharacterStream(index(name), value);
    }

    @Override
    public void setClob(String name, Reader value) throws SQLException {
        setClob(index(name), value);
    }

    @Override
    public void setBlob(String name, InputStream value) throws SQLException {
        setBlob(index(name), value);
    }

    @Override
    public void setNClob(String name, Reader value) throws SQLException {
        setNClob(index(name), value);
    }

    @Override
    public <T> T getObject(int index, Class<T> type) throws SQLException {
        return out().getObject(index, type);
    }

    @Override
    public <T> T getObject(String name, Class<T> type) throws SQLException {
        return getObject(index(name), type);
    }

    @Override
    public void setObject(String name, Object value, SQLType type, int scale) throws SQLException {
        setObject(index(name), value, type, scale);
    }

    @Override
    public void setObject(String name, Object value, SQLType type) throws SQLException {
        setObject(index(name), value, type);
    }

    @Override
    public void registerOutParameter(String name, SQLType type) throws SQLException {
        registerOutParameter(index(name), type);
    }

    @Override
    public void registerOutParameter(String name, SQLType type, int scale) throws SQLException {
        registerOutParameter(index(name), type, scale);
    }

    @Override
    public void registerOutParameter(String name, SQLType type, String typeName)
            throws SQLException {
        registerOutParameter(index(name), type, typeName);
    }
}
