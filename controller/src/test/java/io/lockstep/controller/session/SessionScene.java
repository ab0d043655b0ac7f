package io.lockstep.controller.session;

import io.lockstep.backends.BackendSettings;
import io.lockstep.backends.Backends;
import io.lockstep.backends.markers.Markers;
import io.lockstep.controller.allocation.Allocator;
import io.lockstep.controller.allocation.ServingCounters;
import io.lockstep.controller.balancer.ReadBalancer;
import io.lockstep.controller.execution.BackendGroup;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.CommitClock;
import io.lockstep.controller.execution.CommitGroups;
import io.lockstep.controller.execution.FanOut;
import io.lockstep.controller.execution.LatenessWatch;
import io.lockstep.controller.execution.RedoRun;
import io.lockstep.controller.membership.Membership;
import io.lockstep.controller.membership.MembershipFile;
import io.lockstep.controller.redo.MemoryDirectory;
import io.lockstep.controller.redo.RedoLog;
import io.lockstep.controller.redo.TestLog;
import io.lockstep.controller.request.Conductor;
import io.lockstep.controller.request.PermitLanes;
import io.lockstep.controller.request.ReadSlots;
import io.lockstep.controller.request.VirtualDatabase;
import io.lockstep.controller.scheduler.DeadlineTimer;
import io.lockstep.controller.scheduler.LockTable;
import io.lockstep.controller.sql.StatementClassifier;
import io.lockstep.controller.sql.StatementClassifiers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A virtual database over two embedded H2 databases, and its sessions without a network: requests
 * go in as records, replies come out as records.
 */
final class SessionScene implements AutoCloseable {
    private static final int POOL = 8;
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(5);

    private final List<String> urls = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final LatenessWatch watch = new LatenessWatch(Duration.ofSeconds(30));
    private final SessionRegistry registry = new SessionRegistry();
    private final List<TestSession> opened = new ArrayList<>();
    private final BackendGroup group;
    private final Sessions sessions;

    SessionScene(Path directory) throws Exception {
        List<BackendHandle> handles = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            urls.add("jdbc:h2:file:" + directory.resolve(name) + ";WRITE_DELAY=0");
            handles.add(
                    new BackendHandle(
                            Backends.open(
                                    settings(name, urls.get(urls.size() - 1)),
                                    getClass().getClassLoader())));
        }
        Membership membership =
                Membership.open(
                        "shop",
                        List.of("a", "b"),
                        new MembershipFile(directory, "shop"),
                        Map.of(),
                        1);
        RedoLog redo = TestLog.redo(new MemoryDirectory());
        redo.outcomes().addRun(0); // as if the ids of its sessions had been drawn here
        for (BackendHandle handle : handles) {
            handle.backend().markers().create();
            handle.backend()
                    .markers()
                    .raise(
                            null,
                            new Markers.Claim(
                                    "shop", redo.log().identity(), redo.epoch(), 1, "the test", 0));
        }
        group =
                new BackendGroup(
                        "shop",
                        handles,
                        membership,
                        redo,
                        new RedoRun(redo.log(), directory),
                        Duration.ofSeconds(2));
        sessions = new Sessions(Map.of("shop", new Conductor(database(handles))), registry);
    }

    private static BackendSettings settings(String name, String url) {
        return new BackendSettings(
                name, url, "sa", "", 1, POOL, Duration.ofSeconds(5), Duration.ofSeconds(2));
    }

    private VirtualDatabase database(List<BackendHandle> handles) throws SQLException {
        StatementClassifier classifier =
                StatementClassifiers.create(
                        handles.stream().map(h -> h.backend().dialect()).toList(),
                        handles.get(0).backend().readCatalogue(),
                        100);
        FanOut fanOut = new FanOut(watch);
        CommitClock clock = new CommitClock();
        ReadSlots readSlots = new ReadSlots(handles, CommitGroups.LANES);
        LockTable locks = new LockTable(POOL / 2, DeadlineTimer.on(timer), System::nanoTime);
        return new VirtualDatabase(
                "shop",
                group,
                locks,
                classifier,
                new ReadBalancer.RoundRobin(),
                fanOut,
                clock,
                new CommitGroups(
                        group,
                        fanOut,
                        clock,
                        LOCK_TIMEOUT,
                        new PermitLanes(locks, readSlots),
                        timer),
                readSlots,
                new Allocator(new ServingCounters(group, readSlots, LOCK_TIMEOUT), LOCK_TIMEOUT),
                timer,
                LOCK_TIMEOUT);
    }

    TestSession session() throws Exception {
        TestSession session = new TestSession(opened.size() + 1, sessions);
        opened.add(session);
        return session;
    }

    /** One value, asked of each database itself: what both hold. */
    Object onBoth(String query) throws SQLException {
        List<Object> answers = new ArrayList<>();
        for (String url : urls) {
            try (Connection connection = DriverManager.getConnection(url, "sa", "");
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(query)) {
                result.next();
                answers.add(result.getObject(1));
            }
        }
        if (!answers.get(0).equals(answers.get(1))) {
            throw new AssertionError("the databases differ: " + query + " gives " + answers);
        }
        return answers.get(0);
    }

    @Override
    public void close() {
        opened.forEach(TestSession::close);
        group.close();
        watch.close();
        timer.shutdownNow();
    }
}
