/**
 * Lockstep's own processes: the controller from its built jar, with a configuration made for the
 * test, and the admin command line.
 *
 * <p>Knows the outside of the controller only: its configuration file, its {@code ready} line, its
 * exit codes, its URL. No class of the controller is on this module's class path. Start reading at
 * {@link io.lockstep.tests.harness.controller.TestedDatabase}, which is what a test's clients
 * connect to. Called from test threads.
 */
package io.lockstep.tests.harness.controller;
