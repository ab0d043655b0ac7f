/**
 * The JDBC driver: connections, statements and results over a session with a controller.
 *
 * <p>Knows JDBC. Does not know sockets and frames (that is {@link io.lockstep.driver.wire}), how
 * values convert ({@link io.lockstep.driver.convert}) or what a URL may say ({@link
 * io.lockstep.driver.settings}); exceptions are made in {@link io.lockstep.driver.errors}. Depends
 * on the JDK and {@link io.lockstep.protocol} alone.
 *
 * <p>Users need {@link io.lockstep.driver.LockstepDriver} or {@link
 * io.lockstep.driver.LockstepDataSource} and from there on only {@code java.sql}. To read the code,
 * start at {@link io.lockstep.driver.JdbcConnection}, then {@link
 * io.lockstep.driver.JdbcStatement}.
 *
 * <p>Threads: the caller's. A connection may be shared, its statements take turns; a statement and
 * its results belong to one thread, except that cancel, close and abort come from any.
 */
package io.lockstep.driver;
