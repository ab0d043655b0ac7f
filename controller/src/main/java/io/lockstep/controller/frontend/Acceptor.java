package io.lockstep.controller.frontend;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.OptionalSslHandler;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes new connections, on the accept loop, and gives each a loop of its own: a session's JDBC
 * work blocks its loop, so no two may share one.
 */
// Closing and shutting down need no answer here, and Netty logs what fails.
@SuppressWarnings("FutureReturnValueIgnored")
@Sharable
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(Acceptor.class);

    /** Clients beyond the limit that are being told so at the same time, on the accept loop. */
    private static final int REFUSED_MAX = 256;

    private static final int PAUSE_AFTER_FAILURE_SECONDS = 1;

    /** A session's loop takes late tasks for this long after its connection is closed. */
    private static final int LATE_TASKS_SECONDS = 1;

    private static final int LOOP_END_SECONDS = 15;

    private final Transport transport;
    private final Sessions sessions;
    private final SslContext tls;
    private final EventLoop acceptLoop;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private long accepted;
    private volatile boolean closing;

    /**
     * @param tls null for plain connections
     */
    Acceptor(Transport transport, Sessions sessions, SslContext tls, EventLoop acceptLoop) {
        this.transport = transport;
        this.sessions = sessions;
        this.tls = tls;
        this.acceptLoop = acceptLoop;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel client = (Channel) message;
        accepted++;
        if (served.incrementAndGet() <= sessions.options().sessionsMax()) {
            EventLoop loop = transport.newLoop("lockstep-session-" + accepted);
            client.closeFuture()
                    .addListener(
                            closed -> {
                                served.decrementAndGet();
                                loop.shutdownGracefully(
                                        LATE_TASKS_SECONDS, LOOP_END_SECONDS, TimeUnit.SECONDS);
                            });
            register(client, loop, false);
            return;
        }
        served.decrementAndGet();
        if (refused.incrementAndGet() <= REFUSED_MAX) {
            client.closeFuture().addListener(closed -> refused.decrementAndGet());
            register(client, acceptLoop, true);
        } else {
            refused.decrementAndGet();
            client.unsafe().closeForcibly();
        }
    }

    private void register(Channel client, EventLoop loop, boolean full) {
        try {
            transport.configure(client);
            Connection connection = new Connection(sessions, client, full);
            if (tls != null) {
                client.pipeline().addLast(new OptionalSslHandler(tls));
            }
            client.pipeline().addLast(connection);
            loop.register(client).addListener(done -> registered((ChannelFuture) done, connection));
        } catch (RuntimeException e) {
            log.warn("A connection from {} could not be set up", client.remoteAddress(), e);
            client.unsafe().closeForcibly();
        }
    }

    private void registered(ChannelFuture registration, Connection connection) {
        Channel client = registration.channel();
        if (!registration.isSuccess()) {
            log.warn(
                    "A connection from {} could not be set up",
                    client.remoteAddress(),
                    registration.cause());
            client.unsafe().closeForcibly();
            return;
        }
        connections.add(connection);
        client.closeFuture().addListener(closed -> connections.remove(connection));
        if (closing) {
            client.close();
        }
    }

    /**
     * Accepting failed, most likely for want of file descriptors: trying at once would only fill
     * the log.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.error(
                "New clients cannot be accepted ({}); trying again in {} s",
                cause.getMessage(),
                PAUSE_AFTER_FAILURE_SECONDS,
                cause);
        context.channel().config().setAutoRead(false);
        context.executor()
                .schedule(
                        () -> context.channel().config().setAutoRead(true),
                        PAUSE_AFTER_FAILURE_SECONDS,
                        TimeUnit.SECONDS);
    }

    /** From now on new connections are closed at once; those open are returned. */
    List<Connection> close() {
        closing = true;
        return connections();
    }

    List<Connection> connections() {
        return List.copyOf(connections);
    }
}
