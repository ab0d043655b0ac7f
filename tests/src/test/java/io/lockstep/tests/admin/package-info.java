/**
 * What operators are promised: the admin command line against a running controller over real
 * databases.
 *
 * <p>Each command is a process of its own, as on a shell. Knows the harness, the commands' names,
 * their JSON and their exit codes.
 */
package io.lockstep.tests.admin;
