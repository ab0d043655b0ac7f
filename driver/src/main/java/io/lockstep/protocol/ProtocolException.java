package io.lockstep.protocol;

import java.io.IOException;

/**
 * The bytes received are not what the protocol allows. The connection they came over cannot be
 * trusted any more and is closed; nobody else is concerned.
 */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message);
    }

    public ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
