package io.lockstep.controller.request;

import io.lockstep.protocol.SqlState;
import java.sql.SQLException;

/**
 * The request a session is working on, as far as others may interrupt it. The session's thread says
 * at each stage how that stage can be interrupted; any thread may ask for it.
 */
final class ActiveRequest {
    private volatile String reason; // null = not cancelled
    private volatile Runnable interruption;

    /**
     * How the stage now beginning is interrupted; null for not at all. Runs at once if it was asked
     * for before.
     */
    void interruptedBy(Runnable action) {
        interruption = action;
        if (action != null && reason != null) {
            action.run();
        }
    }

    /** From any thread; what runs may block for a round trip to a backend. */
    void cancel(String why) {
        reason = why;
        Runnable action = interruption;
        if (action != null) {
            action.run();
        }
    }

    boolean isCancelled() {
        return reason != null;
    }

    /**
     * Between stages.
     *
     * @throws SQLException 57014 if it was cancelled
     */
    void check() throws SQLException {
        if (reason != null) {
            throw cancelled(null);
        }
    }

    SQLException cancelled(Throwable cause) {
        String why = reason == null ? "by the backend" : reason;
        return new SQLException(
                "statement cancelled " + why + "; it has no effect",
                SqlState.QUERY_CANCELED.code(),
                cause);
    }
}
