package io.lockstep.controller.admin;

import java.time.Instant;

/**
 * One backend.
 *
 * @param state in lower case: enabled, disabled, lost, disagreed
 * @param since when it came into that state, or null if not known
 * @param reason why it is not in service, or null
 * @param url without secrets
 * @param engine product name and version, or null if it was never reached
 * @param pool null while it has none
 * @param requests sent to it since the controller started
 * @param pending requests now waiting for its answer
 * @param lastError message of the last failure, or null
 */
public record BackendStatus(
        String virtualDatabase,
        String name,
        String state,
        Instant since,
        String reason,
        String url,
        String user,
        String engine,
        int weight,
        Pool pool,
        long requests,
        int pending,
        String lastError,
        Instant lastErrorAt) {

    /**
     * Its physical connections.
     *
     * @param waiting requests that wait for a connection
     */
    public record Pool(int active, int idle, int max, int waiting) {}
}
