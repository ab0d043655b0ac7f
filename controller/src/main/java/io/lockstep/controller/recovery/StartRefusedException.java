package io.lockstep.controller.recovery;

/** The virtual database must not be served, and nothing was changed; the message says why. */
public final class StartRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    StartRefusedException(String message) {
        super(message);
    }

    StartRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
