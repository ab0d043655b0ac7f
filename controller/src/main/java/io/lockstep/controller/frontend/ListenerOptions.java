package io.lockstep.controller.frontend;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * How to listen.
 *
 * @param address port 0 takes any free one, see {@link Listener#address}
 * @param sessionsMax further clients are refused with 53300
 * @param loginTimeout from the first byte possible to the session
 * @param valueBytesMax largest single value of a request
 * @param sessionValueBytesMax what all large values of one session's unfinished requests may take
 *     together
 * @param spillDirectory large values wait here for their request; created if need be, leftovers are
 *     deleted at start
 * @param controllerVersion told to clients
 * @param tls null for plain connections only
 * @param sessionIds gives ids never given before, not even by an earlier process over the same data
 */
public record ListenerOptions(
        InetSocketAddress address,
        int sessionsMax,
        Duration loginTimeout,
        long valueBytesMax,
        long sessionValueBytesMax,
        Path spillDirectory,
        String controllerVersion,
        TlsFiles tls,
        LongSupplier sessionIds) {
    private static final int SESSIONS_MAX = 1000;
    private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(10);
    private static final long VALUE_BYTES_MAX = 256L << 20;
    private static final long SESSION_VALUE_BYTES_MAX = 512L << 20;

    /**
     * Certificate and key to serve TLS with; plain connections are then refused.
     *
     * @param certificate PEM file with the certificate and those that signed it
     * @param key PEM file with the unencrypted private key (PKCS #8)
     */
    public record TlsFiles(Path certificate, Path key) {}

    /**
     * The usual limits, no TLS.
     *
     * @param run upper half of the session ids: random, so that no earlier process has given them
     */
    public static ListenerOptions of(
            InetSocketAddress address, Path spillDirectory, String controllerVersion, int run) {
        AtomicInteger number = new AtomicInteger();
        return new ListenerOptions(
                address,
                SESSIONS_MAX,
                LOGIN_TIMEOUT,
                VALUE_BYTES_MAX,
                SESSION_VALUE_BYTES_MAX,
                spillDirectory,
                controllerVersion,
                null,
                () ->
                        (long) run << Integer.SIZE
                                | Integer.toUnsignedLong(number.incrementAndGet()));
    }

    public ListenerOptions withTls(TlsFiles files) {
        return new ListenerOptions(
                address,
                sessionsMax,
                loginTimeout,
                valueBytesMax,
                sessionValueBytesMax,
                spillDirectory,
                controllerVersion,
                files,
                sessionIds);
    }
}
