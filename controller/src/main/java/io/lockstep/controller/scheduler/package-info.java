/**
 * Strict two-phase locks in the controller, and the admission of transactions.
 *
 * <p>Knows resources, modes, owners, deadlines. Does not know SQL, JDBC, backends or sockets:
 * waiting is a continuation, no thread ever blocks here. Start reading at {@link
 * io.lockstep.controller.scheduler.LockManager} (the contract), then {@link
 * io.lockstep.controller.scheduler.LockTable} (one mutex, any thread) and {@code WaitsForGraph}
 * (who cannot proceed before whom). Called by {@code request}.
 */
package io.lockstep.controller.scheduler;
