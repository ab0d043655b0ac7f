package io.lockstep.controller.session;

import io.lockstep.protocol.ErrorDetail;
import io.lockstep.protocol.SqlState;

/** A session cannot be opened; the client is told why. */
public final class SessionRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final SqlState state;

    public SessionRefusedException(SqlState state, String message) {
        super(message);
        this.state = state;
    }

    /** What the client gets. */
    public ErrorDetail detail() {
        return ErrorDetail.of(state, getMessage());
    }
}
