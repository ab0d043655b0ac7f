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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two brokers on one virtual database: the master is killed under load, the slave takes over,
 * nothing acknowledged is lost.
 */
class MasterSlaveTest {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration TAKEOVER_TIMEOUT = Duration.ofSeconds(60);
    private static final int MESSAGES = 400;

    private record Case(BackendPair pair, Locker locker) {
        @Override
        public String toString() {
            return pair + ", locker " + locker;
        }
    }

    static List<Case> cases() {
        List<Case> all = new ArrayList<>();
        for (BackendPair pair : BackendPair.ALL) {
            all.add(new Case(pair, Locker.DEFAULT));
            all.add(new Case(pair, Locker.LEASE));
        }
        return TestSettings.sample(1, all, "case of " + MasterSlaveTest.class.getSimpleName());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void slaveTakesOverFromKilledMasterAndNothingAcknowledgedIsLost(Case testCase)
            throws Exception {
        Random random = TestSettings.random("message bodies");
        MessageLedger queue = new MessageLedger("queue", random.nextLong());
        MessageLedger topic = new MessageLedger("durable topic", random.nextLong());
        try (TestedDatabase database =
                TestedDatabase.over(
                        config -> config.set("lockTimeout", "3s"), testCase.pair.engines())) {
            BrokerSettings masterSettings =
                    BrokerSettings.on(
                            database, "first", Adapter.FOUND_BY_DRIVER_NAME, testCase.locker);
            BrokerSettings slaveSettings =
                    BrokerSettings.on(
                            database, "second", Adapter.FOUND_BY_DRIVER_NAME, testCase.locker);
            try (BrokerProcess master = BrokerProcess.start(masterSettings)) {
                master.awaitMaster(START_TIMEOUT);
                MessageClient.subscribe(master.clientUrl());
                try (BrokerProcess slave = BrokerProcess.start(slaveSettings)) {
                    if (!TestSettings
                            .direct()) { // on a database itself it already waits in a start-up
                        // statement
                        slave.awaitWaitingForLock(START_TIMEOUT);
                    }
                    CompletableFuture<Void> sending =
                            sendInBackground(failoverUrl(master, slave), queue, topic);
                    Awaitility.await()
                            .atMost(START_TIMEOUT)
                            .until(() -> topic.acknowledgedCount() >= MESSAGES / 4);
                    assertThat(slave.isMaster())
                            .as("slave serves while the master lives")
                            .isFalse();
                    master.kill();
                    slave.awaitMaster(TAKEOVER_TIMEOUT);
                    sending.get(TAKEOVER_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
                    slave.kill();
                }
            }
            // A third broker has nothing in memory: what it gives out is what the databases hold.
            BrokerSettings third =
                    BrokerSettings.on(
                            database, "third", Adapter.FOUND_BY_DRIVER_NAME, testCase.locker);
            try (Broker broker = Broker.start(third)) {
                MessageClient.drainQueue(third.clientUrl(), queue);
                MessageClient.drainTopic(third.clientUrl(), topic);
                assertThat(broker.isServing()).isTrue();
            }
            assertThat(queue.acknowledgedCount()).isEqualTo(MESSAGES);
            queue.assertNoneLost();
            topic.assertNoneLost();
            database.assertBackendsEqual();
        }
    }

    private static String failoverUrl(BrokerProcess master, BrokerProcess slave) {
        return "failover:(%s,%s)?randomize=false&maxReconnectDelay=500"
                .formatted(master.clientUrl(), slave.clientUrl());
    }

    /** Alternates between queue and topic, so that the kill hits both. */
    private static CompletableFuture<Void> sendInBackground(
            String url, MessageLedger queue, MessageLedger topic) {
        return CompletableFuture.runAsync(
                () -> {
                    try (MessageClient client = MessageClient.connect(url)) {
                        for (int number = 0; number < MESSAGES; number++) {
                            client.send(queue, MessageClient.queue(), number, number + 1);
                            client.send(topic, MessageClient.topic(), number, number + 1);
                        }
                    } catch (jakarta.jms.JMSException e) {
                        throw new IllegalStateException("the sender saw the change of broker", e);
                    }
                });
    }
}
