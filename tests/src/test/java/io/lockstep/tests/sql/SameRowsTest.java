package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import io.lockstep.tests.harness.database.TableContents;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Many sessions write the same rows: each database must apply the writes in the same order. */
class SameRowsTest {
    private static final int THREADS = 16;
    private static final int ROWS = 8;
    private static final int UPDATES_A_THREAD = TestSettings.scale(500, 100);
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    /** The new value depends on the old one in a way that no two updates may swap. */
    @Test
    void sixteenThreadsUpdatingTheSameEightRowsLeaveEqualDatabases() throws Exception {
        Random seeds = TestSettings.random(SameRowsTest.class.getSimpleName());
        long[] seed = seeds.longs(THREADS).toArray();
        try (TestedDatabase database = TestedDatabase.over(Engine.POSTGRESQL, Engine.POSTGRESQL)) {
            database.execute(
                    "CREATE TABLE counters (id INT PRIMARY KEY, value BIGINT, writer INT, updates INT)");
            for (int id = 0; id < ROWS; id++) {
                database.execute("INSERT INTO counters VALUES (" + id + ", 1, -1, 0)");
            }
            Clients.run(
                    THREADS,
                    TIMEOUT,
                    thread -> {
                        Random random = new Random(seed[thread]);
                        try (Connection connection = database.connect();
                                PreparedStatement update =
                                        connection.prepareStatement(
                                                "UPDATE counters SET value = (value * 31 + ?) % 1000003, writer = ?, updates = updates + 1 WHERE id = ?")) {
                            for (int i = 0; i < UPDATES_A_THREAD; i++) {
                                update.setLong(1, random.nextInt(1000));
                                update.setInt(2, thread);
                                update.setInt(3, random.nextInt(ROWS));
                                assertThat(update.executeUpdate()).isEqualTo(1);
                            }
                        }
                    });
            database.assertBackendsEqual();
            assertThat(TableContents.of(database.backend(0)).rowCount("counters")).isEqualTo(ROWS);
            assertThat(SqlQueries.number(database, "SELECT SUM(updates) FROM counters"))
                    .isEqualTo((long) THREADS * UPDATES_A_THREAD);
        }
    }
}
