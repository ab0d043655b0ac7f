package io.lockstep.tests.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lockstep.tests.harness.BuildLayout;
import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.AdminApi;
import io.lockstep.tests.harness.controller.AdminCli;
import io.lockstep.tests.harness.controller.ControllerConfig;
import io.lockstep.tests.harness.controller.ControllerProcess;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Engine;
import io.lockstep.tests.harness.database.TableContents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A database dies under load, comes up again and is brought back while clients write. */
class RejoinTest {
    private static final int SESSIONS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final List<List<Engine>> PAIRS =
            List.of(
                    List.of(Engine.POSTGRESQL, Engine.POSTGRESQL),
                    List.of(Engine.H2, Engine.H2),
                    List.of(Engine.DERBY, Engine.DERBY),
                    List.of(Engine.MARIADB, Engine.MARIADB),
                    List.of(Engine.POSTGRESQL, Engine.H2));

    @BeforeEach
    void onlyWithController() {
        TestedDatabase.requireController();
    }

    /** What happens to whom while the database is on its way back. */
    enum Disturbance {
        NOTHING,
        DATABASE_KILLED_AGAIN,
        CONTROLLER_KILLED_BEFORE_THE_HAND_OVER,
        CONTROLLER_KILLED_BEHIND_IT
    }

    record Story(List<Engine> engines, Disturbance disturbance) {}

    /** All of them; in the sample one over one pair. */
    static List<Story> stories() {
        List<Story> all = new ArrayList<>();
        for (List<Engine> pair : PAIRS) {
            for (Disturbance disturbance : Disturbance.values()) {
                all.add(new Story(pair, disturbance));
            }
        }
        return TestSettings.sample(1, all, "the databases of which one comes back");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stories")
    void comesBackWhileClientsWrite(Story story) throws Exception {
        Random random = TestSettings.random("who comes back");
        int victim = random.nextInt(2);
        String fault =
                switch (story.disturbance()) {
                    case NOTHING, DATABASE_KILLED_AGAIN -> null;
                    case CONTROLLER_KILLED_BEFORE_THE_HAND_OVER -> "COMMITS_PAUSED";
                    case CONTROLLER_KILLED_BEHIND_IT -> "BACKEND_ENTERED";
                };
        Path fired =
                Files.createTempDirectory(BuildLayout.runDirectory(), "fault").resolve("fired");
        try (TestedDatabase database =
                        TestedDatabase.over(
                                config -> withFault(quick(config), fault, fired),
                                story.engines().toArray(Engine[]::new));
                WritingSessions sessions = new WritingSessions(database, SESSIONS, random)) {
            awaitWrites(sessions, 20);
            database.backend(victim).server().kill();
            awaitWrites(sessions, 200);
            database.backend(victim).server().start();
            if (story.disturbance() == Disturbance.DATABASE_KILLED_AGAIN) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(1500)));
                database.backend(victim).server().kill();
                awaitWrites(sessions, 20);
                database.backend(victim).server().start();
            } else if (fault != null) {
                await().atMost(PATIENCE).until(() -> !database.controller().isRunning());
                assertThat(fired).as("the controller died where it was to die").exists();
                database.controller().restart();
            }
            database.awaitInService(2, PATIENCE);
            awaitWrites(sessions, 50);
            sessions.stop();
            assertThat(AdminApi.of(database.controller()).inService())
                    .as("in service at the end")
                    .hasSize(2);
            database.assertBackendsEqual();
            sessions.verify();
            assertThat(sessions.untold()).as("writes nobody could tell the fate of").isZero();
        }
    }

    /** All that can forget: who is asked next, and whether another one serves. */
    static List<Arguments> forgetful() {
        List<Arguments> all =
                List.of(
                        Arguments.of(Engine.H2, 1),
                        Arguments.of(Engine.H2, 2),
                        Arguments.of(Engine.POSTGRESQL, 2));
        return TestSettings.sample(1, all, "the database that forgets");
    }

    /**
     * A database is taken back to an older state behind the controller's back, between two of its
     * requests: as if it had been killed and lost its last commits, or restored.
     */
    @ParameterizedTest(name = "{0}, one of {1}")
    @MethodSource("forgetful")
    void oneThatForgetsServesNothingBeforeItIsLevel(Engine engine, int databases) throws Exception {
        Engine[] engines = new Engine[databases];
        Arrays.fill(engines, engine);
        try (TestedDatabase database =
                        TestedDatabase.over(
                                config -> config.set("heartbeat", "{interval: 30s, timeout: 5s}"),
                                engines);
                Connection client = database.connect();
                Statement statement = client.createStatement()) {
            database.execute(
                    "CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, state VARCHAR(20))");
            statement.executeUpdate("INSERT INTO orders VALUES (1, 'kept')");
            statement.executeUpdate("INSERT INTO orders VALUES (2, 'forgotten')");
            forgetNewest(database.backend(0));
            database.backend(0).server().kill();
            database.backend(0).server().start();
            for (int i = 0; i < 10; i++) {
                assertThat(patiently(() -> rowCount(client))).isEqualTo(2);
            }
            database.awaitInService(databases, PATIENCE);
            statement.executeUpdate("INSERT INTO orders VALUES (3, 'new')");
            assertThat(TableContents.of(database.backend(0)).rowCount("orders")).isEqualTo(3);
            database.assertBackendsEqual();
            assertThat(database.controller().log()).contains("it has forgotten");
        }
    }

    private static long rowCount(Connection client) throws SQLException {
        try (Statement statement = client.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM orders")) {
            row.next();
            return row.getLong(1);
        }
    }

    private interface Query {
        long ask() throws SQLException;
    }

    /** While none serves, clients are told so. */
    private static long patiently(Query query) {
        long[] answer = new long[1];
        await().atMost(PATIENCE)
                .ignoreExceptionsMatching(
                        e -> e instanceof SQLException s && "57P03".equals(s.getSQLState()))
                .until(
                        () -> {
                            answer[0] = query.ask();
                            return true;
                        });
        return answer[0];
    }

    /** The row and its marker, as they were in one transaction. */
    private static void forgetNewest(Database backend) throws SQLException {
        try (Connection direct = backend.connect();
                Statement statement = direct.createStatement()) {
            direct.setAutoCommit(false);
            assertThat(statement.executeUpdate("DELETE FROM orders WHERE id = 2")).isEqualTo(1);
            assertThat(
                            statement.executeUpdate(
                                    "DELETE FROM lockstep.marker_0 WHERE seq = (SELECT MAX(seq) FROM lockstep.marker_0)"))
                    .isEqualTo(1);
            direct.commit();
        }
    }

    /**
     * What the operator has taken out stays out until the operator says otherwise. Transactions
     * that are open go on when one database after the other is taken out and brought back.
     */
    @Test
    void theOperatorBringsItBack() throws Exception {
        try (TestedDatabase database =
                TestedDatabase.over(RejoinTest::quick, Engine.H2, Engine.DERBY)) {
            database.execute(
                    "CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, state VARCHAR(20))");
            AdminCli cli = AdminCli.of(database.controller());
            assertThat(cli.run("backend", "disable", "b").exitCode()).isZero();
            try (Connection open = database.connect();
                    Statement statement = open.createStatement();
                    Connection idle = database.connect();
                    Statement ofIdle = idle.createStatement()) {
                open.setAutoCommit(false);
                statement.executeUpdate("INSERT INTO orders VALUES (1, 'open')");
                idle.setAutoCommit(false);
                ofIdle.executeUpdate("INSERT INTO orders VALUES (6, 'idle')");
                database.execute(
                        "CREATE TABLE missed (id INT NOT NULL PRIMARY KEY)",
                        "INSERT INTO orders VALUES (2, 'missed')",
                        "INSERT INTO missed VALUES (3)");
                ControllerProcess.Ended enabled = cli.run("backend", "enable", "b");
                assertThat(enabled.exitCode()).as(enabled.toString()).isZero();
                statement.executeUpdate("INSERT INTO orders VALUES (4, 'open')");
                database.execute("INSERT INTO missed VALUES (5)");
                assertThat(cli.run("backend", "disable", "a").exitCode()).isZero();
                ofIdle.executeUpdate("INSERT INTO orders VALUES (7, 'idle')");
                statement.executeUpdate("UPDATE orders SET state = 'b only' WHERE id = 4");
                assertThat(cli.run("backend", "enable", "a").exitCode()).isZero();
                open.commit();
                idle.commit();
            }
            assertThat(TableContents.of(database.backend(1)).rowCount("orders")).isEqualTo(5);
            database.assertBackendsEqual();
            ControllerProcess.Ended again = cli.run("backend", "enable", "b");
            assertThat(again.output()).contains("b is enabled");
            assertThat(database.controller().log()).doesNotContain("LOST", "DISAGREED");
        }
    }

    private static void awaitWrites(WritingSessions sessions, int count) {
        int before = sessions.committed();
        await().atMost(PATIENCE).until(() -> sessions.committed() > before + count);
    }

    private static ControllerConfig quick(ControllerConfig config) {
        return config.set("heartbeat", "{interval: 500ms, timeout: 2s}");
    }

    private static ControllerConfig withFault(ControllerConfig config, String fault, Path fired) {
        return fault == null
                ? config
                : config.jvmOption("-Dlockstep.fault=%s:1:halt:%s".formatted(fault, fired));
    }
}
