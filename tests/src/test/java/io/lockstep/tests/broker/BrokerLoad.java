package io.lockstep.tests.broker;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that use a broker until stopped: producers on a queue and on a durable topic, one
 * consumer of the queue. Remembers every exception a client saw and the longest time in which no
 * send was acknowledged to anybody.
 */
final class BrokerLoad implements AutoCloseable {
    private static final int PRODUCERS = 4;

    private final MessageLedger queue;
    private final MessageLedger topic;
    private final AtomicInteger nextNumber = new AtomicInteger();
    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong lastAcknowledgedNanos = new AtomicLong();
    private final AtomicLong longestGapNanos = new AtomicLong();
    private volatile boolean stopping;

    private interface Work {
        void run(MessageClient client) throws JMSException;
    }

    private BrokerLoad(MessageLedger queue, MessageLedger topic) {
        this.queue = queue;
        this.topic = topic;
    }

    static BrokerLoad start(String brokerUrl, MessageLedger queue, MessageLedger topic) {
        BrokerLoad load = new BrokerLoad(queue, topic);
        for (int i = 0; i < PRODUCERS; i++) {
            load.startThread("producer-" + i, brokerUrl, load::produce);
        }
        load.startThread(
                "consumer",
                brokerUrl,
                client -> client.receiveQueueWhile(queue, () -> !load.stopping));
        return load;
    }

    int acknowledgedCount() {
        return queue.acknowledgedCount() + topic.acknowledgedCount();
    }

    List<Exception> failures() {
        return List.copyOf(failures);
    }

    /** The longest time from one acknowledged send, of any producer, to the next. */
    Duration longestGap() {
        return Duration.ofNanos(longestGapNanos.get());
    }

    /** Lets every client finish what it is doing. */
    void stop() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join(Duration.ofSeconds(60).toMillis());
            if (thread.isAlive()) {
                failures.add(new IllegalStateException(thread.getName() + " hangs"));
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }

    private void startThread(String role, String brokerUrl, Work work) {
        Thread thread =
                new Thread(
                        () -> {
                            try (MessageClient client = MessageClient.connect(brokerUrl)) {
                                work.run(client);
                            } catch (JMSException | RuntimeException e) {
                                failures.add(e);
                            }
                        },
                        "lockstep-test-" + role);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void produce(MessageClient client) throws JMSException {
        while (!stopping) {
            int number = nextNumber.getAndIncrement();
            if (number % 2 == 0) {
                client.send(queue, MessageClient.queue(), number, number + 1);
            } else {
                client.send(topic, MessageClient.topic(), number, number + 1);
            }
            noteAcknowledgement(System.nanoTime());
        }
    }

    private void noteAcknowledgement(long now) {
        long before = lastAcknowledgedNanos.getAndSet(now);
        if (before != 0) {
            longestGapNanos.accumulateAndGet(now - before, Math::max);
        }
    }
}
