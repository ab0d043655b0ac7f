package io.lockstep.tests.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lockstep.tests.broker.BrokerSettings.Adapter;
import io.lockstep.tests.broker.BrokerSettings.Locker;
import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import io.lockstep.tests.harness.database.TableContents;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A broker stores its messages, stops, starts again and gives them out: each once, each with its
 * body.
 */
class BrokerKeepsMessagesTest {
    private static final int MESSAGES = 500;
    private static final int MESSAGES_A_TRANSACTION = 10;

    private record Case(BackendPair pair, boolean transacted, Adapter adapter) {
        @Override
        public String toString() {
            return pair + (transacted ? ", transacted" : ", plain") + ", adapter " + adapter;
        }
    }

    /**
     * All combinations; the sample has two, with every adapter and both ways of sending among them.
     */
    static List<Case> cases() {
        List<Case> all = new ArrayList<>();
        for (BackendPair pair : BackendPair.ALL) {
            for (Adapter adapter : Adapter.values()) {
                all.add(new Case(pair, false, adapter));
                all.add(new Case(pair, true, adapter));
            }
        }
        if (TestSettings.full()) {
            return all;
        }
        List<BackendPair> pairs = new ArrayList<>(BackendPair.ALL);
        Collections.shuffle(
                pairs,
                TestSettings.random("pairs of " + BrokerKeepsMessagesTest.class.getSimpleName()));
        return List.of(
                new Case(pairs.get(0), false, Adapter.FOUND_BY_DRIVER_NAME),
                new Case(pairs.get(1), true, Adapter.STOCK));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void restartedBrokerGivesOutEveryMessageOnce(Case testCase) throws Exception {
        // The default adapter's BLOB is no type of PostgreSQL: it takes Lockstep to translate it.
        boolean possible =
                !TestSettings.direct()
                        || testCase.adapter != Adapter.STOCK
                        || testCase.pair.first() != Engine.POSTGRESQL;
        assumeTrue(possible, "skipped: PostgreSQL itself cannot run ActiveMQ's default adapter");
        Random random = TestSettings.random("message bodies");
        MessageLedger queue = new MessageLedger("queue", random.nextLong());
        MessageLedger topic = new MessageLedger("durable topic", random.nextLong());
        try (TestedDatabase database = TestedDatabase.over(testCase.pair.engines())) {
            BrokerSettings settings =
                    BrokerSettings.on(
                            database, "keeper", testCase.adapter, Locker.FOUND_BY_DRIVER_NAME);
            try (Broker broker = Broker.start(settings);
                    MessageClient client = MessageClient.connect(settings.clientUrl())) {
                MessageClient.subscribe(settings.clientUrl());
                if (testCase.transacted) {
                    client.sendTransacted(
                            queue, MessageClient.queue(), 0, MESSAGES, MESSAGES_A_TRANSACTION);
                    client.sendTransacted(
                            topic, MessageClient.topic(), 0, MESSAGES, MESSAGES_A_TRANSACTION);
                } else {
                    client.send(queue, MessageClient.queue(), 0, MESSAGES);
                    client.send(topic, MessageClient.topic(), 0, MESSAGES);
                }
                assertThat(broker.isServing()).isTrue();
            }
            database.assertBackendsEqual();
            assertThat(TableContents.of(database.backend(0)).rowCount("ACTIVEMQ_MSGS"))
                    .isEqualTo(2 * MESSAGES);

            try (Broker broker = Broker.start(settings)) {
                MessageClient.drainQueue(settings.clientUrl(), queue);
                MessageClient.drainTopic(settings.clientUrl(), topic);
                assertThat(broker.isServing()).isTrue();
            }
            queue.assertExactlyOnce();
            topic.assertExactlyOnce();
            database.assertBackendsEqual();
        }
    }
}
