/**
 * The client of the admin API.
 *
 * <p>Knows HTTP, the token and what a failure looks like; does not know commands or tables. Start
 * reading at {@link io.lockstep.cli.http.AdminClient}. Called by the commands.
 */
package io.lockstep.cli.http;
