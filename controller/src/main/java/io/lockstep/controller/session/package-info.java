/**
 * A client's session: what it has prepared, which transaction is open, what its options are.
 *
 * <p>Knows requests and replies as records of the protocol; does not know sockets, Netty or login,
 * which are {@code frontend}'s, nor how a statement is executed, which is {@code request}'s.
 *
 * <p>Start reading at {@link io.lockstep.controller.session.SessionHandler}: the frontend calls it,
 * once per request, on the session's own thread. {@link io.lockstep.controller.session.Replies} is
 * how it answers.
 */
package io.lockstep.controller.session;
