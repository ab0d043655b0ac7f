package io.lockstep.controller.admin;

import java.time.Instant;

/**
 * One connected client.
 *
 * @param id in hexadecimal, as it is part of transaction ids and of the controller's log. A text:
 *     64 bits are more than JSON's numbers hold
 * @param client its address, {@code host:port}
 * @param application as the client names itself, or null
 * @param state in lower case: idle, idle in transaction, running, waiting for lock
 * @param since when it came into that state
 * @param transaction id of the open transaction, or null
 * @param statement text of the current or last statement, cut to a sensible length, or null
 */
public record SessionStatus(
        String id,
        String virtualDatabase,
        String user,
        String client,
        String application,
        Instant connectedAt,
        String state,
        Instant since,
        String transaction,
        String statement) {}
