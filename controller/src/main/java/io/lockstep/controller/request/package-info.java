/**
 * The one conductor: takes a session's statement from its class through locks and backends to its
 * result.
 *
 * <p>Knows statement classes, locks, execution, and what a transaction may do next. Does not know
 * frames, sockets or logins. Start reading at {@link io.lockstep.controller.request.Conductor}.
 * Everything here runs on the session's own thread; waiting for locks and commit groups is a
 * continuation on it. Called by {@code session}.
 */
package io.lockstep.controller.request;
