/**
 * What a text means in a database: tables, columns, keys, triggers, sequences, as immutable
 * records.
 *
 * <p>Knows no engine and no connection. Start reading at {@link
 * io.lockstep.backends.catalogue.Catalogue}.
 */
package io.lockstep.backends.catalogue;
