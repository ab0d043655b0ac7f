/**
 * Real databases as processes: PostgreSQL, Derby network server, H2 TCP server, MariaDB.
 *
 * <p>All of them write durably to files below {@code tests/target} and listen on the loopback
 * interface only. They are started once a JVM and shared by the test classes; every test gets a
 * fresh database of its own. Knows each engine's start-up, URL and signals; knows nothing of
 * Lockstep, except that {@link io.lockstep.tests.harness.database.TableContents} leaves out
 * Lockstep's own tables. Start reading at {@link io.lockstep.tests.harness.database.Databases}.
 * Called from test threads.
 */
package io.lockstep.tests.harness.database;
