package io.lockstep.controller.recovery;

/** A database holds something else than the log says: the log cannot heal it. */
final class DisagreedException extends Exception {
    private static final long serialVersionUID = 1L;

    DisagreedException(String message) {
        super(message);
    }
}
