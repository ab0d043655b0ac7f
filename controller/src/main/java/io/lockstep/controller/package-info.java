/**
 * The controller, room by room; no class stands here itself.
 *
 * <p>From the top: {@code bootstrap}, {@code config}; {@code frontend} and {@code admin}, the two
 * doors; {@code session}; {@code request}, the conductor; {@code recovery}, which brings databases
 * level; {@code sql}, {@code scheduler}, {@code allocation}, {@code execution}, {@code balancer};
 * {@code membership}; {@code redo} and {@code recoverylog}. A room may use those that come after it
 * and none before it, which {@code ArchitectureTest} holds. Start reading at {@link
 * io.lockstep.controller.request.Conductor} for what happens to a statement, at {@code
 * bootstrap.Controller} for what is started.
 */
package io.lockstep.controller;
