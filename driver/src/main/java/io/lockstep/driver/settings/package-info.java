/**
 * What a JDBC URL and its properties say, read once into a record.
 *
 * <p>Knows the URL syntax and every connection property. Does not know sockets, frames or JDBC
 * objects. Start reading at {@link io.lockstep.driver.settings.ConnectionSettings}. Threads:
 * immutable values, any thread. Called by {@code LockstepDriver} and {@code LockstepDataSource}.
 */
package io.lockstep.driver.settings;
