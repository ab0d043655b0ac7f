package io.lockstep.tests.divergence;

import io.lockstep.tests.harness.FaultProxy;
import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same work while databases freeze, connections break, and clients give up or die. */
class DisturbedTest {
    private static final List<Engine> ENGINES =
            List.of(Engine.POSTGRESQL, Engine.MARIADB, Engine.H2, Engine.DERBY);
    private static final int SAMPLE = 1;
    private static final int SESSIONS = 12;

    record Disturbed(Trouble trouble, List<Engine> engines) {
        @Override
        public String toString() {
            return trouble + " over " + engines;
        }
    }

    @BeforeEach
    void onlyWithController() {
        TestedDatabase.requireController();
    }

    /** Every trouble with every engine; in the sample a few of these. */
    static List<Disturbed> cases() {
        List<Disturbed> all = new ArrayList<>();
        for (Trouble trouble : Trouble.values()) {
            for (Engine engine : ENGINES) {
                all.add(new Disturbed(trouble, List.of(engine, engine)));
            }
            all.add(new Disturbed(trouble, List.of(Engine.POSTGRESQL, Engine.H2)));
        }
        if (TestSettings.full()) {
            return all;
        }
        Collections.shuffle(all, TestSettings.random("the troubles"));
        return all.subList(0, SAMPLE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void nothingAcknowledgedIsLostAndAllInServiceAreEqual(Disturbed disturbed) throws Exception {
        try (TestedDatabase database =
                        TestedDatabase.behindProxies(
                                BackendKilledTest::quickHeartbeat,
                                disturbed.engines.toArray(Engine[]::new));
                FaultProxy clientProxy = FaultProxy.to(database.controller().clientPort())) {
            Trouble trouble = disturbed.trouble;
            new DivergenceRun(database, trouble.toString(), trouble.tolerated(), clientProxy)
                    .run(
                            SESSIONS,
                            Duration.ofSeconds(TestSettings.scale(3, 1)),
                            Duration.ofSeconds(TestSettings.scale(3, 1)),
                            trouble::make);
        }
    }
}
