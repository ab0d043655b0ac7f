/**
 * Runs statements on the backends: fan-out, comparison of outcomes, commit groups. Says how a
 * logged commit is done again, for those who bring backends level.
 *
 * <p>Knows JDBC connections of backends and what their answers mean together. Does not know SQL's
 * meaning, locks, sessions or the wire. Start reading at {@link
 * io.lockstep.controller.execution.BackendTransaction} for explicit transactions, at {@link
 * io.lockstep.controller.execution.CommitGroups} for auto-commit writes, at {@link
 * io.lockstep.controller.execution.RedoRun} for what is done again. Callers block; the part of the
 * second and further backends runs on that backend's worker threads.
 */
package io.lockstep.controller.execution;
