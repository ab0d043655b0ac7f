package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.AdminApi;
import io.lockstep.tests.harness.controller.TestedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each isolation level forbids does not happen, and whoever has to try again is told so with
 * 40001: no backend leaves service for it and all end up equal.
 */
class IsolationTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int SESSIONS = 8;
    private static final int STEPS = 20;

    @BeforeEach
    void onlyWithController() {
        TestedDatabase.requireController();
    }

    static List<EnginePairs> engines() {
        List<EnginePairs> chosen = EnginePairs.chosen(IsolationTest.class);
        return TestSettings.full() ? chosen : chosen.subList(1, 2);
    }

    private static TestedDatabase accounts(EnginePairs engines) throws SQLException {
        TestedDatabase database = engines.fresh();
        database.execute(
                "CREATE TABLE accounts (id INT NOT NULL PRIMARY KEY, balance INT)",
                "INSERT INTO accounts VALUES (1, 100)",
                "INSERT INTO accounts VALUES (2, 100)");
        return database;
    }

    private static Connection begin(TestedDatabase database, int isolation) throws SQLException {
        Connection connection = database.connect();
        connection.setTransactionIsolation(isolation);
        connection.setAutoCommit(false);
        return connection;
    }

    private static void update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private static long balance(Connection connection, int id) throws SQLException {
        return SqlQueries.number(connection, "SELECT balance FROM accounts WHERE id = " + id);
    }

    private static void assertEqualAndServing(TestedDatabase database) throws Exception {
        database.assertBackendsEqual();
        assertThat(AdminApi.of(database.controller()).inService())
                .hasSize(database.backends().size());
    }

    private static void awaitLockWait(TestedDatabase database) {
        AdminApi admin = AdminApi.of(database.controller());
        await().atMost(TIMEOUT).until(() -> admin.lockWaits() == 1);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void readCommittedSeesWhatOthersHaveCommittedMeanwhile(EnginePairs engines) throws Exception {
        try (TestedDatabase database = accounts(engines);
                Connection reader = begin(database, Connection.TRANSACTION_READ_COMMITTED)) {
            assertThat(balance(reader, 1)).isEqualTo(100);
            database.execute("UPDATE accounts SET balance = 150 WHERE id = 1");
            assertThat(balance(reader, 1)).isEqualTo(150);
            reader.commit();
            assertEqualAndServing(database);
        }
    }

    /** The writer waits for the reader's end, as the README says, and then goes through. */
    @ParameterizedTest
    @MethodSource("engines")
    void repeatableReadSeesTheSameTwice(EnginePairs engines) throws Exception {
        try (TestedDatabase database = accounts(engines);
                Connection reader = begin(database, Connection.TRANSACTION_REPEATABLE_READ)) {
            assertThat(balance(reader, 1)).isEqualTo(100);
            Clients writer =
                    Clients.start(
                            1,
                            client ->
                                    database.execute(
                                            "UPDATE accounts SET balance = 150 WHERE id = 1"));
            awaitLockWait(database);
            assertThat(balance(reader, 1)).isEqualTo(100);
            reader.commit();
            writer.await(TIMEOUT);
            assertThat(balance(reader, 1)).isEqualTo(150);
            reader.commit();
            assertEqualAndServing(database);
        }
    }

    /** Both read 100 and want to write what they have read plus 10. */
    @ParameterizedTest
    @MethodSource("engines")
    void noUpdateIsLostFromRepeatableReadOn(EnginePairs engines) throws Exception {
        try (TestedDatabase database = accounts(engines)) {
            AtomicInteger retries = new AtomicInteger();
            CyclicBarrier together = new CyclicBarrier(2);
            Clients.run(
                    2,
                    TIMEOUT,
                    client -> {
                        try (Connection connection =
                                begin(database, Connection.TRANSACTION_REPEATABLE_READ)) {
                            long first = balance(connection, 1);
                            together.await(20, TimeUnit.SECONDS);
                            if (!addedTen(connection, first)) {
                                retries.incrementAndGet();
                                assertThat(addedTen(connection, balance(connection, 1))).isTrue();
                            }
                        }
                    });
            assertThat(retries).as("one had to try again").hasValue(1);
            assertThat(SqlQueries.number(database, "SELECT balance FROM accounts WHERE id = 1"))
                    .isEqualTo(120);
            assertEqualAndServing(database);
        }
    }

    private static boolean addedTen(Connection connection, long read) throws SQLException {
        return committed(
                connection, "UPDATE accounts SET balance = " + (read + 10) + " WHERE id = 1");
    }

    /** False if the transaction was rolled back to be tried again. */
    private static boolean committed(Connection connection, String sql) throws SQLException {
        try {
            update(connection, sql);
            connection.commit();
            return true;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo("40001");
            connection.rollback();
            return false;
        }
    }

    /** Each may take 150 if both accounts together hold that much: only one of them may. */
    @ParameterizedTest
    @MethodSource("engines")
    void serializableForbidsWriteSkew(EnginePairs engines) throws Exception {
        try (TestedDatabase database = accounts(engines)) {
            AtomicInteger taken = new AtomicInteger();
            CyclicBarrier together = new CyclicBarrier(2);
            Clients.run(
                    2,
                    TIMEOUT,
                    client -> {
                        try (Connection connection =
                                begin(database, Connection.TRANSACTION_SERIALIZABLE)) {
                            assertThat(sum(connection)).isEqualTo(200);
                            together.await(20, TimeUnit.SECONDS);
                            String take =
                                    "UPDATE accounts SET balance = balance - 150 WHERE id = "
                                            + (client + 1);
                            if (committed(connection, take)
                                    || (sum(connection) >= 150 && committed(connection, take))) {
                                taken.incrementAndGet();
                            }
                            connection.rollback();
                        }
                    });
            assertThat(taken).hasValue(1);
            assertThat(SqlQueries.number(database, "SELECT SUM(balance) FROM accounts"))
                    .isEqualTo(50);
            assertEqualAndServing(database);
        }
    }

    private static long sum(Connection connection) throws SQLException {
        return SqlQueries.number(connection, "SELECT SUM(balance) FROM accounts");
    }

    @ParameterizedTest
    @MethodSource("engines")
    void serializableKnowsNoPhantoms(EnginePairs engines) throws Exception {
        try (TestedDatabase database = accounts(engines);
                Connection reader = begin(database, Connection.TRANSACTION_SERIALIZABLE)) {
            assertThat(SqlQueries.number(reader, "SELECT COUNT(*) FROM accounts")).isEqualTo(2);
            Clients writer =
                    Clients.start(
                            1, client -> database.execute("INSERT INTO accounts VALUES (3, 100)"));
            awaitLockWait(database);
            assertThat(SqlQueries.number(reader, "SELECT COUNT(*) FROM accounts")).isEqualTo(2);
            reader.commit();
            writer.await(TIMEOUT);
            assertEqualAndServing(database);
        }
    }

    /** Each step reads a sum over both rows and writes it into one: an order of steps exists. */
    @ParameterizedTest
    @MethodSource("engines")
    void manySerializableTransactionsLeaveEqualDatabases(EnginePairs engines) throws Exception {
        AtomicInteger commits = new AtomicInteger();
        AtomicInteger rollbacks = new AtomicInteger();
        try (TestedDatabase database = accounts(engines)) {
            Clients.run(
                    SESSIONS,
                    TIMEOUT,
                    client -> {
                        try (Connection connection =
                                begin(database, Connection.TRANSACTION_SERIALIZABLE)) {
                            for (int i = 0; i < STEPS; i++) {
                                (step(connection, client) ? commits : rollbacks).incrementAndGet();
                            }
                        }
                    });
            System.out.printf(
                    "%s: %d serializable transactions committed, %d to be tried again%n",
                    engines, commits.get(), rollbacks.get());
            assertThat(commits.get()).isPositive();
            assertThat(rollbacks.get()).isPositive();
            assertThat(SqlQueries.number(database, "SELECT SUM(balance) FROM accounts"))
                    .as("each commit adds one")
                    .isEqualTo(200 + commits.get());
            assertEqualAndServing(database);
        }
    }

    private static boolean step(Connection connection, int client) throws SQLException {
        try {
            int mine = 1 + client % 2;
            long other = sum(connection) - balance(connection, mine);
            update(
                    connection,
                    "UPDATE accounts SET balance = (SELECT 1 + "
                            + sum(connection)
                            + " - "
                            + other
                            + " FROM accounts WHERE id = 1) WHERE id = "
                            + mine);
            connection.commit();
            return true;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo("40001");
            connection.rollback();
            return false;
        }
    }
}
