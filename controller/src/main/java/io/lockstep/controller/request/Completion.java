package io.lockstep.controller.request;

import io.lockstep.controller.execution.StatementResult;
import java.sql.SQLException;

/**
 * Hears how a request ended: exactly one call, on the session's thread, possibly before the request
 * returns.
 */
public interface Completion {
    void done(StatementResult result);

    /** Rows to be read by the session; it must close them. */
    void rows(RowSource rows);

    void failed(SQLException error);
}
