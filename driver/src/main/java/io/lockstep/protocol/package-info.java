/**
 * The wire protocol between the JDBC driver and the controller: frames, messages, values, login.
 *
 * <p>Knows bytes. Does not know sockets, threads, JDBC objects or SQL: the driver brings blocking
 * streams, the controller Netty, and both use the same codec over byte arrays. Depends on the JDK
 * alone. {@code driver/PROTOCOL.md} says the same byte by byte.
 *
 * <p>Start reading at {@link io.lockstep.protocol.Request} and {@link
 * io.lockstep.protocol.Response}, the two closed sets of messages; then {@link
 * io.lockstep.protocol.FrameWriter} and {@link io.lockstep.protocol.FrameReader}. Rows are written
 * value by value with {@link io.lockstep.protocol.RowsWriter} and read lazily with {@link
 * io.lockstep.protocol.RowsReader}.
 *
 * <p>Threads: nothing here is shared; writers and readers belong to one connection and are used by
 * one thread at a time. Records are immutable once built.
 */
package io.lockstep.protocol;
