package io.lockstep.driver;

import io.lockstep.driver.errors.Failures;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;

/**
 * What every result of this driver refuses: moving other than forward, and changing rows in place.
 * Results are read from one backend while writes go to all, so a change must be a statement of its
 * own.
 */
abstract class ForwardOnlyResultSet extends ValueGetters implements ResultSet {

    @Override
    public void beforeFirst() throws SQLException {
        throw Failures.forwardOnly("beforeFirst");
    }

    @Override
    public void afterLast() throws SQLException {
        throw Failures.forwardOnly("afterLast");
    }

    @Override
    public boolean first() throws SQLException {
        throw Failures.forwardOnly("first");
    }

    @Override
    public boolean last() throws SQLException {
        throw Failures.forwardOnly("last");
    }

    @Override
    public boolean absolute(int row) throws SQLException {
        throw Failures.forwardOnly("absolute");
    }

    @Override
    public boolean relative(int rows) throws SQLException {
        throw Failures.forwardOnly("relative");
    }

    @Override
    public boolean previous() throws SQLException {
        throw Failures.forwardOnly("previous");
    }

    @Override
    public int getType() throws SQLException {
        return TYPE_FORWARD_ONLY;
    }

    @Override
    public int getConcurrency() throws SQLException {
        return CONCUR_READ_ONLY;
    }

    @Override
    public boolean rowUpdated() throws SQLException {
        return false;
    }

    @Override
    public boolean rowInserted() throws SQLException {
        return false;
    }

    @Override
    public boolean rowDeleted() throws SQLException {
        return false;
    }

    @Override
    public void updateNull(int index) throws SQLException {
        throw Failures.readOnlyResult("updateNull");
    }

    @Override
    public void updateBoolean(int index, boolean value) throws SQLException {
        throw Failures.readOnlyResult("updateBoolean");
    }

    @Override
    public void updateByte(int index, byte value) throws SQLException {
        throw Failures.readOnlyResult("updateByte");
    }

    @Override
    public void updateShort(int index, short value) throws SQLException {
        throw Failures.readOnlyResult("updateShort");
    }

    @Override
    public void updateInt(int index, int value) throws SQLException {
        throw Failures.readOnlyResult("updateInt");
    }

    @Override
    public void updateLong(int index, long value) throws SQLException {
        throw Failures.readOnlyResult("updateLong");
    }

    @Override
    public void updateFloat(int index, float value) throws SQLException {
        throw Failures.readOnlyResult("updateFloat");
    }

    @Override
    public void updateDouble(int index, double value) throws SQLException {
        throw Failures.readOnlyResult("updateDouble");
    }

    @Override
    public void updateBigDecimal(int index, BigDecimal value) throws SQLException {
        throw Failures.readOnlyResult("updateBigDecimal");
    }

    @Override
    public void updateString(int index, String value) throws SQLException {
        throw Failures.readOnlyResult("updateString");
    }

    @Override
    public void updateBytes(int index, byte[] value) throws SQLException {
        throw Failures.readOnlyResult("updateBytes");
    }

    @Override
    public void updateDate(int index, Date value) throws SQLException {
        throw Failures.readOnlyResult("updateDate");
    }

    @Override
    public void updateTime(int index, Time value) throws SQLException {
        throw Failures.readOnlyResult("updateTime");
    }

    @Override
    public void updateTimestamp(int index, Timestamp value) throws SQLException {
        throw Failures.readOnlyResult("updateTimestamp");
    }

    @Override
    public void updateAsciiStream(int index, InputStream value, int length) throws SQLException {
        throw Failures.readOnlyResult("updateAsciiStream");
    }

    @Override
    public void updateBinaryStream(int index, InputStream value, int length) throws SQLException {
        throw Failures.readOnlyResult("updateBinaryStream");
    }

    @Override
    public void updateCharacterStream(int index, Reader value, int length) throws SQLException {
        throw Failures.readOnlyResult("updateCharacterStream");
    }

    @Override
    public void updateObject(int index, Object value, int scaleOrLength) throws SQLException {
        throw Failures.readOnlyResult("updateObject");
    }

    @Override
    public void updateObject(int index, Object value) throws SQLException {
        throw Failures.readOnlyResult("updateObject");
    }

    @Override
    public void updateNull(String name) throws SQLException {
        throw Failures.readOnlyResult("updateNull");
    }

    @Override
    public void updateBoolean(String name, boolean value) throws SQLException {
        throw Failures.readOnlyResult("updateBoolean");
    }

    @Override
    public void updateByte(String name, byte value) throws SQLException {
        throw Failures.readOnlyResult("updateByte");
    }

    @Override
    public void updateShort(String name, short value) throws SQLException {
        throw Failures.readOnlyResult("updateShort");
    }

    @Override
    public void updateInt(String name, int value) throws SQLException {
        throw Failures.readOnlyResult("updateInt");
    }

    @Override
    public void updateLong(String name, long value) throws SQLException {
        throw Failures.readOnlyResult("updateLong");
    }

    @Override
    public void updateFloat(String name, float value) throws SQLException {
        throw Failures.readOnlyResult("updateFloat");
    }

    @Override
    public void updateDouble(String name, double value) throws SQLException {
        throw Failures.readOnlyResult("updateDouble");
    }

    @Override
    public void updateBigDecimal(String name, BigDecimal value) throws SQLException {
        throw Failures.readOnlyResult("updateBigDecimal");
    }

    @Override
    public void updateString(String name, String value) throws SQLException {
        throw Failures.readOnlyResult("updateString");
    }

    @Override
    public void updateBytes(String name, byte[] value) throws SQLException {
        throw Failures.readOnlyResult("updateBytes");
    }

    @Override
    public void updateDate(String name, Date value) throws SQLException {
        throw Failures.readOnlyResult("updateDate");
    }

    @Override
    public void updateTime(String name, Time value) throws SQLException {
        throw Failures.readOnlyResult("updateTime");
    }

    @Override
    public void updateTimestamp(String name, Timestamp value) throws SQLException {
        throw Failures.readOnlyResult("updateTimestamp");
    }

    @Override
    public void updateAsciiStream(String name, InputStream value, int length) throws SQLException {
        throw Failures.readOnlyResult("updateAsciiStream");
    }

    @Override
    public void updateBinaryStream(String name, InputStream value, int length) throws SQLException {
        throw Failures.readOnlyResult("updateBinaryStream");
    }

    @Override
    public void updateCharacterStream(String name, Reader value, int length) throws SQLException {
        throw Failures.readOnlyResult("updateCharacterStream");
    }

    @Override
    public void updateObject(String name, Object value, int scaleOrLength) throws SQLException {
        throw Failures.readOnlyResult("updateObject");
    }

    @Override
    public void updateObject(String name, Object value) throws SQLException {
        throw Failures.readOnlyResult("updateObject");
    }

    @Override
    public void insertRow() throws SQLException {
        throw Failures.readOnlyResult("insertRow");
    }

    @Override
    public void updateRow() throws SQLException {
        throw Failures.readOnlyResult("updateRow");
    }

    @Override
    public void deleteRow() throws SQLException {
        throw Failures.readOnlyResult("deleteRow");
    }

    @Override
    public void refreshRow() throws SQLException {
        throw Failures.readOnlyResult("refreshRow");
    }

    @Override
    public void cancelRowUpdates() throws SQLException {
        throw Failures.readOnlyResult("cancelRowUpdates");
    }

    @Override
    public void moveToInsertRow() throws SQLException {
        throw Failures.readOnlyResult("moveToInsertRow");
    }

    @Override
    public void moveToCurrentRow() throws SQLException {
        throw Failures.readOnlyResult("moveToCurrentRow");
    }

    @Override
    public void updateRef(int index, Ref value) throws SQLException {
        throw Failures.readOnlyResult("updateRef");
    }

    @Override
    public void updateRef(String name, Ref value) throws SQLException {
        throw Failures.readOnlyResult("updateRef");
    }

    @Override
    public void updateBlob(int index, Blob value) throws SQLException {
        throw Failures.readOnlyResult("updateBlob");
    }

    @Override
    public void updateBlob(String name, Blob value) throws SQLException {
        throw Failures.readOnlyResult("updateBlob");
    }

    @Override
    public void updateClob(int index, Clob value) throws SQLException {
        throw Failures.readOnlyResult("updateClob");
    }

    @Override
    public void updateClob(String name, Clob value) throws SQLException {
        throw Failures.readOnlyResult("updateClob");
    }

    @Override
    public void updateArray(int index, Array value) throws SQLException {
        throw Failures.readOnlyResult("updateArray");
    }

    @Override
    public void updateArray(String name, Array value) throws SQLException {
        throw Failures.readOnlyResult("updateArray");
    }

    @Override
    public void updateRowId(int index, RowId value) throws SQLException {
        throw Failures.readOnlyResult("updateRowId");
    }

    @Override
    public void updateRowId(String name, RowId value) throws SQLException {
        throw Failures.readOnlyResult("updateRowId");
    }

    @Override
    public void updateNString(int index, String value) throws SQLException {
        throw Failures.readOnlyResult("updateNString");
    }

    @Override
    public void updateNString(String name, String value) throws SQLException {
        throw Failures.readOnlyResult("updateNString");
    }

    @Override
    public void updateNClob(int index, NClob value) throws SQLException {
        throw Failures.readOnlyResult("updateNClob");
    }

    @Override
    public void updateNClob(String name, NClob value) throws SQLException {
        throw Failures.readOnlyResult("updateNClob");
    }

    @Override
    public void updateSQLXML(int index, SQLXML value) throws SQLException {
        throw Failures.readOnlyResult("updateSQLXML");
    }

    @Override
    public void updateSQLXML(String name, SQLXML value) throws SQLException {
        throw Failures.readOnlyResult("updateSQLXML");
    }

    @Override
    public void updateNCharacterStream(int index, Reader value, long length) throws SQLException {
        throw Failures.readOnlyResult("updateNCharacterStream");
    }

    @Override
    public void updateNCharacterStream(String name, Reader value, long length) throws SQLException {
        throw Failures.readOnlyResult("updateNCharacterStream");
    }

    @Override
    public void updateAsciiStream(int index, InputStream value, long length) throws SQLException {
        throw Failures.readOnlyResult("updateAsciiStream");
    }

    @Override
    public void updateBinaryStream(int index, InputStream value, long length) throws SQLException {
        throw Failures.readOnlyResult("updateBinaryStream");
    }

    @Override
    public void updateCharacterStream(int index, Reader value, long length) throws SQLException {
        throw Failures.readOnlyResult("updateCharacterStream");
    }

    @Override
    public void updateAsciiStream(String name, InputStream value, long length) throws SQLException {
        throw Failures.readOnlyResult("updateAsciiStream");
    }

    @Override
    public void updateBinaryStream(String name, InputStream value, long length)
            throws SQLException {
        throw Failures.readOnlyResult("updateBinaryStream");
    }

    @Override
    public void updateCharacterStream(String name, Reader value, long length) throws SQLException {
        throw Failures.readOnlyResult("updateCharacterStream");
    }

    @Override
    public void updateBlob(int index, InputStream value, long length) throws SQLException {
        throw Failures.readOnlyResult("updateBlob");
    }

    @Override
    public void updateBlob(String name, InputStream value, long length) throws SQLException {
        throw Failures.readOnlyResult("updateBlob");
    }

    @Override
    public void updateClob(int index, Reader value, long length) throws SQLException {
        throw Failures.readOnlyResult("updateClob");
    }

    @Override
    public void updateClob(String name, Reader value, long length) throws SQLException {
        throw Failures.readOnlyResult("updateClob");
    }

    @Override
    public void updateNClob(int index, Reader value, long length) throws SQLException {
        throw Failures.readOnlyResult("updateNClob");
    }

    @Override
    public void updateNClob(String name, Reader value, long length) throws SQLException {
        throw Failures.readOnlyResult("updateNClob");
    }

    @Override
    public void updateNCharacterStream(int index, Reader value) throws SQLException {
        throw Failures.readOnlyResult("updateNCharacterStream");
    }

    @Override
    public void updateNCharacterStream(String name, Reader value) throws SQLException {
        throw Failures.readOnlyResult("updateNCharacterStream");
    }

    @Override
    public void updateAsciiStream(int index, InputStream value) throws SQLException {
        throw Failures.readOnlyResult("updateAsciiStream");
    }

    @Override
    public void updateBinaryStream(int index, InputStream value) throws SQLException {
        throw Failures.readOnlyResult("updateBinaryStream");
    }

    @Override
    public void updateCharacterStream(int index, Reader value) throws SQLException {
        throw Failures.readOnlyResult("updateCharacterStream");
    }

    @Override
    public void updateAsciiStream(String name, InputStream value) throws SQLException {
        throw Failures.readOnlyResult("updateAsciiStream");
    }

    @Override
    public void updateBinaryStream(String name, InputStream value) throws SQLException {
        throw Failures.readOnlyResult("updateBinaryStream");
    }

    @Override
    public void updateCharacterStream(String name, Reader value) throws SQLException {
        throw Failures.readOnlyResult("updateCharacterStream");
    }

    @Override
    public void updateBlob(int index, InputStream value) throws SQLException {
        throw Failures.readOnlyResult("updateBlob");
    }

    @Override
    public void updateBlob(String name, InputStream value) throws SQLException {
        throw Failures.readOnlyResult("updateBlob");
    }

    @Override
    public void updateClob(int index, Reader value) throws SQLException {
        throw Failures.readOnlyResult("updateClob");
    }

    @Override
    public void updateClob(String name, Reader value) throws SQLException {
        throw Failures.readOnlyResult("updateClob");
    }

    @Override
    public void updateNClob(int index, Reader value) throws SQLException {
        throw Failures.readOnlyResult("updateNClob");
    }

    @Override
    public void updateNClob(String name, Reader value) throws SQLException {
        throw Failures.readOnlyResult("updateNClob");
    }
}
