package io.lockstep.cli;

/** A command that could not do its work, for a reason the message explains. */
final class CommandFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    CommandFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
