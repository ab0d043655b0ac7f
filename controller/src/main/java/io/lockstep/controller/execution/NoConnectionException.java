package io.lockstep.controller.execution;

import io.lockstep.protocol.SqlState;
import java.sql.SQLException;

/**
 * A database that answers pings gives no connection: it has reached its own limit, or does not let
 * us in any more. Says nothing about the other backends.
 */
public final class NoConnectionException extends SQLException {
    private static final long serialVersionUID = 1L;

    NoConnectionException(BackendHandle handle, SQLException cause) {
        super(
                "backend " + handle + " answers but gives no connection: " + cause.getMessage(),
                SqlState.TOO_MANY_CONNECTIONS.code(),
                cause);
    }
}
