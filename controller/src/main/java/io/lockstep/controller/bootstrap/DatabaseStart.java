package io.lockstep.controller.bootstrap;

import io.lockstep.backends.Backend;
import io.lockstep.backends.BackendSettings;
import io.lockstep.backends.Backends;
import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.controller.balancer.ReadBalancer;
import io.lockstep.controller.config.BackendConfig;
import io.lockstep.controller.config.VirtualDatabaseConfig;
import io.lockstep.controller.execution.BackendGroup;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.CommitClock;
import io.lockstep.controller.execution.CommitGroups;
import io.lockstep.controller.execution.FanOut;
import io.lockstep.controller.execution.LatenessWatch;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.membership.Membership;
import io.lockstep.controller.membership.MembershipFile;
import io.lockstep.controller.request.ReadSlots;
import io.lockstep.controller.request.VirtualDatabase;
import io.lockstep.controller.scheduler.DeadlineTimer;
import io.lockstep.controller.scheduler.LockTable;
import io.lockstep.controller.sql.StatementClassifier;
import io.lockstep.controller.sql.StatementClassifiers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one virtual database up: contacts its backends, decides who serves, puts its parts
 * together.
 */
final class DatabaseStart {
    private static final Logger log = LoggerFactory.getLogger(DatabaseStart.class);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LOCK_WAIT_MAX = Duration.ofSeconds(5);
    private static final int CLASSES_CACHED = 5000;
    private static final int GROUP_LANES = 2;

    private final VirtualDatabaseConfig config;
    private final Shutdown shutdown;
    private final List<BackendHandle> handles = new ArrayList<>();

    private DatabaseStart(VirtualDatabaseConfig config, Shutdown shutdown) {
        this.config = config;
        this.shutdown = shutdown;
    }

    /**
     * Contacts the backends and assembles the virtual database. Starts no heartbeat yet.
     *
     * @throws StartException if no backend is left to serve, it is unclear which one is right, or a
     *     stop is requested meanwhile
     */
    static VirtualDatabase open(
            VirtualDatabaseConfig config,
            Path dataDir,
            ClassLoader drivers,
            LatenessWatch watch,
            ScheduledExecutorService timer,
            Shutdown shutdown)
            throws StartException {
        DatabaseStart start = new DatabaseStart(config, shutdown);
        boolean opened = false;
        try {
            start.openHandles(drivers);
            VirtualDatabase database = start.assemble(dataDir, watch, timer);
            opened = true;
            return database;
        } catch (IOException e) {
            throw new StartException(config.name() + ": " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new StartException(config.name() + ": " + e.getMessage(), e);
        } finally {
            if (!opened) {
                start.handles.forEach(BackendHandle::close);
            }
        }
    }

    private void openHandles(ClassLoader drivers) throws StartException {
        for (BackendConfig backend : config.backends()) {
            if (backend.poolMax() < permitsReserved() + 1) {
                throw new StartException(
                        "%s: backend %s has pool.max %d; at least %d are needed (%d for commit groups, %d for reads, 1 for a transaction)"
                                .formatted(
                                        config.name(),
                                        backend.name(),
                                        backend.poolMax(),
                                        permitsReserved() + 1,
                                        GROUP_LANES,
                                        ReadSlots.FLOOR));
            }
            try {
                Backend opened = Backends.open(settings(backend), drivers);
                handles.add(new BackendHandle(opened));
            } catch (IllegalArgumentException e) {
                throw new StartException(
                        config.name() + ": backend " + backend.name() + ": " + e.getMessage(), e);
            }
        }
    }

    private static int permitsReserved() {
        return GROUP_LANES + ReadSlots.FLOOR;
    }

    private BackendSettings settings(BackendConfig backend) {
        Duration quarter = config.backendTimeout().dividedBy(4);
        Duration lockWait = quarter.compareTo(LOCK_WAIT_MAX) < 0 ? quarter : LOCK_WAIT_MAX;
        return new BackendSettings(
                backend.name(),
                backend.url(),
                backend.user(),
                backend.password(),
                backend.weight(),
                backend.poolMax(),
                CONNECT_TIMEOUT,
                lockWait);
    }

    private VirtualDatabase assemble(
            Path dataDir, LatenessWatch watch, ScheduledExecutorService timer)
            throws StartException, IOException, SQLException {
        List<String> names = handles.stream().map(BackendHandle::name).toList();
        MembershipFile file = new MembershipFile(dataDir, config.name());
        boolean first = file.read().isEmpty();
        Map<BackendHandle, Catalogue> catalogues = new LinkedHashMap<>();
        Map<BackendHandle, SQLException> unreachable = new LinkedHashMap<>();
        Membership membership = contact(first, names, file, catalogues, unreachable);
        BackendGroup group =
                new BackendGroup(config.name(), handles, membership, config.heartbeat().timeout());
        for (Map.Entry<BackendHandle, SQLException> gone : unreachable.entrySet()) {
            if (group.serves(gone.getKey())) {
                group.leave(
                        gone.getKey(),
                        BackendState.LOST,
                        "not reachable when the controller started: "
                                + gone.getValue().getMessage());
            }
        }
        return put(group, catalogues.get(group.inService().get(0)), watch, timer);
    }

    /**
     * Nothing durable is changed if nobody answers: whoever served last must still be known then.
     */
    private Membership contact(
            boolean first,
            List<String> names,
            MembershipFile file,
            Map<BackendHandle, Catalogue> catalogues,
            Map<BackendHandle, SQLException> unreachable)
            throws StartException, IOException {
        List<String> serving =
                first
                        ? names
                        : file.read().orElseThrow().view().inService().stream()
                                .filter(names::contains)
                                .toList();
        for (BackendHandle handle : handles) {
            if (shutdown.isRequested()) {
                throw new StartException(config.name() + ": a stop is requested");
            }
            if (serving.contains(handle.name())) {
                try {
                    catalogues.put(handle, handle.backend().readCatalogue());
                } catch (SQLException e) {
                    log.warn(
                            "{}: backend {} is not reachable: {}",
                            config.name(),
                            handle,
                            e.getMessage());
                    unreachable.put(handle, e);
                }
            }
        }
        if (catalogues.isEmpty()) {
            StringBuilder why = new StringBuilder();
            unreachable.forEach(
                    (handle, e) ->
                            why.append("; ").append(handle).append(": ").append(e.getMessage()));
            throw new StartException(
                    "%s: none of the backends that hold every acknowledged write can be reached (%s)%s. Nothing was changed; start one of them and then the controller"
                            .formatted(config.name(), String.join(", ", serving), why));
        }
        return Membership.open(config.name(), names, file);
    }

    private VirtualDatabase put(
            BackendGroup group,
            Catalogue catalogue,
            LatenessWatch watch,
            ScheduledExecutorService timer) {
        StatementClassifier classifier =
                StatementClassifiers.create(
                        handles.stream().map(h -> h.backend().dialect()).toList(),
                        catalogue,
                        CLASSES_CACHED);
        classifier.warmUp();
        int smallestPool =
                config.backends().stream().mapToInt(BackendConfig::poolMax).min().orElseThrow();
        int permits = smallestPool - permitsReserved();
        FanOut fanOut = new FanOut(watch);
        CommitClock clock = new CommitClock();
        return new VirtualDatabase(
                config.name(),
                group,
                new LockTable(permits, DeadlineTimer.on(timer), System::nanoTime),
                classifier,
                balancer(),
                fanOut,
                clock,
                new CommitGroups(group, fanOut, clock, config.lockTimeout()),
                new ReadSlots(handles, GROUP_LANES),
                timer,
                config.lockTimeout());
    }

    private ReadBalancer balancer() {
        return switch (config.readBalancer()) {
            case LEAST_PENDING -> new ReadBalancer.LeastPending();
            case ROUND_ROBIN -> new ReadBalancer.RoundRobin();
            case WEIGHTED -> new ReadBalancer.Weighted();
        };
    }
}
