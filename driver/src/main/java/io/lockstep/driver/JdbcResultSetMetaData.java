package io.lockstep.driver;

import io.lockstep.driver.errors.Failures;
import io.lockstep.protocol.ColumnDescription;
import io.lockstep.protocol.RowDescription;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** What the backend that made a result says of its columns. */
final class JdbcResultSetMetaData implements ResultSetMetaData, JdbcWrapper {
    private final RowDescription description;

    JdbcResultSetMetaData(RowDescription description) {
        this.description = description;
    }

    private ColumnDescription column(int index) throws SQLException {
        if (index < 1 || index > description.columnCount()) {
            throw Failures.noSuchColumn(index, description.columnCount());
        }
        return description.columns().get(index - 1);
    }

    @Override
    public int getColumnCount() {
        return description.columnCount();
    }

    @Override
    public boolean isAutoIncrement(int index) throws SQLException {
        return column(index).autoIncrement();
    }

    @Override
    public boolean isCaseSensitive(int index) throws SQLException {
        return column(index).caseSensitive();
    }

    @Override
    public boolean isSearchable(int index) throws SQLException {
        return column(index).searchable();
    }

    @Override
    public boolean isCurrency(int index) throws SQLException {
        return column(index).currency();
    }

    @Override
    public int isNullable(int index) throws SQLException {
        return column(index).nullable();
    }

    @Override
    public boolean isSigned(int index) throws SQLException {
        return column(index).signed();
    }

    @Override
    public int getColumnDisplaySize(int index) throws SQLException {
        return column(index).displaySize();
    }

    @Override
    public String getColumnLabel(int index) throws SQLException {
        return column(index).label();
    }

    @Override
    public String getColumnName(int index) throws SQLException {
        return column(index).name();
    }

    @Override
    public String getSchemaName(int index) throws SQLException {
        return column(index).schema();
    }

    @Override
    public int getPrecision(int index) throws SQLException {
        return column(index).precision();
    }

    @Override
    public int getScale(int index) throws SQLException {
        return column(index).scale();
    }

    @Override
    public String getTableName(int index) throws SQLException {
        return column(index).table();
    }

    @Override
    public String getCatalogName(int index) throws SQLException {
        return column(index).catalog();
    }

    @Override
    public int getColumnType(int index) throws SQLException {
        return column(index).jdbcType();
    }

    @Override
    public String getColumnTypeName(int index) throws SQLException {
        return column(index).typeName();
    }

    @Override
    public boolean isReadOnly(int index) throws SQLException {
        return column(index).readOnly();
    }

    @Override
    public boolean isWritable(int index) throws SQLException {
        return column(index).writable();
    }

    @Override
    public boolean isDefinitelyWritable(int index) throws SQLException {
        column(index);
        return false;
    }

    @Override
    public String getColumnClassName(int index) throws SQLException {
        return column(index).className();
    }
}
