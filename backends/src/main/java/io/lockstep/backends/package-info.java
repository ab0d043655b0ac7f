/**
 * One database each: its pool, its connections, its liveness.
 *
 * <p>Knows JDBC, HikariCP and the engines' ways to fail. Does not know virtual databases, other
 * backends, locks or sessions: whether a backend is in service is decided by its caller, who begins
 * a new {@link io.lockstep.backends.Term} of it each time before it takes it over. Start reading at
 * {@link io.lockstep.backends.Backend}. Everything here blocks the calling thread; a {@link
 * io.lockstep.backends.BackendConnection} belongs to one thread at a time, except for its {@code
 * abort} and {@code cancel}.
 */
package io.lockstep.backends;
