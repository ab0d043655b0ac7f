package io.lockstep.controller.admin;

import java.time.Instant;

/**
 * One backend.
 *
 * @param state in lower case: enabled, disabled, lost, disagreed; or resyncing while it is out of
 *     service and being brought level
 * @param behind how many commits it still lacks, or null unless it is resyncing
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
        Long behind,
        String url,
        String user,
        String engine,
        int weight,
        Pool pool,
        long requests,
        int pending,
        String lastError,
        Instant lastErrorAt) {

    /** The same, on its way into service, before it is known how far it is behind. */
    public BackendStatus resyncing() {
        return new BackendStatus(
                virtualDatabase,
                name,
                "resyncing",
                since,
                reason,
                behind,
                url,
                user,
                engine,
                weight,
                pool,
                requests,
                pending,
                lastError,
                lastErrorAt);
    }

    /**
     * Its physical connections.
     *
     * @param waiting requests that wait for a connection
     */
    public record Pool(int active, int idle, int max, int waiting) {}
}
