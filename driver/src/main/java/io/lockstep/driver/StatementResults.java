package io.lockstep.driver;

import io.lockstep.driver.errors.Failures;
import io.lockstep.driver.wire.Session;
import io.lockstep.protocol.ColumnDescription;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.RowBlock;
import io.lockstep.protocol.RowDescription;
import io.lockstep.protocol.RowSet;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What one execution gave: rows and counts in order, one of them current, and generated keys.
 *
 * <p>Also keeps track of the results handed out, so that they can be closed with the statement.
 */
final class StatementResults {
    private static final long NO_COUNT = -1;

    private final JdbcStatement statement;
    private final Session session;
    private final long maxRows;
    private final int fetchSize;
    private final Deque<Response.Reply> waiting = new ArrayDeque<>();
    private final List<JdbcResultSet> open = new ArrayList<>();
    private RowDescription description; // of the rows that came without one
    private JdbcResultSet outParameters; // null if the call had none
    private JdbcResultSet current;
    private long count = NO_COUNT;
    private List<RowSet> keys = List.of();
    private boolean keysLost;
    private JdbcResultSet keysResult;

    StatementResults(
            JdbcStatement statement,
            Session session,
            List<? extends Response.Reply> replies,
            RowDescription knownDescription,
            long maxRows,
            int fetchSize)
            throws SQLException {
        this.statement = statement;
        this.session = session;
        this.description = knownDescription;
        this.maxRows = maxRows;
        this.fetchSize = fetchSize;
        for (Response.Reply reply : replies) {
            if (reply instanceof Response.RowsDescribed rows && rows.outParameters()) {
                description = rows.rowSet().description();
                outParameters = open(List.of(rows.rowSet()), description, 0);
            } else if (reply instanceof Response.Rows rows && rows.outParameters()) {
                outParameters = open(List.of(rows.rowSet()), requireDescription(rows), 0);
            } else {
                waiting.add(reply);
            }
        }
        advance();
    }

    /** The description that came last, for the next execution of the same statement. */
    RowDescription description() {
        return description;
    }

    /**
     * Takes the one row with a call's OUT parameters from among the results; empty if there is
     * none.
     */
    List<Object> takeOutParameters() throws SQLException {
        if (outParameters == null) {
            return List.of();
        }
        List<Object> values = new ArrayList<>();
        try (JdbcResultSet row = outParameters) {
            if (row.next()) {
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    values.add(row.value(i));
                }
            }
        }
        return values;
    }

    /** Makes the next reply the current result. */
    private void advance() throws SQLException {
        current = null;
        count = NO_COUNT;
        Response.Reply reply = waiting.poll();
        if (reply instanceof Response.RowsDescribed rows) {
            description = rows.rowSet().description();
            current = open(List.of(rows.rowSet()), description, maxRows);
        } else if (reply instanceof Response.Rows rows) {
            current = open(List.of(rows.rowSet()), requireDescription(rows), maxRows);
        } else if (reply instanceof Response.UpdateCount update) {
            count = update.count();
            keys = update.keys() == null ? List.of() : List.of(update.keys());
        } else if (reply != null) {
            throw Failures.wrongState("The controller answered an execution with " + reply.tag());
        }
    }

    private RowDescription requireDescription(Response.Rows rows) throws SQLException {
        if (description == null
                || description.columnCount() != rows.rowSet().rows().columnCount()) {
            throw Failures.wrongState(
                    "The controller sent rows without saying what their columns are");
        }
        return description;
    }

    private JdbcResultSet open(List<RowSet> rowSets, RowDescription columns, long limit) {
        JdbcResultSet result =
                new JdbcResultSet(
                        statement, new Cursor(session, columns, rowSets, limit, fetchSize));
        open.add(result);
        return result;
    }

    /** Keys of a batch, in addition to those of the current result. */
    void setKeys(List<RowSet> rowSets) {
        keys = rowSets;
    }

    /** The answer with the keys was lost, though not the statement. */
    void loseKeys() {
        keysLost = true;
    }

    /** The current rows, null if the current result is a count or there is none. */
    JdbcResultSet rows() {
        return current;
    }

    /** The current count, -1 if the current result is rows or there is none. */
    long count() {
        return count;
    }

    /** Moves to the next result; true if it is rows. */
    boolean next(int mode) throws SQLException {
        switch (mode) {
            case Statement.CLOSE_CURRENT_RESULT -> {
                if (current != null) {
                    current.close();
                }
            }
            case Statement.KEEP_CURRENT_RESULT -> {
                // Stays open until the statement is closed or executed again.
            }
            case Statement.CLOSE_ALL_RESULTS -> closeAll();
            default -> throw Failures.invalidArgument("getMoreResults(" + mode + ")");
        }
        advance();
        return current != null;
    }

    /** Generated keys, or a result without rows and columns if there are none. */
    ResultSet keys() throws SQLException {
        if (keysLost) {
            throw Failures.outcomeUnknown(
                    "The statement was committed, but its generated keys were lost with the connection; do not run it again",
                    null);
        }
        if (keysResult == null || keysResult.isClosed()) {
            RowDescription columns =
                    keys.isEmpty()
                            ? new RowDescription(List.<ColumnDescription>of())
                            : keys.get(0).description();
            List<RowSet> rowSets =
                    keys.isEmpty() ? List.of(RowSet.complete(columns, RowBlock.EMPTY)) : keys;
            keysResult = open(rowSets, columns, 0);
        }
        return keysResult;
    }

    /** True if every result handed out is closed and no other follows. */
    boolean isExhausted() {
        return waiting.isEmpty() && open.stream().allMatch(JdbcResultSet::isClosed);
    }

    /** Closes what was handed out, and forgets the rest. */
    void closeAll() throws SQLException {
        for (JdbcResultSet result : List.copyOf(open)) {
            result.close();
        }
        open.clear();
    }

    /** Closes what was handed out and what was not: cursors of results nobody looked at. */
    void discard() throws SQLException {
        closeAll();
        while (!waiting.isEmpty()) {
            advance();
            closeAll();
        }
    }
}
