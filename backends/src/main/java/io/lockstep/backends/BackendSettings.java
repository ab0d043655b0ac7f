package io.lockstep.backends;

import io.lockstep.backends.dialect.BackendUrl;
import java.time.Duration;
import java.util.Objects;

/**
 * How to reach one database.
 *
 * @param name unique within its virtual database; appears in logs, messages and thread names
 * @param weight share of the reads under the weighted balancer, at least 1
 * @param poolMax most physical connections for requests (liveness probes use one more)
 * @param lockWait longest wait for a lock inside this database; far below {@code backendTimeout} so
 *     that a hidden conflict ends as an error of the transient class and not as a late backend
 * @param markerSchema schema of Lockstep's own tables in this database; on MariaDB, a database
 *     beside it
 */
public record BackendSettings(
        String name,
        String url,
        String user,
        String password,
        int weight,
        int poolMax,
        Duration connectTimeout,
        Duration lockWait,
        String markerSchema) {
    /** Where Lockstep's own tables are unless it is configured otherwise. */
    public static final String MARKER_SCHEMA = "lockstep";

    public BackendSettings {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(url, "url");
        Objects.requireNonNull(markerSchema, "markerSchema");
    }

    /** With the default {@link #MARKER_SCHEMA}. */
    public BackendSettings(
            String name,
            String url,
            String user,
            String password,
            int weight,
            int poolMax,
            Duration connectTimeout,
            Duration lockWait) {
        this(name, url, user, password, weight, poolMax, connectTimeout, lockWait, MARKER_SCHEMA);
    }

    /** Without the password, and without one inside the URL. */
    @Override
    public String toString() {
        return "BackendSettings[" + name + ", " + BackendUrl.redacted(url) + ", user=" + user + "]";
    }
}
