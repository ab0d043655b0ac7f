package io.lockstep.controller.session;

import java.net.SocketAddress;
import java.util.concurrent.Executor;

/**
 * Who opens a session, and where it runs.
 *
 * @param sessionId first half of the ids of the session's transactions
 * @param user who logged in
 * @param applicationName what the client calls itself, may be empty
 * @param loop runs tasks on the session's thread, one after the other and never during {@link
 *     SessionHandler#handle}. Usable from any thread; does not block and does not refuse, even when
 *     the session is long gone
 * @param cut closes the client's connection, as if the client had gone; from any thread, does not
 *     wait
 */
public record SessionStart(
        long sessionId,
        String virtualDatabase,
        String user,
        String applicationName,
        SocketAddress client,
        Executor loop,
        Runnable cut) {}
