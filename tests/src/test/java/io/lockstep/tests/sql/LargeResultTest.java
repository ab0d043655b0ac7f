package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.BuildLayout;
import io.lockstep.tests.harness.ChildProcess;
import io.lockstep.tests.harness.JavaCommand;
import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Engine;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A result that fits into no heap on its way streams through the controller and the client. */
class LargeResultTest {
    /**
     * About 250 bytes a row in memory: the sample is twice what fits into 64 MB, the full number
     * twenty times.
     */
    private static final int ROWS = TestSettings.scale(5_000_000, 500_000);

    private static final String HEAP = "64m";

    @Test
    void millionsOfRowsPassThroughSixtyFourMegabytes() throws Exception {
        try (TestedDatabase database =
                TestedDatabase.over(
                        config -> config.heap(HEAP),
                        LargeResultTest::fill,
                        Engine.POSTGRESQL,
                        Engine.POSTGRESQL)) {
            try (ChildProcess client =
                    ChildProcess.start(
                            "row-reader",
                            BuildLayout.runDirectory().resolve("clients"),
                            Map.of(),
                            JavaCommand.withHeap(HEAP)
                                    .main(
                                            RowReaderMain.class,
                                            database.url(),
                                            database.user(),
                                            database.password()))) {
                Matcher read =
                        client.awaitLine(
                                Pattern.compile("^read (\\d+) rows, sum (\\d+), (\\d+) ms$"),
                                Duration.ofMinutes(5));
                System.out.println(read.group());
                assertThat(Long.parseLong(read.group(1))).isEqualTo(ROWS);
                assertThat(Long.parseLong(read.group(2))).isEqualTo((long) ROWS * (ROWS + 1) / 2);
            }
            assertThat(SqlQueries.number(database, "SELECT 1"))
                    .as("the controller still serves")
                    .isEqualTo(1);
        }
    }

    /** In the databases themselves, before the controller starts: this test is about reading. */
    private static void fill(Database database) throws SQLException {
        database.execute(
                "CREATE TABLE big (id BIGINT NOT NULL, body VARCHAR(200))",
                "INSERT INTO big SELECT n, 'row ' || n || repeat('x', 150) FROM generate_series(1, "
                        + ROWS
                        + ") AS s(n)");
    }
}
