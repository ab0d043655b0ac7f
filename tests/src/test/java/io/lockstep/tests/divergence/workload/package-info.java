/**
 * The kinds of work of the divergence suite, one class each: its tables, what one session does to
 * them again and again, and what must hold at the end according to a ledger that the clients keep.
 *
 * <p>Know SQL in the engines' spellings, and JDBC; do not know who runs them, on how many sessions,
 * or what is broken meanwhile. Start reading at {@link
 * io.lockstep.tests.divergence.workload.Workload}; {@link
 * io.lockstep.tests.divergence.workload.Workloads} lists all. Threads: a workload is shared by all
 * sessions, a session belongs to one thread.
 */
package io.lockstep.tests.divergence.workload;
