package io.lockstep.tests.divergence;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.ControllerConfig;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same work while one of three databases is killed: the other two stay equal and in service,
 * and no client sees more than a transaction it has to repeat.
 */
class BackendKilledTest {
    private static final List<List<Engine>> TRIPLES =
            List.of(
                    List.of(Engine.POSTGRESQL, Engine.POSTGRESQL, Engine.POSTGRESQL),
                    List.of(Engine.MARIADB, Engine.MARIADB, Engine.MARIADB),
                    List.of(Engine.H2, Engine.H2, Engine.H2),
                    List.of(Engine.DERBY, Engine.DERBY, Engine.DERBY),
                    List.of(Engine.POSTGRESQL, Engine.H2, Engine.POSTGRESQL));

    record Kill(List<Engine> engines, int victim) {
        @Override
        public String toString() {
            return engines + ", backend " + TestedDatabase.backendName(victim) + " killed";
        }
    }

    @BeforeEach
    void onlyWithController() {
        TestedDatabase.requireController();
    }

    /** The first and the last backend of each; in the sample one of them of one. */
    static List<Kill> kills() {
        if (TestSettings.full()) {
            List<Kill> all = new ArrayList<>();
            for (List<Engine> engines : TRIPLES) {
                all.add(new Kill(engines, 0));
                all.add(new Kill(engines, 2));
            }
            return all;
        }
        Random random = TestSettings.random("the killed backend");
        return List.of(new Kill(TRIPLES.get(random.nextInt(TRIPLES.size())), random.nextInt(3)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kills")
    void theOthersStayEqual(Kill kill) throws Exception {
        try (TestedDatabase database =
                TestedDatabase.over(
                        BackendKilledTest::quickHeartbeat, kill.engines.toArray(Engine[]::new))) {
            new DivergenceRun(database, "backend " + kill.victim + " killed")
                    .run(
                            12,
                            Duration.ofSeconds(TestSettings.scale(5, 2)),
                            Duration.ofSeconds(TestSettings.scale(5, 2)),
                            run -> {
                                run.expectGone(kill.victim);
                                database.backend(kill.victim).server().kill();
                            });
        }
    }

    static ControllerConfig quickHeartbeat(ControllerConfig config) {
        return config.set("heartbeat", "{interval: 500ms, timeout: 1s}");
    }
}
