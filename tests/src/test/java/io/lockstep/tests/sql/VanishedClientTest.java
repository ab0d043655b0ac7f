package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.BuildLayout;
import io.lockstep.tests.harness.ChildProcess;
import io.lockstep.tests.harness.JavaCommand;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A client that is killed leaves nothing behind: its transaction is rolled back and its locks are
 * free at once.
 */
class VanishedClientTest {
    private static final Duration FREED_WITHIN = Duration.ofSeconds(2);

    @Test
    void killedClientsTransactionIsRolledBackAndItsRowIsFree() throws Exception {
        try (TestedDatabase database = TestedDatabase.over(Engine.POSTGRESQL, Engine.POSTGRESQL)) {
            database.execute(
                    "CREATE TABLE held (id INT PRIMARY KEY, value INT)",
                    "INSERT INTO held VALUES (1, 0)");
            try (ChildProcess client =
                    ChildProcess.start(
                            "row-holder",
                            BuildLayout.runDirectory().resolve("clients"),
                            Map.of(),
                            JavaCommand.withHeap("64m")
                                    .main(
                                            RowHolderMain.class,
                                            database.url(),
                                            database.user(),
                                            database.password()))) {
                client.awaitLine(Pattern.compile("^holding$"), Duration.ofSeconds(30));
                client.kill();
            }
            long start = System.nanoTime();
            database.execute("UPDATE held SET value = value + 10 WHERE id = 1");
            Duration waited = Duration.ofNanos(System.nanoTime() - start);
            assertThat(waited).as("wait for the row of a killed client").isLessThan(FREED_WITHIN);
            assertThat(SqlQueries.number(database, "SELECT value FROM held"))
                    .as("only the second write counts")
                    .isEqualTo(10);
            database.assertBackendsEqual();
        }
    }
}
