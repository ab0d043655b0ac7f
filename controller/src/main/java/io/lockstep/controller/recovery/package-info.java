/**
 * Makes backends level with the recovery log: after a crash of the controller, of databases, or of
 * both, before anything is served; and one that was lost while others went on, while clients write.
 *
 * <p>Knows the log, the markers in the databases, and how a logged commit is done again. Does not
 * know SQL's meaning, sessions or the wire. Start reading at {@link
 * io.lockstep.controller.recovery.CrashRecovery} for the start, at {@link
 * io.lockstep.controller.recovery.Resync} for what comes later. Threads: the one that starts the
 * controller; then one of {@link io.lockstep.controller.recovery.Rejoiner} for each virtual
 * database.
 *
 * <h2>What is decided how</h2>
 *
 * A commit record is an intent. One that any database reached holds is committed and is done on all
 * that lack it; one that none holds is done on all, and aborted only if all refuse. Both are the
 * same procedure: insert the marker, and if it is not there already, do the statements. What a
 * client was told about it can therefore only have been the truth or nothing.
 */
package io.lockstep.controller.recovery;
