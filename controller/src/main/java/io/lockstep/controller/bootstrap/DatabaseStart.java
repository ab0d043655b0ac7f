package io.lockstep.controller.bootstrap;

import io.lockstep.backends.Backend;
import io.lockstep.backends.Backends;
import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.controller.allocation.Allocator;
import io.lockstep.controller.allocation.ServingCounters;
import io.lockstep.controller.balancer.ReadBalancer;
import io.lockstep.controller.config.BackendConfig;
import io.lockstep.controller.config.VirtualDatabaseConfig;
import io.lockstep.controller.execution.BackendGroup;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.CommitClock;
import io.lockstep.controller.execution.CommitGroups;
import io.lockstep.controller.execution.FanOut;
import io.lockstep.controller.execution.LatenessWatch;
import io.lockstep.controller.membership.Membership;
import io.lockstep.controller.membership.MembershipFile;
import io.lockstep.controller.membership.View;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Brings one virtual database up: contacts its backends, decides who serves, puts its parts
 * together.
 */
final class DatabaseStart {
    private static final int CLASSES_CACHED = 5000;

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
        } finally {
            if (!opened) {
                start.handles.forEach(BackendHandle::close);
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
        FirstContact contact = contact(stored);
        Map<String, View.Standing> leaving = StartingView.of(config, stored.isEmpty(), contact);
        List<String> names = handles.stream().map(BackendHandle::name).toList();
        Membership membership = Membership.open(config.name(), names, file, leaving);
        BackendGroup group =
                new BackendGroup(config.name(), handles, membership, config.heartbeat().timeout());
        return put(group, contact.reached().get(group.inService().get(0)), watch, timer);
    }

    /** With those that hold every acknowledged write: all, or the last durable view's. */
    private FirstContact contact(Optional<MembershipFile.Stored> stored) throws StartException {
        List<BackendHandle> serving =
                handles.stream()
                        .filter(h -> stored.isEmpty() || stored.get().view().serves(h.name()))
                        .toList();
        if (serving.isEmpty()) {
            throw new StartException(
                    "%s: the configuration names none of the backends that hold every acknowledged write (%s). Nothing was changed; declare one of them again"
                            .formatted(
                                    config.name(),
                                    String.join(", ", stored.orElseThrow().view().inService())));
        }
        FirstContact contact = FirstContact.with(config.name(), serving, shutdown);
        if (contact.reached().isEmpty()) {
            throw new StartException(
                    "%s: none of the backends that hold every acknowledged write can be reached:%s\nNothing was changed. Start one of them and then the controller"
                            .formatted(config.name(), contact.failures()));
        }
        return contact;
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
                        new PermitLanes(locks, readSlots)),
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
