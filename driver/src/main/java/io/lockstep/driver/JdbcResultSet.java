package io.lockstep.driver;

import io.lockstep.driver.errors.Failures;
import io.lockstep.protocol.ColumnDescription;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rows, read once, forward. Values are decoded when asked for; the rows of one fetch are all that
 * is held in memory.
 */
final class JdbcResultSet extends ForwardOnlyResultSet implements JdbcWrapper {
    private enum Place {
        BEFORE_FIRST,
        ON_ROW,
        AFTER_LAST
    }

    private final JdbcStatement statement; // null for results that no statement made
    private final Cursor cursor;
    private final List<ColumnDescription> columns;
    private Map<String, Integer> indexByName; // made at the first lookup
    private Place place = Place.BEFORE_FIRST;
    private int row;
    private boolean closed;

    JdbcResultSet(JdbcStatement statement, Cursor cursor) {
        this.statement = statement;
        this.cursor = cursor;
        this.columns = cursor.description().columns();
    }

    private void requireOpen() throws SQLException {
        if (closed) {
            throw Failures.closed("The result");
        }
    }

    @Override
    public boolean next() throws SQLException {
        requireOpen();
        if (place != Place.AFTER_LAST && cursor.next()) {
            place = Place.ON_ROW;
            row++;
            return true;
        }
        place = Place.AFTER_LAST;
        return false;
    }

    @Override
    Object value(int index) throws SQLException {
        requireOpen();
        if (place != Place.ON_ROW) {
            throw Failures.notOnARow(
                    place == Place.BEFORE_FIRST ? "before its first row" : "after its last row");
        }
        if (index < 1 || index > columns.size()) {
            throw Failures.noSuchColumn(index, columns.size());
        }
        return cursor.value(index - 1);
    }

    @Override
    int jdbcType(int index) {
        return columns.get(index - 1).jdbcType();
    }

    /** By label, the first of several equal ones; case does not matter. */
    @Override
    public int findColumn(String name) throws SQLException {
        requireOpen();
        if (indexByName == null) {
            indexByName = indexByName(columns);
        }
        Integer index = name == null ? null : indexByName.get(name);
        if (index == null) {
            throw Failures.noSuchColumn(name);
        }
        return index;
    }

    private static Map<String, Integer> indexByName(List<ColumnDescription> columns) {
        Map<String, Integer> indexes = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < columns.size(); i++) {
            indexes.putIfAbsent(columns.get(i).label(), i + 1);
        }
        return indexes;
    }

    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        requireOpen();
        return new JdbcResultSetMetaData(cursor.description());
    }

    @Override
    public boolean isBeforeFirst() throws SQLException {
        requireOpen();
        return place == Place.BEFORE_FIRST && cursor.hasNext();
    }

    @Override
    public boolean isAfterLast() throws SQLException {
        requireOpen();
        return place == Place.AFTER_LAST && row > 0;
    }

    @Override
    public boolean isFirst() throws SQLException {
        requireOpen();
        return place == Place.ON_ROW && row == 1;
    }

    @Override
    public boolean isLast() throws SQLException {
        requireOpen();
        return place == Place.ON_ROW && !cursor.hasNext();
    }

    @Override
    public int getRow() throws SQLException {
        requireOpen();
        return place == Place.ON_ROW ? row : 0;
    }

    @Override
    public void setFetchDirection(int direction) throws SQLException {
        requireOpen();
        if (direction != FETCH_FORWARD) {
            throw Failures.forwardOnly("A fetch direction other than FETCH_FORWARD");
        }
    }

    @Override
    public int getFetchDirection() throws SQLException {
        requireOpen();
        return FETCH_FORWARD;
    }

    @Override
    public void setFetchSize(int rows) throws SQLException {
        requireOpen();
        if (rows < 0) {
            throw Failures.invalidArgument("Fetch size " + rows);
        }
        cursor.setFetchSize(rows);
    }

    @Override
    public int getFetchSize() throws SQLException {
        requireOpen();
        return cursor.fetchSize();
    }

    @Override
    public Statement getStatement() throws SQLException {
        requireOpen();
        return statement;
    }

    @Override
    public int getHoldability() throws SQLException {
        requireOpen();
        return statement == null
                ? ResultSet.CLOSE_CURSORS_AT_COMMIT
                : statement.getResultSetHoldability();
    }

    @Override
    public String getCursorName() throws SQLException {
        throw Failures.unsupported("A cursor's name");
    }

    @Override
    public SQLWarning getWarnings() throws SQLException {
        requireOpen();
        return null;
    }

    @Override
    public void clearWarnings() throws SQLException {
        requireOpen();
    }

    @Override
    public void close() throws SQLException {
        if (closed) {
            return;
        }
        closed = true;
        cursor.close();
        if (statement != null) {
            statement.resultClosed();
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }
}
