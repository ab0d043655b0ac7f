package io.lockstep.tests.broker;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.activemq.ActiveMQConnectionFactory;

/**
 * Producers and as many consumers on one queue of a broker, and how many messages they pass through
 * it. Between two measurements the queue is emptied and everybody rests.
 */
final class MessageRate implements AutoCloseable {
    private static final int BODY_BYTES = 1024;
    private static final long RECEIVE_MILLIS = 300;

    private final ActiveMQConnectionFactory broker;
    private final List<Connection> connections = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicReference<JMSException> failure = new AtomicReference<>();
    private final Phaser starts = new Phaser(1);
    private final Phaser ends = new Phaser(1);
    private volatile boolean producing;
    private volatile boolean closed;

    private interface Turn {
        /** One measurement's worth of work. */
        void run() throws JMSException;
    }

    private interface Role {
        Turn on(Session session) throws JMSException;
    }

    MessageRate(String brokerUrl, int pairs) throws JMSException {
        this.broker = new ActiveMQConnectionFactory(brokerUrl);
        for (int i = 0; i < pairs; i++) {
            start("lockstep-test-producer-" + i, this::producer);
            start("lockstep-test-consumer-" + i, this::consumer);
        }
    }

    private void start(String name, Role role) throws JMSException {
        Connection connection = broker.createConnection();
        connections.add(connection);
        connection.start();
        Turn turn = role.on(connection.createSession(false, Session.AUTO_ACKNOWLEDGE));
        starts.register();
        ends.register();
        Thread thread = new Thread(() -> work(turn), name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void work(Turn turn) {
        while (true) {
            starts.arriveAndAwaitAdvance();
            if (closed) {
                return;
            }
            try {
                turn.run();
            } catch (JMSException e) {
                failure.compareAndSet(null, e);
            } finally {
                ends.arriveAndAwaitAdvance();
            }
        }
    }

    private Turn producer(Session session) throws JMSException {
        MessageProducer producer = session.createProducer(MessageClient.queue());
        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
        byte[] body = new byte[BODY_BYTES];
        return () -> {
            while (producing) {
                BytesMessage message = session.createBytesMessage();
                message.writeBytes(body);
                producer.send(message);
                sent.incrementAndGet();
            }
        };
    }

    private Turn consumer(Session session) throws JMSException {
        MessageConsumer consumer = session.createConsumer(MessageClient.queue());
        return () -> {
            while (producing || received.get() < sent.get()) {
                if (consumer.receive(RECEIVE_MILLIS) != null) {
                    received.incrementAndGet();
                }
            }
        };
    }

    /**
     * Messages taken from the queue a second, counted while all send and take.
     *
     * @throws IllegalStateException if a client failed
     */
    double measure(Duration time) throws InterruptedException {
        long before = received.get();
        producing = true;
        starts.arriveAndAwaitAdvance();
        long start = System.nanoTime();
        Thread.sleep(time.toMillis());
        long taken = received.get() - before;
        double seconds = (System.nanoTime() - start) / 1e9;
        producing = false;
        ends.arriveAndAwaitAdvance();
        if (failure.get() != null) {
            throw new IllegalStateException("a client of the broker failed", failure.get());
        }
        return taken / seconds;
    }

    @Override
    public void close() throws JMSException, InterruptedException {
        closed = true;
        starts.arriveAndDeregister();
        for (Thread thread : threads) {
            thread.join();
        }
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
