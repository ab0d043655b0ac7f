package io.lockstep.controller.bootstrap;

import io.lockstep.backends.Backend;
import io.lockstep.backends.Backends;
import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.controller.allocation.Allocator;
import io.lockstep.controller.allocation.ServingCounters;
import io.lockstep.controller.balancer.ReadBalancer;
import io.lockstep.controller.config.BackendConfig;
import io.lockstep.controller.config.RecoveryLogConfig;
import io.lockstep.controller.config.VirtualDatabaseConfig;
import io.lockstep.controller.execution.BackendGroup;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.CommitClock;
import io.lockstep.controller.execution.CommitGroups;
import io.lockstep.controller.execution.FanOut;
import io.lockstep.controller.execution.LatenessWatch;
import io.lockstep.controller.membership.Membership;
import io.lockstep.controller.membership.MembershipFile;
import io.lockstep.controller.recovery.Incarnation;
import io.lockstep.controller.recovery.StartRecovery;
import io.lockstep.controller.recoverylog.DiskDirectory;
import io.lockstep.controller.recoverylog.LogOptions;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.controller.request.PermitLanes;
import io.lockstep.controller.request.ReadSlots;
import io.lockstep.controller.request.VirtualDatabase;
import io.lockstep.controller.scheduler.DeadlineTimer;
import io.lockstep.controller.scheduler.LockTable;
import io.lockstep.controller.sql.StatementClassifier;
import io.lockstep.controller.sql.StatementClassifiers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one virtual database up: contacts its backends, decides who serves, puts its parts
 * together.
 */
final class DatabaseStart {
    private static final Logger log = LoggerFactory.getLogger(DatabaseStart.class);
    private static final int CLASSES_CACHED = 5000;

    private final VirtualDatabaseConfig config;
    private final RecoveryLogConfig logConfig;
    private final Incarnation incarnation;
    private final Shutdown shutdown;
    private final List<BackendHandle> handles = new ArrayList<>();
    private RecoveryLog recoveryLog;

    private DatabaseStart(
            VirtualDatabaseConfig config,
            RecoveryLogConfig logConfig,
            Incarnation incarnation,
            Shutdown shutdown) {
        this.config = config;
        this.logConfig = logConfig;
        this.incarnation = incarnation;
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
            RecoveryLogConfig logConfig,
            Incarnation incarnation,
            Path dataDir,
            ClassLoader drivers,
            LatenessWatch watch,
            ScheduledExecutorService timer,
            Shutdown shutdown)
            throws StartException {
        DatabaseStart start = new DatabaseStart(config, logConfig, incarnation, shutdown);
        boolean opened = false;
        try {
            start.openHandles(drivers);
            VirtualDatabase database = start.assemble(dataDir, watch, timer);
            opened = true;
            return database;
        } catch (IOException e) {
            throw new StartException(config.name() + ": " + e.getMessage(), e);
        } finally {
            if (!opened) {
                start.close();
            }
        }
    }

    private void close() {
        handles.forEach(BackendHandle::close);
        if (recoveryLog != null) {
            try {
                recoveryLog.close();
            } catch (IOException e) {
                log.warn("{}: the recovery log could not be closed", config.name(), e);
            }
        }
    }

    private void openHandles(ClassLoader drivers) throws StartException {
        for (BackendConfig backend : config.backends()) {
            try {
                Backend opened = Backends.open(backend.settings(config.backendTimeout()), drivers);
                handles.add(new BackendHandle(opened));
            } catch (IllegalArgumentException e) {
                throw new StartException(
                        config.name() + ": backend " + backend.name() + ": " + e.getMessage(), e);
            }
        }
    }

    private static int permitsReserved() {
        return CommitGroups.LANES + ReadSlots.FLOOR;
    }

    private VirtualDatabase assemble(
            Path dataDir, LatenessWatch watch, ScheduledExecutorService timer)
            throws StartException, IOException {
        MembershipFile file = new MembershipFile(dataDir, config.name());
        Optional<MembershipFile.Stored> stored = file.read();
        Comeback comeback = new Comeback(config, handles, stored, shutdown);
        Comeback.Result back =
                comeback.run(recoveryLog(dataDir), dataDir.resolve("spill"), incarnation);
        StartRecovery.Result recovered = back.recovered();
        List<String> names = handles.stream().map(BackendHandle::name).toList();
        Membership membership =
                Membership.open(
                        config.name(), names, file, back.changed(), recovered.redo().epoch());
        BackendGroup group =
                new BackendGroup(
                        config.name(),
                        handles,
                        membership,
                        recovered.redo(),
                        recovered.redoRun(),
                        config.heartbeat().timeout());
        return put(group, back.catalogue(group.inService().get(0)), watch, timer);
    }

    private RecoveryLog recoveryLog(Path dataDir) throws IOException {
        recoveryLog =
                RecoveryLog.open(
                        DiskDirectory.at(LogInspection.directory(dataDir, config.name())),
                        LogOptions.DEFAULTS.withSegmentBytes(logConfig.segmentBytes()));
        return recoveryLog;
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
                        config.readOnlyRoutines(),
                        config.acceptVolatileTriggers(),
                        config.ownSchemas(),
                        CLASSES_CACHED);
        classifier.warmUp();
        int smallestPool =
                config.backends().stream().mapToInt(BackendConfig::poolMax).min().orElseThrow();
        int permits = smallestPool - permitsReserved();
        FanOut fanOut = new FanOut(watch);
        CommitClock clock = new CommitClock();
        LockTable locks = new LockTable(permits, DeadlineTimer.on(timer), System::nanoTime);
        ReadSlots readSlots = new ReadSlots(handles, CommitGroups.LANES);
        group.inService().forEach(handle -> handle.backend().keepReady());
        return new VirtualDatabase(
                config.name(),
                group,
                locks,
                classifier,
                balancer(),
                fanOut,
                clock,
                new CommitGroups(
                        group,
                        fanOut,
                        clock,
                        config.lockTimeout(),
                        new PermitLanes(locks, readSlots),
                        timer),
                readSlots,
                new Allocator(
                        new ServingCounters(group, readSlots, config.lockTimeout()),
                        config.lockTimeout()),
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
