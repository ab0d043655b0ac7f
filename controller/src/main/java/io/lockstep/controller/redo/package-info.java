/**
 * What a transaction did, as it stands in the recovery log: its statements as each engine got them,
 * with every value decided, and the commit record that makes them count.
 *
 * <p>Knows the recovery log and the coding of values (the wire protocol's own). Does not know SQL,
 * JDBC, backends or locks. Start reading at {@link io.lockstep.controller.redo.RedoLog}; {@link
 * io.lockstep.controller.redo.RedoWriter} is one transaction on its way into the log, {@link
 * io.lockstep.controller.redo.CommitRecord} one on its way out. Threads: a writer belongs to its
 * transaction, everything else may be called from any thread. Written by {@code execution}, read by
 * {@code recovery}.
 *
 * <h2>Why rendered texts</h2>
 *
 * A record holds the text each engine got rather than the client's: what a statement meant depends
 * on the catalogue, the session's settings and the classifier's version of that day, none of which
 * may matter when it is done again weeks later. Engines that got the same share one copy.
 *
 * <h2>What is the same when it is done again</h2>
 *
 * Row counts, generated keys, returned rows and OUT values are in the log, few of them as they are,
 * of many a digest; so are, in front of a statement whose rows the databases number by themselves,
 * the values their counters gave next, and the time zone in which texts without one were meant. A
 * group of auto-commit writes is logged before the databases have answered, so of these nothing is
 * compared; no statement in which databases number rows is ever in one. DDL that commits by itself
 * is logged before it is begun, with fingerprints of the objects it changes.
 */
package io.lockstep.controller.redo;
