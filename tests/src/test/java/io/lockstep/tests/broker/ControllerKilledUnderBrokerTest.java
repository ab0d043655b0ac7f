package io.lockstep.tests.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.broker.BrokerSettings.Adapter;
import io.lockstep.tests.broker.BrokerSettings.Locker;
import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The controller is killed and started again, several times, under a broker's load. The broker
 * stops itself when its store is gone, as brokers do, and is started again by whoever watches it;
 * its clients reconnect. No message that was acknowledged is lost.
 */
class ControllerKilledUnderBrokerTest {
    private static final int KILLS = 3;
    private static final int SENT_BETWEEN = 150;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static List<BackendPair> pairs() {
        return TestSettings.sample(
                1,
                BackendPair.ALL,
                "pair of " + ControllerKilledUnderBrokerTest.class.getSimpleName());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void noAcknowledgedMessageIsLost(BackendPair pair) throws Exception {
        TestedDatabase.requireController();
        Random random = TestSettings.random("message bodies");
        MessageLedger queue = new MessageLedger("queue", random.nextLong());
        MessageLedger topic = new MessageLedger("durable topic", random.nextLong());
        try (TestedDatabase database = TestedDatabase.over(pair.engines())) {
            BrokerSettings settings =
                    BrokerSettings.on(
                            database, "watched", Adapter.FOUND_BY_DRIVER_NAME, Locker.DEFAULT);
            try (Watched watched = new Watched(settings)) {
                MessageClient.subscribe(settings.clientUrl());
                String failover = "failover:(" + settings.clientUrl() + ")?maxReconnectDelay=200";
                try (BrokerLoad load = BrokerLoad.start(failover, queue, topic)) {
                    for (int i = 0; i < KILLS; i++) {
                        watched.awaitAcknowledged(load, SENT_BETWEEN);
                        database.controller().kill();
                        database.controller().restart();
                    }
                    watched.awaitAcknowledged(load, SENT_BETWEEN);
                    load.stop();
                    assertThat(load.failures()).isEmpty();
                }
            }
            try (Broker broker = Broker.start(settings)) {
                MessageClient.drainQueue(settings.clientUrl(), queue);
                MessageClient.drainTopic(settings.clientUrl(), topic);
                assertThat(broker.isServing()).isTrue();
            }
            queue.assertNoneLost();
            topic.assertNoneLost();
            database.assertBackendsEqual();
        }
    }

    /** A broker with somebody who starts it again. */
    private static final class Watched implements AutoCloseable {
        private final BrokerSettings settings;
        private Broker broker;

        Watched(BrokerSettings settings) throws Exception {
            this.settings = settings;
            this.broker = Broker.start(settings);
        }

        void awaitAcknowledged(BrokerLoad load, int more) {
            int wanted = load.acknowledgedCount() + more;
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(
                            () -> {
                                if (!broker.isServing()) {
                                    broker.close();
                                    broker = Broker.start(settings);
                                }
                                return load.acknowledgedCount() >= wanted;
                            });
        }

        @Override
        public void close() throws Exception {
            broker.close();
        }
    }
}
