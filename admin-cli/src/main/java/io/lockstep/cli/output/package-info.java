/**
 * What the CLI prints.
 *
 * <p>Knows columns, widths and colours; does not know where the values come from. Start reading at
 * {@link io.lockstep.cli.output.TextTable}. Called by the commands and the SQL shell.
 */
package io.lockstep.cli.output;
