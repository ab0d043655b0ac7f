/**
 * What Lockstep costs: the same work on one PostgreSQL directly and through a controller over two,
 * side by side on the same machine.
 *
 * <p>A main class, run on demand (see {@code tests/README.md}); no test runs it. Knows the harness
 * and java.sql. Start reading at {@link io.lockstep.tests.benchmark.Benchmark}. Threads: one for
 * each client, only while a measurement lasts.
 */
package io.lockstep.tests.benchmark;
