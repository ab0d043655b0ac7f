package io.lockstep.controller.recoverylog;

import java.io.Serial;

/**
 * There is no space for this record. It was not appended, everything before it is untouched, and
 * appending works again as soon as space could be prepared, which the log tries by itself.
 */
public final class LogFullException extends LogException {
    @Serial private static final long serialVersionUID = 1L;

    LogFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
