package io.lockstep.tests.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP hop between a client and a server on this machine that can be slow, silent or broken on
 * command.
 *
 * <p>Two threads a connection, each blocking on one direction. Commands take effect for open
 * connections as well as new ones.
 */
public final class FaultProxy implements AutoCloseable {
    private final int targetPort;
    private final ServerSocket listener;
    private final Thread acceptor;
    private final AtomicInteger accepted = new AtomicInteger();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /** Guards the four fields below; never held during I/O. */
    private final Object state = new Object();

    private Duration requestDelay = Duration.ZERO;
    private boolean frozen;
    private boolean refusing;
    private boolean closed;

    private FaultProxy(int targetPort) throws IOException {
        this.targetPort = targetPort;
        this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        this.acceptor = thread("accept-" + targetPort, this::acceptAll);
    }

    /** A proxy in front of a server on the loopback interface, listening on a free port. */
    public static FaultProxy to(int targetPort) {
        try {
            FaultProxy proxy = new FaultProxy(targetPort);
            proxy.acceptor.start();
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open a proxy to port " + targetPort, e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /**
     * From now on each piece a client sends reaches the server this much later: one delay a round
     * trip. Zero ends it.
     */
    public void delayRequests(Duration delay) {
        synchronized (state) {
            requestDelay = delay;
            state.notifyAll();
        }
    }

    /**
     * Nothing passes any more in either direction; connections stay open and new ones are accepted.
     */
    public void freeze() {
        synchronized (state) {
            frozen = true;
        }
    }

    /** What was held passes on, in order. */
    public void thaw() {
        synchronized (state) {
            frozen = false;
            state.notifyAll();
        }
    }

    /** Resets all open connections at once; new ones are still served. */
    public void cut() {
        for (Socket socket : sockets) {
            reset(socket);
        }
    }

    /** Resets open connections, and new ones as soon as they are made, until told otherwise. */
    public void refuse(boolean refuse) {
        synchronized (state) {
            refusing = refuse;
        }
        if (refuse) {
            cut();
        }
    }

    @Override
    public void close() {
        synchronized (state) {
            closed = true;
            state.notifyAll();
        }
        try {
            listener.close();
            // Until then the kernel still takes connections: a listening socket lives as long as a
            // thread is inside accept().
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the proxy on port " + port(), e);
        } finally {
            cut();
        }
    }

    private void acceptAll() {
        while (true) {
            Socket client;
            try {
                client = listener.accept();
            } catch (IOException e) {
                return; // closed
            }
            accepted.incrementAndGet();
            connect(client);
        }
    }

    /** Connections that clients have opened so far. */
    public int accepted() {
        return accepted.get();
    }

    private void connect(Socket client) {
        sockets.add(client);
        if (isRefusing()) {
            reset(client);
            return;
        }
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), targetPort);
            sockets.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            thread("requests-" + targetPort, () -> pump(client, server, true)).start();
            thread("replies-" + targetPort, () -> pump(server, client, false)).start();
        } catch (IOException e) {
            reset(client); // the server is down: the client sees its connection closed
        }
    }

    private void pump(Socket from, Socket to, boolean requests) {
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                hold(requests);
                out.write(buffer, 0, count);
            }
            hold(false);
        } catch (IOException e) {
            // One side is gone; the other learns it below.
        } finally {
            close(from);
            close(to);
        }
    }

    /** Waits out the delay and any freezing. */
    private void hold(boolean delayed) throws IOException {
        synchronized (state) {
            try {
                long start = System.nanoTime();
                long left = delayed ? requestDelay.toNanos() : 0;
                while (!closed && (frozen || left > 0)) {
                    if (frozen) {
                        state.wait();
                    } else {
                        TimeUnit.NANOSECONDS.timedWait(state, left);
                    }
                    left = delayed ? requestDelay.toNanos() - (System.nanoTime() - start) : 0;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            if (closed) {
                throw new IOException("proxy closed");
            }
        }
    }

    private boolean isRefusing() {
        synchronized (state) {
            return refusing || closed;
        }
    }

    private void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Already closed by the other side: nothing left to reset.
        }
        close(socket);
    }

    private void close(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot close a socket of the proxy to port " + targetPort, e);
        }
    }

    private static Thread thread(String role, Runnable body) {
        Thread thread = new Thread(body, "lockstep-test-proxy-" + role);
        thread.setDaemon(true);
        return thread;
    }
}
