/**
 * The admin CLI: one command, one request to the admin API, one table.
 *
 * <p>Knows the API's paths and JSON, not the controller's classes. {@code http} talks to the
 * controller, {@code output} lays out tables, {@code sql} is the SQL shell over the driver. Start
 * reading at {@link io.lockstep.cli.Main}. One thread; exit codes in {@link
 * io.lockstep.cli.ExitCode}.
 */
package io.lockstep.cli;
