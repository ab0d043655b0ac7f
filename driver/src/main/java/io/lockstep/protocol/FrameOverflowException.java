package io.lockstep.protocol;

/**
 * What was written does not fit into a frame. Nothing of the frame has been sent: abandon it, and
 * the connection is as good as before, unless chunks or parts have gone ahead of it. A caller turns
 * this into {@link SqlState#PROGRAM_LIMIT_EXCEEDED}.
 */
public final class FrameOverflowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FrameOverflowException(String message) {
        super(message);
    }
}
