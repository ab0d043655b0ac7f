package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.store.jdbc.Statements;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A broker's master holds its lock row in one transaction for as long as it lives. Everybody else
 * goes on, and those who want that row get an answer in time.
 */
class EndlessLockTest {
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(2);
    private static final String RENEW = "UPDATE ACTIVEMQ_LOCK SET TIME = ? WHERE ID = 1";
    private static final String INSERT =
            "INSERT INTO ACTIVEMQ_MSGS (ID, CONTAINER, MSG) VALUES (?, 'queue://orders', ?)";

    private final Statements statements = new Statements();
    private TestedDatabase database;
    private Connection master;

    @BeforeEach
    void masterTakesTheLock() throws SQLException {
        database =
                TestedDatabase.over(
                        config -> config.set("lockTimeout", LOCK_TIMEOUT.toSeconds() + "s"),
                        Engine.POSTGRESQL,
                        Engine.POSTGRESQL);
        if (TestSettings.direct()) {
            statements.setBinaryDataType("BYTEA");
        }
        try (Connection connection = connect()) {
            for (String sql : startUpDefinitions()) {
                attempt(connection, sql);
            }
        }
        master = connect();
        master.setAutoCommit(false);
        try (Statement statement = master.createStatement()) {
            statement.execute(statements.getLockCreateStatement());
            statement.executeUpdate("UPDATE ACTIVEMQ_LOCK SET TIME = 1 WHERE ID = 1");
        }
    }

    @AfterEach
    void close() throws SQLException {
        try {
            if (master != null) {
                master.rollback();
                master.close();
            }
        } finally {
            database.close();
        }
    }

    @Test
    void otherSessionsWrite() throws Exception {
        Duration slowest = slowestWrite(4, 25);
        assertThat(slowest).isLessThan(Duration.ofSeconds(1));
        assertThat(SqlQueries.number(database, "SELECT COUNT(*) FROM ACTIVEMQ_MSGS"))
                .isEqualTo(100);
    }

    @Test
    void everyStartUpStatementOfASecondBrokerReturnsInTime() throws Exception {
        List<String> startUp = startUpDefinitions();
        startUp.add("SELECT MAX(ID) FROM ACTIVEMQ_MSGS");
        startUp.add("SELECT MAX(LAST_ACKED_ID) FROM ACTIVEMQ_ACKS");
        startUp.add(statements.getLockCreateStatement());
        startUp.add(
                "UPDATE ACTIVEMQ_LOCK SET BROKER_NAME='second', TIME=2 WHERE (TIME IS NULL OR TIME < 1) AND ID = 1");
        List<String> late = new ArrayList<>();
        List<String> waited = new ArrayList<>();
        try (Connection second = connect()) {
            for (String sql : startUp) {
                long start = System.nanoTime();
                String outcome = attempt(second, sql);
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                if (took.compareTo(LOCK_TIMEOUT) > 0) {
                    waited.add(sql + " -> " + outcome + " after " + took);
                }
                if (took.compareTo(LOCK_TIMEOUT.plusSeconds(1)) > 0) {
                    late.add(sql + " -> " + outcome + " after " + took);
                }
            }
        }
        assertThat(late).as("statements that returned later than lockTimeout + 1 s").isEmpty();
        assertThat(waited)
                .as("statements that waited for the lock at all, which proves that it was held")
                .isNotEmpty();
    }

    @Test
    void twentySessionsWaitingForTheRowDoNotStarveTheOthers() throws Exception {
        int waiting = 20;
        AtomicInteger began = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < waiting; i++) {
            connections.add(connect());
        }
        Clients waiters =
                Clients.start(
                        waiting,
                        index -> {
                            try (PreparedStatement renew =
                                    connections.get(index).prepareStatement(RENEW)) {
                                renew.setLong(1, index);
                                began.incrementAndGet();
                                renew.executeUpdate();
                                throw new AssertionError(
                                        "session "
                                                + index
                                                + " changed a row that another transaction holds");
                            } catch (SQLException e) {
                                assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo("55P03");
                            } finally {
                                ended.incrementAndGet();
                            }
                        });
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> began.get() == waiting);
        Duration slowest = slowestWrite(4, 25);
        assertThat(ended)
                .as(
                        "sessions whose wait ended during the writes; without any waiting the test shows nothing")
                .hasValueLessThan(waiting);
        assertThat(slowest).isLessThan(Duration.ofSeconds(1));
        waiters.await(LOCK_TIMEOUT.plusSeconds(10));
        for (Connection connection : connections) {
            connection.close();
        }
    }

    /** Several sessions insert rows one by one; the longest that one insert took. */
    private Duration slowestWrite(int sessions, int each) throws InterruptedException {
        AtomicLong slowest = new AtomicLong();
        AtomicInteger ids = new AtomicInteger();
        Clients.run(
                sessions,
                Duration.ofSeconds(60),
                session -> {
                    try (Connection connection = connect();
                            PreparedStatement insert = connection.prepareStatement(INSERT)) {
                        for (int i = 0; i < each; i++) {
                            insert.setLong(1, ids.incrementAndGet());
                            insert.setBytes(2, new byte[100]);
                            long start = System.nanoTime();
                            insert.executeUpdate();
                            slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
                        }
                    }
                });
        return Duration.ofNanos(slowest.get());
    }

    private List<String> startUpDefinitions() {
        List<String> all = new ArrayList<>(List.of(statements.getCreateSchemaStatements()));
        all.addAll(List.of(statements.getCreateLockSchemaStatements()));
        return all;
    }

    private Connection connect() throws SQLException {
        Connection connection = database.connect();
        if (TestSettings.direct()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET lock_timeout = '" + LOCK_TIMEOUT.toSeconds() + "s'");
            }
        }
        return connection;
    }

    /** Errors are normal here: most of these statements find that their object exists. */
    private static String attempt(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return "done";
        } catch (SQLException e) {
            return e.getSQLState() + " " + e.getMessage();
        }
    }
}
