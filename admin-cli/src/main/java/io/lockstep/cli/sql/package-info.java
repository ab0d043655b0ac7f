/**
 * The SQL shell over the Lockstep driver.
 *
 * <p>Knows JDBC and where a statement ends; does not know the admin API. Start reading at {@link
 * io.lockstep.cli.sql.SqlSession}. Only here {@code java.sql} and JLine. Called by {@code
 * SqlCommand}.
 */
package io.lockstep.cli.sql;
