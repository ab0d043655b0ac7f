/**
 * The first user: ActiveMQ brokers that keep their messages through Lockstep.
 *
 * <p>Real brokers, embedded in the test or as child JVMs (to be killed), real JMS clients, the
 * broker's own JDBC store with a HikariCP pool. Knows ActiveMQ and the harness; of Lockstep only
 * the URL. Start reading at {@link io.lockstep.tests.broker.BrokerKeepsMessagesTest}; {@link
 * io.lockstep.tests.broker.MessageLedger} decides what counts as lost. Client threads are named
 * {@code lockstep-test-...}.
 */
package io.lockstep.tests.broker;
