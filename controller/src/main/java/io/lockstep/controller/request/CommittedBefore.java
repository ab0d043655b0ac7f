package io.lockstep.controller.request;

import io.lockstep.protocol.SqlState;
import java.sql.SQLException;

/** Failures of something whose first part is committed already. */
public final class CommittedBefore {
    private CommittedBefore() {}

    /**
     * The same error, without a state that says that all was rolled back: whoever then tries again
     * would do the committed part twice.
     *
     * @param committed what is, to be added to the message
     */
    public static SQLException said(SQLException error, String committed) {
        String state = error.getSQLState();
        if (SqlState.ROLLED_BACK.code().equals(state)) {
            state = SqlState.LOCK_NOT_AVAILABLE.code();
        } else if (SqlState.CONNECTION_LOST.code().equals(state)) {
            state = SqlState.OUTCOME_UNKNOWN.code();
        }
        SQLException said =
                new SQLException(
                        error.getMessage() + " (" + committed + ")",
                        state,
                        error.getErrorCode(),
                        error);
        said.setNextException(error.getNextException());
        return said;
    }
}
