package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Sessions that write different rows do not wait for each other. */
class ParallelWritersTest {
    private static final int SESSIONS = 16;
    private static final int ROUNDS_MAX = 10;
    private static final Duration DELAY = Duration.ofMillis(100);

    /**
     * An update and a commit cost two delays each; one transaction after the other would need more
     * than three seconds.
     */
    private static final Duration LIMIT = Duration.ofMillis(400);

    private record Session(Connection connection, PreparedStatement update) {}

    @Test
    void sixteenTransactionsOnSlowDatabasesTakeAsLongAsOne() throws Exception {
        try (TestedDatabase database =
                TestedDatabase.behindProxies(
                        UnaryOperator.identity(), Engine.POSTGRESQL, Engine.POSTGRESQL)) {
            database.execute("CREATE TABLE accounts (id INT PRIMARY KEY, balance INT)");
            List<Session> sessions = new ArrayList<>();
            long transfers = 1;
            try {
                for (int id = 0; id < SESSIONS; id++) {
                    database.execute("INSERT INTO accounts VALUES (" + id + ", 0)");
                    sessions.add(open(database));
                }
                // Set-up: every session has its connections to the databases, and all statements
                // are prepared there.
                Clients.run(SESSIONS, Duration.ofSeconds(30), id -> transfer(sessions.get(id), id));

                database.proxies().forEach(proxy -> proxy.delayRequests(DELAY));
                List<Duration> rounds = untilShort(sessions);
                transfers += rounds.size();
                Duration together = rounds.get(rounds.size() - 1);
                database.proxies().forEach(proxy -> proxy.delayRequests(Duration.ZERO));

                System.out.println(
                        SESSIONS
                                + " transactions with "
                                + DELAY.toMillis()
                                + " ms a round trip: "
                                + together.toMillis()
                                + " ms in round "
                                + rounds.size());
                assertThat(together).isLessThan(LIMIT).isGreaterThan(DELAY);
            } finally {
                for (Session session : sessions) {
                    session.connection.close();
                }
            }
            assertThat(SqlQueries.number(database, "SELECT SUM(balance) FROM accounts"))
                    .isEqualTo(transfers * SESSIONS);
            database.assertBackendsEqual();
        }
    }

    /**
     * One after the other they would take over three seconds each time; what else the machine does,
     * or a pool that is still opening connections, can lengthen a round, but makes none too short.
     */
    private static List<Duration> untilShort(List<Session> sessions) throws InterruptedException {
        List<Duration> rounds = new ArrayList<>();
        do {
            rounds.add(
                    Clients.run(
                            SESSIONS,
                            Duration.ofSeconds(30),
                            id -> transfer(sessions.get(id), id)));
        } while (rounds.size() < ROUNDS_MAX && rounds.get(rounds.size() - 1).compareTo(LIMIT) >= 0);
        return rounds;
    }

    private static Session open(TestedDatabase database) throws java.sql.SQLException {
        Connection connection = database.connect();
        connection.setAutoCommit(false);
        return new Session(
                connection,
                connection.prepareStatement(
                        "UPDATE accounts SET balance = balance + 1 WHERE id = ?"));
    }

    private static void transfer(Session session, int id) throws java.sql.SQLException {
        session.update.setInt(1, id);
        assertThat(session.update.executeUpdate()).isEqualTo(1);
        session.connection.commit();
    }
}
