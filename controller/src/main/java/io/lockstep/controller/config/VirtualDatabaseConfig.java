package io.lockstep.controller.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One database as its clients see it.
 *
 * @param users who may log in; at least one
 * @param lockTimeout longest wait for a lock of the controller
 * @param backendTimeout a backend this late with a statement that another has answered leaves
 * @param autoRejoin a backend that answers again comes back by itself
 * @param readOnlyRoutines functions and procedures that only read, in lower case without schema
 * @param acceptVolatileTriggers writes may fire triggers that ask the clock or chance
 * @param backends at least one, names and URLs distinct
 */
public record VirtualDatabaseConfig(
        String name,
        List<UserConfig> users,
        Replication replication,
        ReadBalancing readBalancer,
        Duration lockTimeout,
        HeartbeatConfig heartbeat,
        Duration backendTimeout,
        boolean autoRejoin,
        Set<String> readOnlyRoutines,
        boolean acceptVolatileTriggers,
        List<BackendConfig> backends) {
    public VirtualDatabaseConfig {
        users = List.copyOf(users);
        readOnlyRoutines = Set.copyOf(readOnlyRoutines);
        backends = List.copyOf(backends);
    }

    /** Names of the schemas where Lockstep's own tables are, in lower case. */
    public Set<String> ownSchemas() {
        return backends.stream()
                .map(backend -> backend.ownSchema().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Which backends hold which tables. */
    public enum Replication {
        /** Every backend holds everything. */
        RAIDB_1
    }

    /** How the backend that answers a read is picked. */
    public enum ReadBalancing {
        ROUND_ROBIN,
        WEIGHTED,
        LEAST_PENDING
    }

    /** A backend that does not answer within {@code timeout}, asked every {@code interval}. */
    public record HeartbeatConfig(Duration interval, Duration timeout) {}

    /** What a client logs in with. */
    public record UserConfig(String name, String password) {
        @Override
        public String toString() {
            return "UserConfig[" + name + "]";
        }
    }
}
