package io.lockstep.controller.recoverylog;

import java.io.Serial;

/** The records that were asked for are no longer, or not yet, in the log. */
public final class LogPurgedException extends LogException {
    @Serial private static final long serialVersionUID = 1L;

    LogPurgedException(String message, Throwable cause) {
        super(message, cause);
    }
}
