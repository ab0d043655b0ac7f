package io.lockstep.controller.config;

import io.lockstep.backends.BackendSettings;
import io.lockstep.backends.dialect.BackendUrl;
import java.time.Duration;
import java.util.Optional;

/**
 * One of the databases behind a virtual database.
 *
 * @param user empty = none is sent
 * @param markerSchema schema of the tables Lockstep keeps there; none = the default schema
 * @param source the one to copy the others from at the first start
 */
public record BackendConfig(
        String name,
        String url,
        String user,
        String password,
        int weight,
        int poolMax,
        Optional<String> markerSchema,
        boolean source) {
    /**
     * How to reach it.
     *
     * @param backendTimeout of the virtual database: the database's own lock waits end far sooner,
     *     so that a conflict the controller did not see is not taken for a late backend
     */
    public BackendSettings settings(Duration backendTimeout) {
        Duration third = backendTimeout.dividedBy(3);
        Duration lockWait =
                third.compareTo(Defaults.BACKEND_LOCK_WAIT) < 0
                        ? third
                        : Defaults.BACKEND_LOCK_WAIT;
        return new BackendSettings(
                name,
                url,
                user,
                password,
                weight,
                poolMax,
                Defaults.BACKEND_CONNECT_TIMEOUT,
                lockWait,
                ownSchema());
    }

    /** Where Lockstep's own tables are. */
    String ownSchema() {
        return markerSchema.orElse(BackendSettings.MARKER_SCHEMA);
    }

    /** Without the password, and without one inside the URL. */
    @Override
    public String toString() {
        return "BackendConfig["
                + name
                + ", "
                + BackendUrl.redacted(url)
                + ", user="
                + user
                + ", weight="
                + weight
                + ", pool max "
                + poolMax
                + "]";
    }
}
