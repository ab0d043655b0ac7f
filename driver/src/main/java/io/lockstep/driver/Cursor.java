package io.lockstep.driver;

import io.lockstep.driver.errors.Failures;
import io.lockstep.driver.wire.Command;
import io.lockstep.driver.wire.Session;
import io.lockstep.protocol.ProtocolException;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.RowBlock;
import io.lockstep.protocol.RowDescription;
import io.lockstep.protocol.RowSet;
import io.lockstep.protocol.RowsReader;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Goes through the rows of one result, fetching more when those at hand are used up. Holds one
 * block of rows at a time, and decodes a value when it is asked for.
 */
final class Cursor {
    private final Session session; // null if all rows are at hand
    private final RowDescription description;
    private final Deque<RowSet> further; // row sets of the same answer, still to be read
    private RowsReader reader;
    private RowsReader ahead; // the next block, if somebody looked whether there is one
    private int cursorId;
    private boolean last;
    private long rowsLeft; // until maxRows; Long.MAX_VALUE for no limit
    private int fetchSize;

    /**
     * Rows of one or several row sets, which follow each other.
     *
     * @param description of all of them
     * @param maxRows 0 for no limit
     */
    Cursor(
            Session session,
            RowDescription description,
            List<RowSet> rowSets,
            long maxRows,
            int fetchSize) {
        this.session = session;
        this.description = description;
        this.further = new ArrayDeque<>(rowSets);
        this.rowsLeft = maxRows == 0 ? Long.MAX_VALUE : maxRows;
        this.fetchSize = fetchSize;
        open(further.removeFirst());
    }

    /** Rows made by the driver itself. */
    static Cursor of(RowDescription description, RowBlock rows) {
        return new Cursor(null, description, List.of(RowSet.complete(description, rows)), 0, 0);
    }

    private void open(RowSet rowSet) {
        cursorId = rowSet.cursorId();
        last = rowSet.last();
        reader = rowSet.rows().reader();
    }

    RowDescription description() {
        return description;
    }

    int fetchSize() {
        return fetchSize;
    }

    void setFetchSize(int fetchSize) {
        this.fetchSize = fetchSize;
    }

    /** Moves to the next row; false at the end. */
    boolean next() throws SQLException {
        if (!hasNext()) {
            return false;
        }
        if (ahead != null) {
            reader = ahead;
            ahead = null;
        }
        rowsLeft--;
        try {
            return reader.next();
        } catch (ProtocolException e) {
            throw unreadable(e);
        }
    }

    /** Whether another row follows; may fetch, but stays on its row. */
    boolean hasNext() throws SQLException {
        if (rowsLeft == 0) {
            return false;
        }
        if (ahead != null || reader.rowsLeft() > 0) {
            return true;
        }
        while (!last || !further.isEmpty()) {
            RowSet rowSet = last ? further.removeFirst() : fetch();
            cursorId = last ? rowSet.cursorId() : cursorId;
            last = rowSet.last();
            if (rowSet.rows().rowCount() > 0) {
                ahead = rowSet.rows().reader();
                return true;
            }
        }
        return false;
    }

    private RowSet fetch() throws SQLException {
        Response.Reply reply =
                session.exchange(Command.of(new Request.Fetch(cursorId, fetchSize))).orThrow(false);
        if (reply instanceof Response.Rows rows) {
            return rows.rowSet();
        }
        throw Failures.wrongState("The controller answered FETCH with " + reply.tag());
    }

    /** A value of this row, columns from 0. */
    Object value(int column) throws SQLException {
        try {
            return reader.value(column);
        } catch (ProtocolException e) {
            throw unreadable(e);
        }
    }

    private static SQLException unreadable(ProtocolException e) {
        return Failures.wrongState("The rows received cannot be read: " + e.getMessage());
    }

    /** Forgets the rows; the controller hears of it with the next request. */
    void close() {
        if (!last && session != null && session.isOpen()) {
            session.closeLater(new Request.CloseCursor(cursorId));
        }
        for (RowSet rowSet : further) {
            if (!rowSet.last() && session != null) {
                session.closeLater(new Request.CloseCursor(rowSet.cursorId()));
            }
        }
        last = true;
        further.clear();
        rowsLeft = 0;
    }
}
