package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.ControllerConfig;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Engine;
import io.lockstep.tests.harness.database.TableContents;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A database dies or freezes while clients work: they go on with the other, and it does not come
 * back unnoticed.
 */
class LostBackendTest {
    private static final Duration HEARTBEAT_INTERVAL = Duration.ofMillis(500);
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(1);
    private static final int WRITERS = 4;

    @BeforeEach
    void onlyWithController() {
        TestedDatabase.requireController();
    }

    private record Victim(Engine engine, int index) {
        @Override
        public String toString() {
            return engine + ", backend " + TestedDatabase.backendName(index) + " killed";
        }
    }

    /** Either backend of every engine; the sample has one of PostgreSQL and one of another make. */
    static List<Victim> victims() {
        List<Victim> all = new ArrayList<>();
        for (Engine engine : Engine.values()) {
            all.add(new Victim(engine, 0));
            all.add(new Victim(engine, 1));
        }
        if (TestSettings.full()) {
            return all;
        }
        Random random = TestSettings.random("victims of " + LostBackendTest.class.getSimpleName());
        List<Engine> others = List.of(Engine.DERBY, Engine.H2, Engine.MARIADB);
        Engine other = others.get(random.nextInt(others.size()));
        return List.of(all.get(random.nextInt(2)), new Victim(other, random.nextInt(2)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("victims")
    void openTransactionGoesOnWhenABackendIsKilled(Victim victim) throws Exception {
        try (TestedDatabase database =
                        TestedDatabase.over(
                                LostBackendTest::quickHeartbeat, victim.engine, victim.engine);
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE orders (id INT NOT NULL PRIMARY KEY, state VARCHAR(20))");
            connection.setAutoCommit(false);
            statement.executeUpdate("INSERT INTO orders VALUES (1, 'new')");
            database.backend(victim.index).server().kill();
            assertThat(statement.executeUpdate("INSERT INTO orders VALUES (2, 'new')"))
                    .isEqualTo(1);
            assertThat(statement.executeUpdate("UPDATE orders SET state = 'paid' WHERE id = 1"))
                    .isEqualTo(1);
            assertThat(SqlQueries.number(connection, "SELECT COUNT(*) FROM orders")).isEqualTo(2);
            connection.commit();

            assertThat(TableContents.of(database.backend(1 - victim.index)).rowCount("orders"))
                    .isEqualTo(2);
            assertThat(
                            SqlQueries.number(
                                    database, "SELECT COUNT(*) FROM orders WHERE state = 'paid'"))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void writersPauseNoLongerThanTheHeartbeatWhenABackendFreezes(int victim) throws Exception {
        try (TestedDatabase database = twoPostgres()) {
            database.execute("CREATE TABLE orders (id INT PRIMARY KEY, state VARCHAR(20))");
            Database frozen = database.backend(victim);
            AtomicInteger ids = new AtomicInteger();
            AtomicLong slowest = new AtomicLong();
            Clients writers = Clients.start(WRITERS, writer -> insert(database, ids, 400, slowest));
            org.awaitility.Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> ids.get() > 100);
            frozen.server().freeze();
            try {
                writers.await(Duration.ofSeconds(60));
            } finally {
                frozen.server().thaw();
            }
            Duration pause = Duration.ofNanos(slowest.get());
            System.out.println(
                    "Longest write while backend "
                            + TestedDatabase.backendName(victim)
                            + " froze: "
                            + pause.toMillis()
                            + " ms");
            assertThat(pause).isLessThan(HEARTBEAT_INTERVAL.plus(HEARTBEAT_TIMEOUT).plusSeconds(1));
            assertThat(TableContents.of(database.backend(1 - victim)).rowCount("orders"))
                    .isEqualTo(WRITERS * 400);
            assertAnsweredBy(database, WRITERS * 400);
        }
    }

    /**
     * Not the database is gone but the way to it: nobody can know whether the last statement
     * arrived, so it leaves all the same.
     */
    @Test
    void transactionsGoOnWhenTheNetworkToABackendBreaks() throws Exception {
        try (TestedDatabase database =
                        TestedDatabase.behindProxies(
                                LostBackendTest::quickHeartbeat,
                                Engine.POSTGRESQL,
                                Engine.POSTGRESQL);
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE orders (id INT PRIMARY KEY, state VARCHAR(20))");
            connection.setAutoCommit(false);
            statement.executeUpdate("INSERT INTO orders VALUES (1, 'new')");
            database.proxy(1).cut();
            statement.executeUpdate("INSERT INTO orders VALUES (2, 'new')");
            connection.commit();
            database.execute("INSERT INTO orders VALUES (3, 'new')");
            assertAnsweredBy(database, 3);
            assertThat(TableContents.of(database.backend(0)).rowCount("orders")).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void backendThatLeftIsBroughtLevelAtTheNextStart(boolean controllerKilled) throws Exception {
        try (TestedDatabase database =
                TestedDatabase.over(
                        config -> quickHeartbeat(config).set("autoRejoin", "false"),
                        Engine.POSTGRESQL,
                        Engine.POSTGRESQL)) {
            database.execute("CREATE TABLE orders (id INT PRIMARY KEY, state VARCHAR(20))");
            database.execute("INSERT INTO orders VALUES (1, 'both')");
            database.backend(1).server().kill();
            database.execute(
                    "INSERT INTO orders VALUES (2, 'one only')",
                    "ALTER TABLE orders ADD COLUMN note VARCHAR(20)",
                    "UPDATE orders SET note = 'missed', state = 'new' WHERE id = 1");
            database.backend(1).server().start();
            assertThat(TableContents.of(database.backend(1)).rowCount("orders"))
                    .as("rows of the database that left, before anybody has brought it level")
                    .isEqualTo(1);
            end(database, controllerKilled);
            database.controller().restart();

            assertThat(database.controller().log()).contains("backend b is level again");
            database.execute("INSERT INTO orders VALUES (3, 'both', NULL)");
            assertAnsweredBy(database, 3);
            database.assertBackendsEqual();
            assertThat(TableContents.of(database.backend(1)).rowCount("orders")).isEqualTo(3);
        }
    }

    private static void end(TestedDatabase database, boolean controllerKilled) {
        if (controllerKilled) {
            database.controller().kill();
        } else {
            assertThat(database.controller().stop()).isZero();
        }
    }

    /** Its rows are older than what clients were told. */
    @Test
    void aStaleBackendThatComesUpFirstDoesNotServe() throws Exception {
        try (TestedDatabase database = twoPostgres()) {
            database.execute("CREATE TABLE orders (id INT PRIMARY KEY, state VARCHAR(20))");
            database.backend(1).server().kill();
            database.execute("INSERT INTO orders VALUES (1, 'one only')");
            database.backend(0).server().kill();
            database.controller().kill();
            database.backend(1).server().start();

            assertThatThrownBy(database.controller()::restart)
                    .hasMessageContaining(
                            "none of the backends that hold every acknowledged write");
            database.backend(0).server().start();
            database.controller().restart();
            assertAnsweredBy(database, 1);
            database.assertBackendsEqual();
        }
    }

    @Test
    void lastBackendGoneIsSaidAndNotHung() throws Exception {
        try (TestedDatabase database = twoPostgres();
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE orders (id INT PRIMARY KEY, state VARCHAR(20))");
            database.backend(0).server().kill();
            database.backend(1).server().kill();
            long start = System.nanoTime();
            SQLException failure =
                    org.junit.jupiter.api.Assertions.assertThrows(
                            SQLException.class,
                            () -> statement.executeUpdate("INSERT INTO orders VALUES (1, 'new')"));
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(10));
            assertThat(failure.getSQLState())
                    .as(failure.getMessage())
                    .isIn("57P03", "08007", "08006");
        }
    }

    private static TestedDatabase twoPostgres() {
        return TestedDatabase.over(
                LostBackendTest::quickHeartbeat, Engine.POSTGRESQL, Engine.POSTGRESQL);
    }

    private static ControllerConfig quickHeartbeat(ControllerConfig config) {
        return config.set(
                "heartbeat",
                "{interval: %dms, timeout: %dms}"
                        .formatted(HEARTBEAT_INTERVAL.toMillis(), HEARTBEAT_TIMEOUT.toMillis()));
    }

    private static void insert(
            TestedDatabase database, AtomicInteger ids, int count, AtomicLong slowest)
            throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO orders VALUES (?, 'new')")) {
            for (int i = 0; i < count; i++) {
                insert.setInt(1, ids.incrementAndGet());
                long start = System.nanoTime();
                insert.executeUpdate();
                slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
            }
        }
    }

    /** More reads than a balancer could send to the right backend by luck. */
    private static void assertAnsweredBy(TestedDatabase database, int rows) throws SQLException {
        try (Connection connection = database.connect()) {
            for (int i = 0; i < 20; i++) {
                assertThat(SqlQueries.number(connection, "SELECT COUNT(*) FROM orders"))
                        .isEqualTo(rows);
            }
        }
    }
}
