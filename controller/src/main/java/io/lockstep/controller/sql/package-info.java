/**
 * What a statement is: its class, its tables, its locks, and the text each backend gets.
 *
 * <p>Knows lexing, JSqlParser, catalogues and lock names. Does not know connections, sessions or
 * who is in service. Start reading at {@link io.lockstep.controller.sql.StatementClassifier}.
 * Thread-safe; the cache is bounded.
 */
package io.lockstep.controller.sql;
