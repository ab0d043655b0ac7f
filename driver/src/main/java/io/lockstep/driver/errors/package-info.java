/**
 * The exceptions of the driver: made in one place, so that states, classes and wording agree.
 *
 * <p>Knows SQLStates and the JDBC exception classes, and turns the controller's errors into them.
 * Does not know connections or statements. Start reading at {@link
 * io.lockstep.driver.errors.Failures}. Threads: stateless. Called by every other package of the
 * driver.
 */
package io.lockstep.driver.errors;
