package io.lockstep.tests.divergence;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of work that makes replicated databases differ, mixed and undisturbed. */
class DivergenceTest {
    private static final List<List<Engine>> PAIRS =
            List.of(
                    List.of(Engine.POSTGRESQL, Engine.POSTGRESQL),
                    List.of(Engine.MARIADB, Engine.MARIADB),
                    List.of(Engine.H2, Engine.H2),
                    List.of(Engine.DERBY, Engine.DERBY),
                    List.of(Engine.POSTGRESQL, Engine.H2));

    @BeforeEach
    void onlyWithController() {
        TestedDatabase.requireController();
    }

    /** All pairs with 8 and with 16 sessions; in the sample two pairs. */
    static Stream<Arguments> runs() {
        if (TestSettings.full()) {
            return PAIRS.stream()
                    .flatMap(
                            pair -> Stream.of(8, 16).map(sessions -> Arguments.of(pair, sessions)));
        }
        return TestSettings.sample(2, PAIRS, "pairs of DivergenceTest").stream()
                .map(pair -> Arguments.of(pair, PAIRS.indexOf(pair) % 2 == 0 ? 16 : 8));
    }

    @ParameterizedTest(name = "{0}, {1} sessions")
    @MethodSource("runs")
    void allDatabasesHoldTheAcknowledgedRows(List<Engine> engines, int sessions) throws Exception {
        try (TestedDatabase database = TestedDatabase.over(engines.toArray(Engine[]::new))) {
            new DivergenceRun(database, "divergence, " + sessions + " sessions")
                    .run(
                            sessions,
                            Duration.ZERO,
                            Duration.ofSeconds(TestSettings.scale(10, 2)),
                            run -> {});
        }
    }
}
