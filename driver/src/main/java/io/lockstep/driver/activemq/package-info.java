/**
 * What ActiveMQ's JDBC message store loads when its data source is this driver.
 *
 * <p>ActiveMQ turns the driver's name, {@code Lockstep JDBC Driver}, into the resource names {@code
 * META-INF/services/org/apache/activemq/store/jdbc/lockstep_jdbc_driver} (the adapter: SQL and
 * schema) and {@code .../jdbc/lock/lockstep_jdbc_driver} (the locker: which broker is master) and
 * makes the classes named there. Nothing else refers to this package, and it refers to nothing of
 * the driver: a user of the driver without ActiveMQ never loads it.
 *
 * <p>Start reading at {@link io.lockstep.driver.activemq.LockstepJdbcAdapter}. Threads: those of
 * the broker's store; both classes only add configuration to ActiveMQ's own.
 */
package io.lockstep.driver.activemq;
