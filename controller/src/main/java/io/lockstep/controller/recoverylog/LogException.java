package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.io.Serial;

/** The recovery log cannot do what was asked; the subclasses say whether it ever can again. */
public abstract class LogException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    LogException(String message, Throwable cause) {
        super(message, cause);
    }
}
