package io.lockstep.tests.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lockstep.tests.harness.BuildLayout;
import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The controller dies between any two steps of a write: after the next start the databases are
 * equal, and everybody was told the truth.
 */
class CrashPointTest {
    private static final int SESSIONS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final List<String> POINTS =
            List.of(
                    "BACKEND_WRITES",
                    "BACKEND_WROTE",
                    "BACKENDS_WROTE",
                    "COMMIT_RECORD_APPENDED",
                    "COMMIT_RECORD_FORCED",
                    "BACKEND_COMMITS",
                    "BACKEND_COMMITTED",
                    "BACKENDS_COMMITTED",
                    "GROUP_FAILED");

    private static final List<List<Engine>> PAIRS =
            List.of(
                    List.of(Engine.POSTGRESQL, Engine.POSTGRESQL),
                    List.of(Engine.DERBY, Engine.DERBY),
                    List.of(Engine.H2, Engine.H2),
                    List.of(Engine.MARIADB, Engine.MARIADB),
                    List.of(Engine.POSTGRESQL, Engine.H2));

    record Crash(String point, int passage, List<Engine> engines) {
        @Override
        public String toString() {
            return point + " passed " + passage + " times over " + engines;
        }
    }

    @BeforeEach
    void onlyWithController() {
        TestedDatabase.requireController();
    }

    /** All points over all pairs; in the sample one point over one pair. */
    static List<Crash> crashes() {
        Random random = TestSettings.random("crash points");
        List<Crash> all = new ArrayList<>();
        for (String point : POINTS) {
            for (List<Engine> engines : PAIRS) {
                all.add(new Crash(point, 60 + random.nextInt(400), engines));
            }
        }
        if (TestSettings.full()) {
            return all;
        }
        Collections.shuffle(all, random);
        return all.subList(0, 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("crashes")
    void nothingIsLostAndNothingDiffers(Crash crash) throws Exception {
        Path fired =
                Files.createTempDirectory(BuildLayout.runDirectory(), "fault").resolve("fired");
        String fault = "-Dlockstep.fault=%s:%d:%s".formatted(crash.point(), crash.passage(), fired);
        try (TestedDatabase database =
                        TestedDatabase.over(
                                config ->
                                        config.jvmOption(fault)
                                                .set("heartbeat", "{interval: 1s, timeout: 10s}"),
                                crash.engines().toArray(Engine[]::new));
                WritingSessions sessions =
                        new WritingSessions(
                                database, SESSIONS, TestSettings.random("the sessions"))) {
            await().atMost(PATIENCE).until(() -> !database.controller().isRunning());
            assertThat(fired).as("the controller died where it was to die").exists();
            int before = sessions.committed();
            database.controller().restart();
            await().atMost(PATIENCE).until(() -> sessions.committed() > before + SESSIONS);
            sessions.stop();
            database.assertBackendsEqual();
            sessions.verify();
            assertThat(sessions.untold()).as("writes nobody could tell the fate of").isZero();
            assertThat(database.controller().log()).doesNotContain("leaves service");
        }
    }
}
