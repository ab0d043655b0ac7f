package io.lockstep.controller.admin;

import java.time.Instant;
import java.util.List;

/**
 * The controller as a whole.
 *
 * @param listen where JDBC clients connect, {@code host:port} as bound
 * @param adminListen the same of this API
 */
public record ControllerStatus(
        String version,
        Instant startedAt,
        String listen,
        String adminListen,
        String dataDir,
        long heapUsedBytes,
        long heapMaxBytes,
        List<VirtualDatabaseStatus> virtualDatabases) {

    /**
     * One virtual database.
     *
     * @param sessions connected clients
     * @param transactions open transactions
     * @param permitsInUse transactions admitted to the backends, of {@code permits}
     */
    public record VirtualDatabaseStatus(
            String name,
            int sessions,
            int transactions,
            int permitsInUse,
            int permits,
            List<BackendStatus> backends) {}
}
