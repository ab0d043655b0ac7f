/**
 * The module {@code backends} against real database servers.
 *
 * <p>Knows the public face of {@code io.lockstep.backends} and the harness' servers; nothing of the
 * controller. Start reading at {@link io.lockstep.tests.backends.RealBackend}.
 */
package io.lockstep.tests.backends;
