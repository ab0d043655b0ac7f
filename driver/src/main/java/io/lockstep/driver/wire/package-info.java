/**
 * One session with a controller: socket, login, requests and their answers, and what is true when
 * the connection breaks.
 *
 * <p>Knows frames, the session's options, transaction numbers and what rides with the next request.
 * Does not know JDBC statements or result sets, and converts no values.
 *
 * <p>Start reading at {@link io.lockstep.driver.wire.Session}; below it {@link
 * io.lockstep.driver.wire.ControllerLink} is the socket with its frames and {@link
 * io.lockstep.driver.wire.Connector} finds a host and logs in.
 *
 * <p>Threads: the caller's own; an exchange blocks until it is answered. A session may be used by
 * several threads, which take turns. Cancelling, aborting and closing come from any thread and wait
 * for nobody. The only thread of the driver's own is {@code lockstep-driver-timer}, which sends
 * cancellations. Called by {@code io.lockstep.driver}.
 */
package io.lockstep.driver.wire;
