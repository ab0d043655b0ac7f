package io.lockstep.controller.execution;

import io.lockstep.backends.dialect.Dialect;
import io.lockstep.protocol.ColumnDescription;
import io.lockstep.protocol.RowDescription;
import io.lockstep.protocol.ValueWriter;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of one backend result: their description for the client and how each is read.
 * Immutable; may be reused for later results of the same text as long as {@link #fits} says so.
 */
public final class ResultColumns {
    private final RowDescription description;
    private final int[] jdbcTypes;
    private final ColumnReader[] readers;

    private ResultColumns(RowDescription description, int[] jdbcTypes, ColumnReader[] readers) {
        this.description = description;
        this.jdbcTypes = jdbcTypes;
        this.readers = readers;
    }

    /** Asks the driver; costs no round trip on any supported engine. */
    public static ResultColumns of(ResultSetMetaData metaData, Dialect dialect)
            throws SQLException {
        int count = metaData.getColumnCount();
        List<ColumnDescription> columns = new ArrayList<>(count);
        int[] jdbcTypes = new int[count];
        ColumnReader[] readers = new ColumnReader[count];
        // pgjdbc answers questions about the underlying table with a hidden query each time.
        boolean tableKnown = !dialect.name().equals("postgresql");
        for (int i = 0; i < count; i++) {
            columns.add(describe(metaData, i + 1, tableKnown));
            jdbcTypes[i] = metaData.getColumnType(i + 1);
            readers[i] = ColumnReader.of(columns.get(i), dialect);
        }
        return new ResultColumns(new RowDescription(columns), jdbcTypes, readers);
    }

    private static ColumnDescription describe(ResultSetMetaData metaData, int i, boolean tableKnown)
            throws SQLException {
        return new ColumnDescription(
                text(metaData.getColumnName(i)),
                text(metaData.getColumnLabel(i)),
                tableKnown ? text(metaData.getTableName(i)) : "",
                tableKnown ? text(metaData.getSchemaName(i)) : "",
                tableKnown ? text(metaData.getCatalogName(i)) : "",
                metaData.getColumnType(i),
                text(metaData.getColumnTypeName(i)),
                text(metaData.getColumnClassName(i)),
                metaData.getPrecision(i),
                metaData.getScale(i),
                metaData.getColumnDisplaySize(i),
                tableKnown ? metaData.isNullable(i) : ResultSetMetaData.columnNullableUnknown,
                tableKnown && metaData.isAutoIncrement(i),
                metaData.isSigned(i),
                metaData.isCaseSensitive(i),
                metaData.isSearchable(i),
                metaData.isCurrency(i),
                metaData.isReadOnly(i),
                metaData.isWritable(i));
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }

    /** True if a later result has the same number and types of columns. */
    public boolean fits(ResultSetMetaData metaData) throws SQLException {
        if (metaData.getColumnCount() != jdbcTypes.length) {
            return false;
        }
        for (int i = 0; i < jdbcTypes.length; i++) {
            if (metaData.getColumnType(i + 1) != jdbcTypes[i]) {
                return false;
            }
        }
        return true;
    }

    public RowDescription description() {
        return description;
    }

    /** Writes the row the result stands on. */
    public void writeRow(ResultSet result, ValueWriter out) throws SQLException, IOException {
        for (int i = 0; i < readers.length; i++) {
            readers[i].write(result, i + 1, out);
        }
    }

    /** Reads the row the result stands on into values of the protocol's kinds. */
    public List<Object> readRow(ResultSet result) throws SQLException {
        List<Object> row = new ArrayList<>(readers.length);
        for (int i = 0; i < readers.length; i++) {
            row.add(readers[i].read(result, i + 1));
        }
        return row;
    }
}
