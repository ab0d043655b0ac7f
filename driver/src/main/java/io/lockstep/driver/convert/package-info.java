/**
 * From the values that travel to the Java types JDBC callers ask for, and back.
 *
 * <p>A value that travels is null or one of a small set of {@code java.lang}, {@code java.math} and
 * {@code java.time} objects, byte arrays and the value records of {@code io.lockstep.protocol}.
 * This package knows which conversions JDBC allows, and the in-memory forms of Blob, Clob, SQLXML
 * and Array. It does not know result sets, statements, frames or sockets.
 *
 * <p>Start reading at {@link io.lockstep.driver.convert.ObjectConversion} (results) and {@link
 * io.lockstep.driver.convert.ParameterConversion} (parameters). Threads: stateless functions; the
 * large-object classes belong to one thread, as JDBC objects do.
 */
package io.lockstep.driver.convert;
