/**
 * Processes, ports and broken networks: what an integration test needs before it can speak of
 * databases.
 *
 * <p>Knows operating-system processes and sockets; knows nothing of SQL, brokers or controllers
 * (those are in the packages below and beside this one). Start reading at {@link
 * io.lockstep.tests.harness.ChildProcess}. Called from the test thread; the only threads of its own
 * read the output of children and pump bytes through a {@link
 * io.lockstep.tests.harness.FaultProxy}.
 */
package io.lockstep.tests.harness;
