/**
 * The network side of the controller for JDBC clients: listens, checks logins, turns bytes into
 * requests.
 *
 * <p>Knows Netty, frames, TLS and who may log in. Does not know SQL, transactions or backends: a
 * decoded request goes to the session's {@link io.lockstep.controller.session.SessionHandler}.
 *
 * <p>Start reading at {@link io.lockstep.controller.frontend.Listener}; then {@code Connection},
 * which takes one client from its first byte to its last. Called by {@code bootstrap} (start, stop)
 * and {@code admin} (list, kill).
 *
 * <p>Threads: one that accepts ({@code lockstep-accept}), one for each connection ({@code
 * lockstep-session-N}), on which the session's JDBC work runs too, and one watcher ({@code
 * lockstep-client-watcher}) that sees clients vanish while their session's thread is busy.
 */
package io.lockstep.controller.frontend;
