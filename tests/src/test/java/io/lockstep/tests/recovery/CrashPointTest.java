package io.lockstep.tests.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lockstep.tests.harness.BuildLayout;
import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.DatabaseProcess;
import io.lockstep.tests.harness.database.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The controller or a database dies between any two steps of a write: afterwards the databases are
 * equal, and everybody was told the truth.
 */
class CrashPointTest {
    private static final int SESSIONS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Points that are passed once in a while only. */
    private static final String REFUSED = "COMMIT_REFUSED";

    private static final String DEFINED = "DEFINITION_DONE";

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
                    "GROUP_FAILED",
                    REFUSED,
                    DEFINED);

    private static final List<List<Engine>> PAIRS =
            List.of(
                    List.of(Engine.POSTGRESQL, Engine.POSTGRESQL),
                    List.of(Engine.DERBY, Engine.DERBY),
                    List.of(Engine.H2, Engine.H2),
                    List.of(Engine.MARIADB, Engine.MARIADB),
                    List.of(Engine.POSTGRESQL, Engine.H2));

    /** Who dies there. */
    enum Victim {
        CONTROLLER("halt", -1),
        FIRST_BACKEND("hold", 0),
        SECOND_BACKEND("hold", 1);

        private final String action;
        private final int backend;

        Victim(String action, int backend) {
            this.action = action;
            this.backend = backend;
        }
    }

    record Crash(String point, int passage, Victim victim, List<Engine> engines) {
        @Override
        public String toString() {
            return victim + " at passage " + passage + " of " + point + " over " + engines;
        }
    }

    @BeforeEach
    void onlyWithController() {
        TestedDatabase.requireController();
    }

    /** All points over all pairs, for every victim; in the sample one of each kind of victim. */
    static List<Crash> crashes() {
        Random random = TestSettings.random("crash points");
        List<Crash> all = new ArrayList<>();
        for (Victim victim : Victim.values()) {
            for (String point : POINTS) {
                for (List<Engine> engines : PAIRS) {
                    if (reaches(point, engines)) {
                        all.add(new Crash(point, passage(point, random), victim, engines));
                    }
                }
            }
        }
        if (TestSettings.full()) {
            return all;
        }
        Collections.shuffle(all, random);
        return List.of(
                first(all, crash -> crash.victim() == Victim.CONTROLLER),
                first(all, crash -> crash.victim() != Victim.CONTROLLER));
    }

    /** Behind the making of the sessions' tables. */
    private static int passage(String point, Random random) {
        return switch (point) {
            case REFUSED -> 1 + random.nextInt(3);
            case DEFINED -> 3 + random.nextInt(3);
            default -> 60 + random.nextInt(400);
        };
    }

    private static Crash first(List<Crash> all, Predicate<Crash> which) {
        return all.stream().filter(which).findFirst().orElseThrow();
    }

    private static boolean reaches(String point, List<Engine> engines) {
        return switch (point) {
            // only PostgreSQL has the deferred constraint with which the sessions bring it about
            case REFUSED -> engines.stream().allMatch(engine -> engine == Engine.POSTGRESQL);
            case DEFINED -> engines.contains(Engine.H2) || engines.contains(Engine.MARIADB);
            default -> true;
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("crashes")
    void nothingIsLostAndNothingDiffers(Crash crash) throws Exception {
        Path fired =
                Files.createTempDirectory(BuildLayout.runDirectory(), "fault").resolve("fired");
        String fault =
                "-Dlockstep.fault=%s:%d:%s:%s"
                        .formatted(crash.point(), crash.passage(), crash.victim().action, fired);
        try (TestedDatabase database =
                        TestedDatabase.over(
                                config ->
                                        config.jvmOption(fault)
                                                .set("heartbeat", "{interval: 1s, timeout: 10s}"),
                                crash.engines().toArray(Engine[]::new));
                WritingSessions sessions =
                        new WritingSessions(
                                database, SESSIONS, TestSettings.random("the sessions"))) {
            await().atMost(PATIENCE).until(() -> Files.exists(fired));
            int before = sessions.committed();
            if (crash.victim() == Victim.CONTROLLER) {
                await().atMost(PATIENCE).until(() -> !database.controller().isRunning());
                database.controller().restart();
            } else {
                kill(database.backend(crash.victim().backend).server(), fired);
            }
            await().atMost(PATIENCE).until(() -> sessions.committed() > before + SESSIONS);
            if (crash.victim() != Victim.CONTROLLER) {
                database.backend(crash.victim().backend).server().start();
                database.awaitInService(2, PATIENCE);
            }
            sessions.stop();
            if (crash.victim() == Victim.CONTROLLER) {
                assertThat(database.controller().log()).doesNotContain("leaves service");
            }
            database.assertBackendsEqual();
            sessions.verify();
            assertThat(sessions.untold()).as("writes nobody could tell the fate of").isZero();
        }
    }

    /** While one thread of the controller stands at the point. */
    private static void kill(DatabaseProcess server, Path fired) throws IOException {
        server.kill();
        Files.delete(fired);
    }
}
