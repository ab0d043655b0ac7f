package io.lockstep.controller.request;

import io.lockstep.protocol.RowDescription;
import io.lockstep.protocol.RowsWriter;
import java.io.IOException;
import java.sql.SQLException;

/** A result a session sends to its client piece by piece. Session thread only. */
public interface RowSource extends AutoCloseable {
    RowDescription description();

    /** Rows to send at a time unless the client says otherwise. */
    int fetchSize();

    /**
     * Writes up to {@code rowsMax} rows, fewer if the frame is full.
     *
     * @return true if there are no more
     * @throws SQLException if the backend failed; the row begun has been taken back
     */
    boolean writeRows(RowsWriter out, int rowsMax) throws SQLException, IOException;

    /** From any thread: ends a {@link #writeRows} that waits for the backend. */
    default void cancel() {}

    @Override
    void close();
}
