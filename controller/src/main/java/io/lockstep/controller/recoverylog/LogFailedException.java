package io.lockstep.controller.recoverylog;

import java.io.Serial;

/**
 * Writing or forcing failed, or the log is closed: nothing can be appended any more, until it is
 * opened again. Whether records that were not yet forced are on disk is unknown.
 */
public final class LogFailedException extends LogException {
    @Serial private static final long serialVersionUID = 1L;

    LogFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
