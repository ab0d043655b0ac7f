package io.lockstep.controller.bootstrap;

/** The controller cannot start; the message says why and what to do. Nothing is left running. */
final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    StartException(String message) {
        super(message);
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
