package io.lockstep.tests.divergence;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.protocol.SqlState;
import io.lockstep.tests.divergence.workload.ClientSession;
import io.lockstep.tests.divergence.workload.Evidence;
import io.lockstep.tests.divergence.workload.Spelling;
import io.lockstep.tests.divergence.workload.Workload;
import io.lockstep.tests.divergence.workload.Workloads;
import io.lockstep.tests.harness.ChildProcess;
import io.lockstep.tests.harness.FaultProxy;
import io.lockstep.tests.harness.JavaCommand;
import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Engine;
import io.lockstep.tests.harness.database.TableContents;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** One run of mixed work over one virtual database, from its tables to the verdict. */
final class DivergenceRun {
    private static final long COMMITS_MIN = 1000;
    private static final Duration LONGEST = Duration.ofSeconds(90);

    private final TestedDatabase database;
    private final String title;
    private final Random random;
    private final List<Workload> workloads;
    private final MixedLoad load;
    private final ControllerFigures figures;
    private final FaultProxy clientProxy;
    private final Set<Integer> gone = new HashSet<>();
    private boolean complete = true;
    private boolean comesBack;

    /** What happens to the databases, connections or clients while the sessions work. */
    @FunctionalInterface
    interface Disturbance {
        void happen(DivergenceRun run) throws Exception;
    }

    /** Clients may be told nothing but 40001 and 0ALS1. */
    DivergenceRun(TestedDatabase database, String purpose) {
        this(database, purpose, Set.of(), null);
    }

    /**
     * A run that has not begun.
     *
     * @param tolerated states that clients may be told besides 40001 and 0ALS1
     * @param clientProxy what clients connect through, or null
     */
    DivergenceRun(
            TestedDatabase database,
            String purpose,
            Set<String> tolerated,
            FaultProxy clientProxy) {
        this.database = database;
        this.title = purpose + " over " + engines(database);
        this.random = TestSettings.random(title);
        this.workloads = Workloads.of(new Spelling(engines(database)));
        this.load = new MixedLoad(this::connect, workloads, tolerated);
        this.clientProxy = clientProxy;
        this.figures = new ControllerFigures(database.controller());
    }

    private static List<Engine> engines(TestedDatabase database) {
        return database.backends().stream().map(backend -> backend.server().engine()).toList();
    }

    private Connection connect() throws SQLException {
        String url = database.url();
        if (clientProxy != null) {
            url = url.replace(":" + database.controller().clientPort(), ":" + clientProxy.port());
        }
        return DriverManager.getConnection(url, database.user(), database.password());
    }

    FaultProxy clientProxy() {
        return clientProxy;
    }

    TestedDatabase database() {
        return database;
    }

    MixedLoad load() {
        return load;
    }

    Random random() {
        return random;
    }

    /** From now on this backend is expected to be out of service. */
    void expectGone(int backend) {
        gone.add(backend);
    }

    /** A backend may leave service, and come back. */
    void anyComesBack() {
        comesBack = true;
    }

    /** Clients in a process of their own that do the same. */
    ChildProcess startClients(int sessions, int numbersFrom) {
        List<String> arguments = new ArrayList<>();
        arguments.add(database.url());
        arguments.add(Integer.toString(sessions));
        arguments.add(Long.toString(random.nextLong()));
        arguments.add(Integer.toString(numbersFrom));
        engines(database).forEach(engine -> arguments.add(engine.name()));
        return ChildProcess.start(
                "clients-" + numbersFrom,
                database.controller().directory(),
                Map.of(),
                JavaCommand.withHeap("128m")
                        .main(ClientMain.class, arguments.toArray(String[]::new)));
    }

    ControllerFigures figures() {
        return figures;
    }

    /** From now on some clients cannot tell what was acknowledged to them. */
    void clientsDie() {
        complete = false;
    }

    /** Creates the tables and runs so many sessions, for so long after the disturbance. */
    void run(int sessions, Duration before, Duration after, Disturbance disturbance)
            throws Exception {
        for (Workload workload : workloads) {
            database.execute(workload.schema().toArray(String[]::new));
        }
        load.start(sessions, random);
        try {
            load.proceed(before, 0, before);
            disturbance.happen(this);
            load.proceed(after, COMMITS_MIN, LONGEST);
            load.end();
        } catch (AssertionError e) {
            throw new AssertionError(
                    title + ": " + e.getMessage() + "\nlocks: " + figures.locks(), e);
        }
        judge(sessions);
    }

    private void judge(int sessions) throws Exception {
        ControllerFigures.Counts counts = figures.counts();
        System.out.printf(
                "%s, %d sessions: %d commits, %d 40001, %d refused, backends %s%n  controller: %s%n  %s%n",
                title,
                sessions,
                load.commits(),
                load.tally().count(SqlState.ROLLED_BACK),
                load.tally().count(SqlState.NOT_REPLICABLE),
                figures.backendStates(),
                counts,
                load.tally());
        awaitStates();
        Awaitility.await(title + ": nothing is left held")
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(figures.leftovers()).isEmpty());
        TableContents.assertSame(surviving());
        load.tally().check(workloads.stream().map(Workload::name).collect(Collectors.toSet()));
        try (ClientSession session = new ClientSession(database.connect(), random)) {
            for (Workload workload : workloads) {
                workload.afterwards(session);
            }
        }
        TableContents.assertSame(surviving());
        verify();
        assertThat(load.commits()).as(title + ": commits").isGreaterThanOrEqualTo(COMMITS_MIN);
        assertThat(counts.waits()).as(title + ": lock waits").isPositive();
        assertThat(counts.deadlocks()).as(title + ": deadlocks").isPositive();
    }

    /** Those that are gone are lost, the others serve, or come back. */
    private void awaitStates() throws IOException {
        Awaitility.await(title + ": backends")
                .atMost(LONGEST)
                .untilAsserted(
                        () -> {
                            List<String> states = figures.backendStates();
                            for (int i = 0; i < states.size(); i++) {
                                assertThat(states.get(i)).isIn(expected(i));
                            }
                        });
        List<String> states = figures.backendStates();
        for (int i = 0; i < states.size(); i++) {
            if (states.get(i).endsWith(" disagreed")) {
                gone.add(i);
            }
        }
        assertThat(surviving()).as(title + ": backends in service").isNotEmpty();
    }

    /**
     * A Derby whose own counter has skipped numbers gives others when its commits are done again.
     * That is found out, and it stays out; see the limits in the README.
     */
    private List<String> expected(int backend) {
        String name = TestedDatabase.backendName(backend);
        if (gone.contains(backend)) {
            return List.of(name + " lost");
        }
        boolean countsByItself = database.backend(backend).server().engine() == Engine.DERBY;
        return comesBack && countsByItself
                ? List.of(name + " enabled", name + " disagreed")
                : List.of(name + " enabled");
    }

    private List<Database> surviving() {
        List<Database> all = new ArrayList<>(database.backends());
        gone.stream().map(database::backend).forEach(all::remove);
        return all;
    }

    private void verify() throws SQLException {
        try (Connection connection = surviving().get(0).connect()) {
            for (Workload workload : workloads) {
                workload.verify(new Evidence(connection, complete));
            }
        }
    }
}
