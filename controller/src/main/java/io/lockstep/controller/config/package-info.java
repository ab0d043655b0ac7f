/**
 * The configuration file: read once, checked whole, immutable from then on.
 *
 * <p>Knows YAML, the environment and what makes a value acceptable. Does not start, open or connect
 * anything. Start reading at {@link io.lockstep.controller.config.ControllerConfig}; the keys and
 * their checks are in {@code ConfigReader}, the values of what is left out in {@link
 * io.lockstep.controller.config.Defaults}. No threads. Called by {@code bootstrap} at start and for
 * {@code config check}.
 */
package io.lockstep.controller.config;
