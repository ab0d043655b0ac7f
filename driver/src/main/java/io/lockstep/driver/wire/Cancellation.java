package io.lockstep.driver.wire;

import io.lockstep.driver.settings.ConnectionSettings;
import io.lockstep.driver.settings.HostAddress;
import io.lockstep.protocol.ProtocolException;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;

/**
 * Stops what a session is doing, over a connection of its own.
 *
 * @param host the controller that serves the session
 */
record Cancellation(ConnectionSettings settings, HostAddress host, long sessionId, long secret) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * Returns once the controller has taken it; what was running may have ended by itself before.
     */
    void send() throws IOException {
        Deadline deadline = Deadline.in(PATIENCE);
        try (ControllerLink link = new Connector(settings).open(host, deadline)) {
            link.setReadTimeout(deadline.remaining(PATIENCE));
            new Request.Cancel(sessionId, secret).writeTo(link.values());
            link.send();
            awaitClose(link);
        }
    }

    /**
     * The controller closes the connection when the cancellation is done, so that it hits nothing
     * sent later.
     */
    private static void awaitClose(ControllerLink link) throws IOException {
        try {
            Response response = link.receive();
            throw new ProtocolException("a " + response.tag() + " in answer to a cancellation");
        } catch (EOFException closed) {
            return;
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "Cancellation[" + host + ", session " + Long.toHexString(sessionId) + "]";
    }
}
