/**
 * The divergence suite: every kind of work that makes replicated databases differ, done by many
 * sessions at the same time, undisturbed and while databases, connections and clients are broken;
 * afterwards all databases must hold the same rows, and the rows that were acknowledged.
 *
 * <p>Knows how to run {@link io.lockstep.tests.divergence.workload workloads} mixed, how to disturb
 * them, and what must hold whatever they did; knows nothing of their tables. Start reading at
 * {@link io.lockstep.tests.divergence.DivergenceTest}. Threads: one for each session, and the
 * test's own.
 */
package io.lockstep.tests.divergence;
