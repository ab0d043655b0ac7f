package io.lockstep.controller.frontend;

import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;

/**
 * What is known of an open session from outside.
 *
 * @param busyFor how long it has been at its present request; zero if it waits for its client
 * @param idleFor how long it has been waiting for its client; zero if it is busy
 */
public record SessionInfo(
        long sessionId,
        String virtualDatabase,
        String user,
        String applicationName,
        SocketAddress client,
        Instant since,
        Duration busyFor,
        Duration idleFor) {}
