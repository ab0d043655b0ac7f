/**
 * Puts the controller together from its configuration, starts it, answers the operator, stops it.
 *
 * <p>Knows every other room; none knows it. Start reading at {@link
 * io.lockstep.controller.bootstrap.Main}. Threads: the main thread starts everything and then
 * waits; a shutdown hook stops it.
 */
package io.lockstep.controller.bootstrap;
