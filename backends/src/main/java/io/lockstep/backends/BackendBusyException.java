package io.lockstep.backends;

import java.sql.SQLException;

/**
 * Every connection of a pool stayed in use for the whole wait. The database itself may be healthy.
 */
public final class BackendBusyException extends SQLException {
    private static final long serialVersionUID = 1L;

    public BackendBusyException(String message, Throwable cause) {
        super(message, "53300", cause);
    }
}
