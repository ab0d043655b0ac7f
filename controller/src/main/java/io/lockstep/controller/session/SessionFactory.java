package io.lockstep.controller.session;

/** Opens sessions; given to the frontend. */
@FunctionalInterface
public interface SessionFactory {
    /**
     * Opens a session for a client that has logged in. Called on the session's loop; should not
     * block for long.
     *
     * @throws SessionRefusedException to send the client away, for instance because no backend is
     *     enabled
     */
    SessionHandler open(SessionStart start) throws SessionRefusedException;
}
