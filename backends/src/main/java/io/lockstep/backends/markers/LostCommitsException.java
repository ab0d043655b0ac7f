package io.lockstep.backends.markers;

import java.sql.SQLException;

/**
 * The database answers, but has forgotten what it had confirmed: it was killed and lost its last
 * commits, restored from a copy, or replaced by another one. It must serve nothing before the log
 * has been done on it again.
 */
public final class LostCommitsException extends SQLException {
    private static final long serialVersionUID = 1L;

    /** Not possible in this state of the object. */
    private static final String STATE = "55000";

    public LostCommitsException(String message, Throwable cause) {
        super(message, STATE, cause);
    }
}
