package io.lockstep.tests.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.broker.BrokerSettings.Adapter;
import io.lockstep.tests.broker.BrokerSettings.Locker;
import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One of two databases is killed in the middle of a broker's load, and neither the broker nor its
 * clients notice.
 */
class DatabaseKilledUnderBrokerTest {
    private static final Duration LONGEST_GAP = Duration.ofSeconds(1);
    private static final int SENT_BEFORE = 300;
    private static final int SENT_AFTER = 600;

    private record Case(BackendPair pair, int victim, Locker locker) {
        @Override
        public String toString() {
            return pair
                    + ", backend "
                    + TestedDatabase.backendName(victim)
                    + " killed, locker "
                    + locker;
        }
    }

    /** Either of the two is the victim. */
    static List<Case> cases() {
        List<Case> all = new ArrayList<>();
        for (BackendPair pair : BackendPair.ALL) {
            for (Locker locker : List.of(Locker.DEFAULT, Locker.FOUND_BY_DRIVER_NAME)) {
                all.add(new Case(pair, 0, locker));
                all.add(new Case(pair, 1, locker));
            }
        }
        return TestSettings.sample(
                1, all, "case of " + DatabaseKilledUnderBrokerTest.class.getSimpleName());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void brokerAndClientsGoOnAndEveryAcknowledgedMessageIsThereLater(Case testCase)
            throws Exception {
        TestedDatabase.requireController();
        Random random = TestSettings.random("message bodies");
        MessageLedger queue = new MessageLedger("queue", random.nextLong());
        MessageLedger topic = new MessageLedger("durable topic", random.nextLong());
        try (TestedDatabase database = TestedDatabase.over(testCase.pair.engines())) {
            BrokerSettings settings =
                    BrokerSettings.on(
                            database, "steady", Adapter.FOUND_BY_DRIVER_NAME, testCase.locker);
            try (Broker broker = Broker.start(settings)) {
                MessageClient.subscribe(settings.clientUrl());
                try (BrokerLoad load = BrokerLoad.start(settings.clientUrl(), queue, topic)) {
                    awaitAcknowledged(load, SENT_BEFORE);
                    database.backend(testCase.victim).server().kill();
                    awaitAcknowledged(load, load.acknowledgedCount() + SENT_AFTER);
                    load.stop();
                    assertThat(load.failures()).isEmpty();
                    System.out.println(
                            testCase
                                    + ": longest gap between acknowledged sends "
                                    + load.longestGap().toMillis()
                                    + " ms");
                    assertThat(load.longestGap())
                            .as("longest gap between acknowledged sends")
                            .isLessThan(LONGEST_GAP);
                }
                assertThat(broker.isServing()).as("broker serves, unrestarted").isTrue();
            }
            try (Broker broker = Broker.start(settings)) {
                MessageClient.drainQueue(settings.clientUrl(), queue);
                MessageClient.drainTopic(settings.clientUrl(), topic);
                assertThat(broker.isServing()).isTrue();
            }
            queue.assertNoneLost();
            topic.assertNoneLost();
        }
    }

    private static void awaitAcknowledged(BrokerLoad load, int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> load.acknowledgedCount() >= count || !load.failures().isEmpty());
    }
}
