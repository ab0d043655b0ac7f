package io.lockstep.tests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;

/**
 * Ports of the loopback interface for servers that cannot choose one themselves or must come back
 * on the same one.
 */
public final class LoopbackPorts {
    /**
     * Guarded by itself. A server that was killed still owns its port as far as this JVM is
     * concerned: it will come back there.
     */
    private static final Set<Integer> GIVEN_OUT = new HashSet<>();

    private LoopbackPorts() {}

    /** A port that is free now and that this JVM has not given out before. */
    public static int next() {
        synchronized (GIVEN_OUT) {
            while (true) {
                try (ServerSocket probe =
                        new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                    if (GIVEN_OUT.add(probe.getLocalPort())) {
                        return probe.getLocalPort();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException("no free loopback port", e);
                }
            }
        }
    }

    /** Whether something accepts connections there. */
    public static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
