/**
 * What SQL clients are promised: equal databases, parallel writers, survival of dead, frozen and
 * vanished parties, clear refusals.
 *
 * <p>Every test talks JDBC through the driver to a controller process over real databases, and
 * breaks real things. With {@code -Dlockstep.direct=true} those that make sense so run against one
 * database itself. Knows the harness and java.sql; of Lockstep only URLs, SQLStates and the admin
 * command line. One class for each promise, named after it. Client threads are named {@code
 * lockstep-test-client-...}.
 */
package io.lockstep.tests.sql;
