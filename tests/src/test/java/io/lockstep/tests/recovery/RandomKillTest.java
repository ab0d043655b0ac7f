package io.lockstep.tests.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** SIGKILL at any moment, again and again, under load. */
class RandomKillTest {
    private static final int SESSIONS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final List<List<Engine>> PAIRS =
            List.of(
                    List.of(Engine.POSTGRESQL, Engine.POSTGRESQL),
                    List.of(Engine.DERBY, Engine.DERBY),
                    List.of(Engine.H2, Engine.H2),
                    List.of(Engine.MARIADB, Engine.MARIADB),
                    List.of(Engine.POSTGRESQL, Engine.H2));

    /** Who is killed. */
    enum Victims {
        CONTROLLER,
        ANY
    }

    record Kills(List<Engine> engines, Victims victims, int count) {
        @Override
        public String toString() {
            return "%d kills of %s over %s".formatted(count, victims, engines);
        }
    }

    @BeforeEach
    void onlyWithController() {
        TestedDatabase.requireController();
    }

    /** A hundred of each kind over all pairs; in the sample a few of one kind over one. */
    static List<Kills> kills() {
        int count = TestSettings.scale(20, 3);
        List<Kills> all =
                PAIRS.stream()
                        .flatMap(
                                pair ->
                                        Arrays.stream(Victims.values())
                                                .map(victims -> new Kills(pair, victims, count)))
                        .toList();
        return TestSettings.sample(1, all, "the pair that is killed");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kills")
    void nothingIsLostAndNothingDiffers(Kills kills) throws Exception {
        Random random = TestSettings.random("the kills");
        try (TestedDatabase database =
                        TestedDatabase.over(
                                config -> config.set("heartbeat", "{interval: 500ms, timeout: 2s}"),
                                kills.engines().toArray(Engine[]::new));
                WritingSessions sessions = new WritingSessions(database, SESSIONS, random)) {
            for (int i = 0; i < kills.count(); i++) {
                int before = sessions.committed();
                await().atMost(PATIENCE).until(() -> sessions.committed() > before + SESSIONS);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(300)));
                kill(database, kills.victims(), random);
            }
            sessions.stop();
            database.assertBackendsEqual();
            sessions.verify();
            assertThat(sessions.untold()).as("writes nobody could tell the fate of").isZero();
            System.out.printf(
                    "%s: %d acknowledged writes, all there once%n", kills, sessions.committed());
        }
    }

    /**
     * A database that was killed comes back by itself, while the sessions write; or the controller
     * is killed as well, before it or after, and brings it level at its start.
     */
    private static void kill(TestedDatabase database, Victims victims, Random random) {
        int victim = victims == Victims.CONTROLLER ? -1 : random.nextInt(3) - 1;
        int controllers = victim < 0 ? 1 : random.nextInt(3);
        if (controllers == 1) {
            database.controller().kill();
        }
        if (victim >= 0) {
            database.backend(victim).server().kill();
            database.backend(victim).server().start();
        }
        if (controllers == 2) {
            database.controller().kill();
        }
        if (controllers > 0) {
            database.controller().restart();
        }
        database.awaitInService(2, PATIENCE);
    }
}
