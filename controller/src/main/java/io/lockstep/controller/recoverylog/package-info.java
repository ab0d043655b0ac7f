/**
 * The recovery log: records in one total order, durable in segment files.
 *
 * <p>Knows files, sequence numbers, checksums. Does not know SQL, JDBC, backends, or what a payload
 * means. Start reading at {@link io.lockstep.controller.recoverylog.RecoveryLog} (the contract),
 * then {@code LogWriter} (appending), {@code GroupForce} (forcing for many at once) and {@code
 * LogLayout} (where a log ends, and what is damage), {@code LogStart} (what is done about it when
 * it is opened). The files, byte by byte: {@code controller/RECOVERY-LOG.md}.
 *
 * <p>Threads: any may append, force and read; {@code lockstep-log-force} forces what nobody waits
 * for yet, {@code lockstep-log-segments} prepares the next file.
 */
package io.lockstep.controller.recoverylog;
