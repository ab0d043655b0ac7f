package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.AdminApi;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The controller's lock protects a row that was read to be written, whatever the databases do. */
class LockingReadsTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int WORKERS = 8;
    private static final int JOBS = 200;

    @BeforeEach
    void onlyWithController() {
        TestedDatabase.requireController();
    }

    static List<EnginePairs> engines() {
        return TestSettings.sample(1, List.of(EnginePairs.values()), "engines of LockingReadsTest");
    }

    static List<EnginePairs> enginesWithNoWait() {
        return without(Engine.DERBY);
    }

    /** A locking read that several may hold. */
    static List<EnginePairs> enginesWithForShare() {
        return without(Engine.DERBY, Engine.H2);
    }

    /** On the others claims take turns. */
    static List<EnginePairs> enginesThatClaimRows() {
        return without(Engine.DERBY, Engine.MARIADB);
    }

    private static List<EnginePairs> without(Engine... engines) {
        List<EnginePairs> wanted =
                TestSettings.full()
                        ? List.of(EnginePairs.values())
                        : List.of(EnginePairs.POSTGRESQL);
        return wanted.stream().filter(pair -> Arrays.stream(engines).noneMatch(pair::has)).toList();
    }

    private static TestedDatabase jobs(EnginePairs engines, int count) throws SQLException {
        TestedDatabase database = engines.fresh();
        database.execute(
                "CREATE TABLE jobs (id INT NOT NULL PRIMARY KEY, state VARCHAR(10), worker INT)");
        for (int id = 1; id <= count; id++) {
            database.execute("INSERT INTO jobs VALUES (" + id + ", 'new', 0)");
        }
        return database;
    }

    private static Connection begin(TestedDatabase database) throws SQLException {
        Connection connection = database.connect();
        connection.setAutoCommit(false);
        return connection;
    }

    /** The number in the first column of the first row, if there is one. */
    private static List<Integer> ids(Connection connection, String sql) throws SQLException {
        List<Integer> ids = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.setMaxRows(1);
            try (ResultSet result = statement.executeQuery(sql)) {
                while (result.next()) {
                    ids.add(result.getInt(1));
                }
            }
        }
        return ids;
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aLockedRowIsLockedAlsoWhenTheDatabaseThatAnsweredDies(EnginePairs engines)
            throws Exception {
        try (TestedDatabase database = jobs(engines, 2);
                Connection holder = begin(database)) {
            assertThat(ids(holder, "SELECT id FROM jobs WHERE id = 1 FOR UPDATE"))
                    .containsExactly(1);
            database.backend(0).server().kill();
            Clients other =
                    Clients.start(
                            1,
                            client -> database.execute("UPDATE jobs SET worker = 2 WHERE id = 1"));
            AdminApi admin = AdminApi.of(database.controller());
            await().atMost(TIMEOUT).until(() -> admin.lockWaits() == 1);
            try (Statement statement = holder.createStatement()) {
                assertThat(
                                statement.executeUpdate(
                                        "UPDATE jobs SET worker = worker + 1 WHERE id = 1"))
                        .isEqualTo(1);
            }
            holder.commit();
            other.await(TIMEOUT);
            assertThat(SqlQueries.number(database, "SELECT worker FROM jobs WHERE id = 1"))
                    .isEqualTo(2);
        }
    }

    @ParameterizedTest
    @MethodSource("enginesWithNoWait")
    void noWaitIsAnsweredAtOnce(EnginePairs engines) throws Exception {
        try (TestedDatabase database = jobs(engines, 2);
                Connection holder = begin(database);
                Connection other = begin(database)) {
            ids(holder, "SELECT id FROM jobs WHERE id = 1 FOR UPDATE");
            long begin = System.nanoTime();
            assertThatThrownBy(
                            () -> ids(other, "SELECT id FROM jobs WHERE id = 1 FOR UPDATE NOWAIT"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("55P03"));
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .as("far less than lockTimeout")
                    .isLessThan(Duration.ofSeconds(4));
            other.rollback();
            assertThat(ids(other, "SELECT id FROM jobs WHERE id = 2 FOR UPDATE NOWAIT"))
                    .containsExactly(2);
            other.commit();
            holder.commit();
        }
    }

    @ParameterizedTest
    @MethodSource("enginesWithForShare")
    void readersForShareLetEachOtherInAndKeepWritersOut(EnginePairs engines) throws Exception {
        String forShare =
                engines.has(Engine.MARIADB)
                        ? "SELECT id FROM jobs WHERE id = 1 LOCK IN SHARE MODE"
                        : "SELECT id FROM jobs WHERE id = 1 FOR SHARE";
        try (TestedDatabase database = jobs(engines, 1);
                Connection one = begin(database);
                Connection two = begin(database)) {
            assertThat(ids(one, forShare)).containsExactly(1);
            assertThat(ids(two, forShare)).containsExactly(1);
            Clients writer =
                    Clients.start(
                            1,
                            client -> database.execute("UPDATE jobs SET worker = 2 WHERE id = 1"));
            AdminApi admin = AdminApi.of(database.controller());
            await().atMost(TIMEOUT).until(() -> admin.lockWaits() == 1);
            one.commit();
            two.commit();
            writer.await(TIMEOUT);
            database.assertBackendsEqual();
        }
    }

    private static final String NEXT_JOB =
            "SELECT id, state FROM jobs WHERE state = 'new' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED";

    private static void finish(Connection connection, int id) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE jobs SET state = 'done' WHERE id = " + id))
                    .isEqualTo(1);
        }
        connection.commit();
    }

    @ParameterizedTest
    @MethodSource("enginesThatClaimRows")
    void whatOthersHoldIsSkippedWithoutWaiting(EnginePairs engines) throws Exception {
        try (TestedDatabase database = jobs(engines, 4);
                Connection one = begin(database);
                Connection two = begin(database);
                Connection three = begin(database)) {
            assertThat(ids(one, NEXT_JOB)).containsExactly(1);
            assertThat(ids(two, NEXT_JOB)).containsExactly(2);
            database.execute("UPDATE jobs SET state = 'lost' WHERE id = 3");
            assertThat(ids(three, NEXT_JOB)).containsExactly(4);
            assertThat(ids(three, NEXT_JOB)).as("its own").containsExactly(4);
            two.rollback();
            finish(three, 4);
            assertThat(ids(three, NEXT_JOB)).containsExactly(2);
            finish(three, 2);
            finish(one, 1);
            assertThat(ids(one, NEXT_JOB)).isEmpty();
            one.commit();
            database.assertBackendsEqual();
        }
    }

    /** The other database does not know of the claim; the controller does. */
    @ParameterizedTest
    @MethodSource("enginesThatClaimRows")
    void aClaimedRowIsNobodyElsesThoughItsDatabaseDies(EnginePairs engines) throws Exception {
        try (TestedDatabase database = jobs(engines, 2);
                Connection holder = begin(database)) {
            assertThat(ids(holder, NEXT_JOB)).containsExactly(1);
            database.backend(0).server().kill();
            Clients other =
                    Clients.start(
                            1,
                            client -> {
                                try (Connection connection = begin(database)) {
                                    assertThat(ids(connection, NEXT_JOB)).containsExactly(2);
                                    finish(connection, 2);
                                }
                            });
            AdminApi admin = AdminApi.of(database.controller());
            await().atMost(TIMEOUT).until(() -> admin.lockWaits() == 1);
            finish(holder, 1);
            other.await(TIMEOUT);
        }
    }

    /**
     * Each worker claims a job, and marks it as done in the same transaction. In the middle of it
     * the database dies that answered the claims.
     */
    @ParameterizedTest
    @MethodSource("engines")
    void noJobIsDoneTwiceThoughADatabaseDies(EnginePairs engines) throws Exception {
        String claim =
                engines.has(Engine.DERBY)
                        ? "SELECT id FROM jobs WHERE state = 'new' FOR UPDATE" // without an order
                        : "SELECT id FROM jobs WHERE state = 'new' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED";
        Set<Integer> done = ConcurrentHashMap.newKeySet();
        AtomicInteger twice = new AtomicInteger();
        AtomicInteger retries = new AtomicInteger();
        try (TestedDatabase database = jobs(engines, JOBS)) {
            Clients workers =
                    Clients.start(
                            WORKERS,
                            worker -> {
                                try (Connection connection = begin(database)) {
                                    while (done.size() < JOBS) {
                                        work(connection, claim, worker, done, twice, retries);
                                    }
                                }
                            });
            await().atMost(TIMEOUT).until(() -> done.size() > JOBS / 3 || workers.hasFailed());
            database.backend(0).server().kill();
            workers.await(TIMEOUT);
            System.out.println(engines + ": claims to be tried again: " + retries);
            assertThat(twice).hasValue(0);
            assertThat(
                            SqlQueries.number(
                                    database, "SELECT COUNT(*) FROM jobs WHERE state = 'done'"))
                    .isEqualTo(JOBS);
        }
    }

    private static void work(
            Connection connection,
            String claim,
            int worker,
            Set<Integer> done,
            AtomicInteger twice,
            AtomicInteger retries)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            List<Integer> claimed = ids(connection, claim);
            for (int id : claimed) {
                assertThat(
                                statement.executeUpdate(
                                        "UPDATE jobs SET state = 'done', worker = "
                                                + worker
                                                + " WHERE id = "
                                                + id))
                        .isEqualTo(1);
            }
            connection.commit();
            for (int id : claimed) {
                if (!done.add(id)) {
                    twice.incrementAndGet();
                }
            }
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as(e.getMessage()).isIn("40001", "08006");
            connection.rollback();
            retries.incrementAndGet();
        }
    }
}
