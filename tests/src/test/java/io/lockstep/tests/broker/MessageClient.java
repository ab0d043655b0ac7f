package io.lockstep.tests.broker;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.activemq.ActiveMQConnectionFactory;

/**
 * A JMS client: one connection to a broker, sending persistent messages with a number, or receiving
 * them into a ledger.
 */
final class MessageClient implements AutoCloseable {
    static final String QUEUE = "orders";
    static final String TOPIC = "prices";
    private static final String NUMBER = "number";
    private static final String SUBSCRIBER = "reader";
    private static final String SUBSCRIPTION = "all-prices";
    private static final Duration RECEIVE_TIMEOUT = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Connection connection;

    private MessageClient(Connection connection) {
        this.connection = connection;
    }

    static MessageClient connect(String brokerUrl) throws JMSException {
        return connect(brokerUrl, null);
    }

    private static MessageClient connect(String brokerUrl, String clientId) throws JMSException {
        Connection connection = new ActiveMQConnectionFactory(brokerUrl).createConnection();
        if (clientId != null) {
            connection.setClientID(clientId);
        }
        connection.start();
        return new MessageClient(connection);
    }

    /**
     * Makes the durable subscription known to the broker and leaves, so that messages wait for it.
     */
    static void subscribe(String brokerUrl) throws JMSException {
        try (MessageClient client = connect(brokerUrl, SUBSCRIBER);
                Session session =
                        client.connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            session.createDurableSubscriber(session.createTopic(TOPIC), SUBSCRIPTION).close();
        }
    }

    /**
     * Sends messages one by one, each waiting for the broker's acknowledgement; without a
     * transaction.
     */
    void send(MessageLedger ledger, Destination destination, int from, int to) throws JMSException {
        try (Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(destination)) {
            producer.setDeliveryMode(DeliveryMode.PERSISTENT);
            for (int number = from; number < to; number++) {
                producer.send(message(session, ledger, number));
                ledger.acknowledged(number);
            }
        }
    }

    /**
     * Sends messages in transactions of some; they count as acknowledged when the commit returns.
     */
    void sendTransacted(MessageLedger ledger, Destination destination, int from, int to, int each)
            throws JMSException {
        try (Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(destination)) {
            producer.setDeliveryMode(DeliveryMode.PERSISTENT);
            List<Integer> open = new ArrayList<>();
            for (int number = from; number < to; number++) {
                producer.send(message(session, ledger, number));
                open.add(number);
                if (open.size() == each || number == to - 1) {
                    session.commit();
                    open.forEach(ledger::acknowledged);
                    open.clear();
                }
            }
        }
    }

    /** Receives from the queue as long as the condition holds. */
    void receiveQueueWhile(MessageLedger ledger, BooleanSupplier condition) throws JMSException {
        try (Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(queue())) {
            while (condition.getAsBoolean()) {
                receive(ledger, consumer);
            }
        }
    }

    /**
     * Receives everything there is in the queue: until the ledger is complete and nothing more
     * comes.
     */
    static void drainQueue(String brokerUrl, MessageLedger ledger) throws JMSException {
        try (MessageClient client = connect(brokerUrl);
                Session session = client.connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(queue())) {
            drain(ledger, consumer);
        }
    }

    /** Receives everything that waits for the durable subscription. */
    static void drainTopic(String brokerUrl, MessageLedger ledger) throws JMSException {
        try (MessageClient client = connect(brokerUrl, SUBSCRIBER);
                Session session = client.connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer =
                        session.createDurableSubscriber((Topic) topic(), SUBSCRIPTION)) {
            drain(ledger, consumer);
        }
    }

    /**
     * Something that is missing may still come, so give up only after a while; once complete, what
     * comes is a duplicate.
     */
    private static void drain(MessageLedger ledger, MessageConsumer consumer) throws JMSException {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (receive(ledger, consumer) || (!ledger.isComplete() && System.nanoTime() < giveUp)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new JMSException("interrupted while receiving");
            }
        }
    }

    private static boolean receive(MessageLedger ledger, MessageConsumer consumer)
            throws JMSException {
        Message message = consumer.receive(RECEIVE_TIMEOUT.toMillis());
        if (message == null) {
            return false;
        }
        BytesMessage bytes = (BytesMessage) message;
        byte[] body = new byte[Math.toIntExact(bytes.getBodyLength())];
        bytes.readBytes(body);
        ledger.received(message.getIntProperty(NUMBER), body);
        return true;
    }

    private static Message message(Session session, MessageLedger ledger, int number)
            throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.setIntProperty(NUMBER, number);
        message.writeBytes(ledger.body(number));
        return message;
    }

    static Destination queue() {
        return new org.apache.activemq.command.ActiveMQQueue(QUEUE);
    }

    static Destination topic() {
        return new org.apache.activemq.command.ActiveMQTopic(TOPIC);
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
