package io.lockstep.controller.frontend;

import io.lockstep.controller.session.SessionFactory;
import io.lockstep.protocol.ErrorDetail;
import io.lockstep.protocol.SqlState;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for JDBC clients until closed.
 *
 * <pre>
 * Listener listener = Listener.start(ListenerOptions.of(address, spillDirectory, version), logins, factory);
 * listener.address();      // with the actual port
 * listener.close(Duration.ofSeconds(10));
 * </pre>
 *
 * Usable from any thread.
 */
// A loop that ends by itself needs no answer.
@SuppressWarnings("FutureReturnValueIgnored")
public final class Listener {
    private static final Logger log = LoggerFactory.getLogger(Listener.class);
    private static final int BACKLOG = 512;
    private static final int ACCEPT_LOOP_END_SECONDS = 1;

    private final IoEventLoop acceptLoop;
    private final Channel server;
    private final Sessions sessions;
    private final Acceptor acceptor;
    private final ClientWatcher watcher;

    private Listener(
            IoEventLoop acceptLoop,
            Channel server,
            Sessions sessions,
            Acceptor acceptor,
            ClientWatcher watcher) {
        this.acceptLoop = acceptLoop;
        this.server = server;
        this.sessions = sessions;
        this.acceptor = acceptor;
        this.watcher = watcher;
    }

    /**
     * Binds the address and begins to accept.
     *
     * @throws IOException if the address cannot be bound, the certificate read or the spill
     *     directory used; nothing is left running then
     */
    public static Listener start(ListenerOptions options, Logins logins, SessionFactory factory)
            throws IOException {
        SpillFile.prepare(options.spillDirectory());
        SslContext tls = options.tls() == null ? null : tlsContext(options.tls());
        Transport transport = Transport.best();
        IoEventLoop acceptLoop = transport.newLoop("lockstep-accept");
        Sessions sessions = new Sessions(options, logins, factory, acceptLoop);
        Acceptor acceptor = new Acceptor(transport, sessions, tls, acceptLoop);
        ChannelFuture bound =
                new Bootstrap()
                        .group(acceptLoop)
                        .channel(transport.serverChannel())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .handler(acceptor)
                        .bind(options.address())
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            acceptLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IOException(
                    "Cannot listen for clients on %s: %s. Is another controller running? Choose another address under 'listen'"
                            .formatted(options.address(), bound.cause().getMessage()),
                    bound.cause());
        }
        ClientWatcher watcher = new ClientWatcher(sessions);
        watcher.start();
        return new Listener(acceptLoop, bound.channel(), sessions, acceptor, watcher);
    }

    private static SslContext tlsContext(ListenerOptions.TlsFiles files) throws IOException {
        try {
            return SslContextBuilder.forServer(files.certificate().toFile(), files.key().toFile())
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IOException(
                    "Cannot serve TLS with certificate %s and key %s: %s. Both must be PEM files, the key in PKCS #8 without a password"
                            .formatted(files.certificate(), files.key(), e.getMessage()),
                    e);
        }
    }

    /** Where it listens, with the actual port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /** The open sessions, as of now. */
    public List<SessionInfo> sessions() {
        return sessions.all().stream().map(entry -> entry.session().info()).toList();
    }

    /**
     * Ends a session: what it does is cancelled, its transaction rolled back, its client told
     * 57P01. Does not wait.
     *
     * @return false if there is no such session
     */
    public boolean kill(long sessionId) {
        Sessions.Entry entry = sessions.find(sessionId);
        if (entry == null) {
            return false;
        }
        entry.connection()
                .endGently(
                        ErrorDetail.of(
                                SqlState.ADMIN_SHUTDOWN,
                                "The session was ended by an administrator; its transaction was rolled back"));
        entry.session().cancel();
        return true;
    }

    /**
     * Accepts no more clients, lets running requests finish for half of the time given, cancels
     * those that are left, and at the end of the time cuts them off.
     */
    public void close(Duration patience) {
        server.close().awaitUninterruptibly();
        ErrorDetail reason =
                ErrorDetail.of(
                        SqlState.ADMIN_SHUTDOWN,
                        "The controller is shutting down; the session's open transaction was rolled back");
        acceptor.close().forEach(connection -> connection.endGently(reason));
        long halfNanos = patience.toNanos() / 2;
        if (!sessions.awaitNone(halfNanos)) {
            sessions.all().forEach(entry -> entry.session().cancel());
            if (!sessions.awaitNone(halfNanos)) {
                log.warn("{} sessions did not end in time and are cut off", sessions.all().size());
            }
        }
        watcher.close();
        acceptor.connections().forEach(Connection::closeNow);
        acceptLoop
                .shutdownGracefully(0, ACCEPT_LOOP_END_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(2 * ACCEPT_LOOP_END_SECONDS, TimeUnit.SECONDS);
    }
}
