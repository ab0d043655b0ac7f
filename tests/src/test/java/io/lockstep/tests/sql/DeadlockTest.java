package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Two transactions that wait for each other: one is chosen, told to try again, and leaves nothing
 * behind.
 */
class DeadlockTest {
    private static final int ROUNDS = 10;

    @Test
    void oneOfTwoIsRolledBackAtOnceAndTheOtherCommits() throws Exception {
        AtomicInteger victims = new AtomicInteger();
        try (TestedDatabase database = TestedDatabase.over(Engine.POSTGRESQL, Engine.POSTGRESQL)) {
            database.execute(
                    "CREATE TABLE pair (id INT PRIMARY KEY, value INT)",
                    "INSERT INTO pair VALUES (0, 0)",
                    "INSERT INTO pair VALUES (1, 0)");
            for (int round = 0; round < ROUNDS; round++) {
                CyclicBarrier bothHoldOne = new CyclicBarrier(2);
                Duration took =
                        Clients.run(
                                2,
                                Duration.ofSeconds(20),
                                client -> {
                                    if (!updateBoth(database, client, bothHoldOne)) {
                                        victims.incrementAndGet();
                                    }
                                });
                assertThat(took).isLessThan(Duration.ofSeconds(5));
            }
            assertThat(victims).as("one victim a round").hasValue(ROUNDS);
            assertThat(SqlQueries.number(database, "SELECT SUM(value) FROM pair"))
                    .isEqualTo(2 * ROUNDS);
            database.assertBackendsEqual();
        }
    }

    /** Whether the transaction committed; false if it was the victim. */
    private static boolean updateBoth(
            TestedDatabase database, int client, CyclicBarrier bothHoldOne) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeUpdate("UPDATE pair SET value = value + 1 WHERE id = " + client);
            bothHoldOne.await(10, TimeUnit.SECONDS);
            try {
                statement.executeUpdate(
                        "UPDATE pair SET value = value + 1 WHERE id = " + (1 - client));
                connection.commit();
                return true;
            } catch (SQLException e) {
                assertThat(e.getSQLState())
                        .as(e.getMessage())
                        .isIn("40001", "40P01"); // the second is PostgreSQL's own, direct
                connection.rollback();
                return false;
            }
        }
    }
}
