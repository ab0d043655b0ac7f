package io.lockstep.controller.request;

import io.lockstep.backends.BackendConnection;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.ResultColumns;
import io.lockstep.protocol.RowDescription;
import io.lockstep.protocol.RowsWriter;
import io.lockstep.protocol.SqlState;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A backend's result that a session is reading: rows go from the driver straight into the client's
 * frame, as many as the client has asked for, never the whole result. Belongs to the session's
 * thread.
 */
public final class OpenRows implements RowSource {
    private final BackendHandle handle;
    private final BackendConnection connection;
    private final PreparedStatement statement;
    private final ResultSet result;
    private final ResultColumns columns;
    private final int fetchSize;
    private final Runnable whenClosed;
    private boolean rowPending;
    private boolean closed;

    OpenRows(
            BackendHandle handle,
            BackendConnection connection,
            PreparedStatement statement,
            ResultSet result,
            ResultColumns columns,
            int fetchSize,
            Runnable whenClosed) {
        this.handle = handle;
        this.connection = connection;
        this.statement = statement;
        this.result = result;
        this.columns = columns;
        this.fetchSize = fetchSize;
        this.whenClosed = whenClosed;
    }

    @Override
    public RowDescription description() {
        return columns.description();
    }

    @Override
    public int fetchSize() {
        return fetchSize;
    }

    @Override
    public boolean writeRows(RowsWriter out, int rowsMax) throws SQLException, IOException {
        if (closed) {
            throw new SQLException(
                    "this result was closed with its transaction", SqlState.INVALID_CURSOR.code());
        }
        connection.running(statement);
        try {
            while (rowPending || result.next()) {
                // Whether this row still fits is known only before it is written, whether it was
                // the last only after.
                rowPending = true;
                if (out.rowCount() >= rowsMax || out.isFull()) {
                    return false;
                }
                columns.writeRow(result, out.values());
                out.endRow();
                rowPending = false;
            }
            return true;
        } catch (SQLException e) {
            out.abandonRow();
            throw explain(e);
        } finally {
            connection.running(null);
        }
    }

    private SQLException explain(SQLException e) {
        return switch (handle.backend().dialect().classify(e)) {
            case CONNECTION ->
                    new SQLException(
                            "backend "
                                    + handle
                                    + " was lost while it was sending rows; the rest of this result cannot be had"
                                    + " from another one. Run the query again",
                            SqlState.CONNECTION_LOST.code(),
                            e);
            default -> e;
        };
    }

    @Override
    public void cancel() {
        connection.cancelRunning();
    }

    boolean isClosed() {
        return closed;
    }

    /** Gives statement, connection and locks back; idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            connection.giveBack(statement);
            handle.readEnds();
            whenClosed.run();
        }
    }
}
