package io.lockstep.controller.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The HTTP listener of the admin API. Thread-safe. */
public final class AdminServer implements AutoCloseable {
    private static final int CONNECTIONS_MAX = 64;
    private static final int REQUEST_BYTES_MAX = 1 << 20;
    private static final int READ_SECONDS_MAX = 15;
    private static final int WRITE_SECONDS_MAX = 30;
    private static final int WORKERS = 4;
    private static final int QUEUE_MAX = 32;

    private final EventLoopGroup eventLoop =
            new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("lockstep-admin", true), NioIoHandler.newFactory());
    private final ThreadPoolExecutor workers;
    private final ControllerMetrics metrics;
    private final AdminApi api;
    private final Optional<String> token;
    private final ChannelGroup connections =
            new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private Channel listener;

    private AdminServer(Optional<String> token, AdminOperations operations) {
        this.token = token;
        this.metrics = new ControllerMetrics(operations);
        this.api = new AdminApi(operations, metrics);
        AtomicInteger number = new AtomicInteger();
        this.workers =
                new ThreadPoolExecutor(
                        WORKERS,
                        WORKERS,
                        30,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(QUEUE_MAX),
                        task -> {
                            String name = "lockstep-admin-worker-" + number.incrementAndGet();
                            Thread thread = new Thread(task, name);
                            thread.setDaemon(true);
                            return thread;
                        });
        workers.allowCoreThreadTimeOut(true);
    }

    /**
     * Listens.
     *
     * @param address port 0 = any free one
     * @param token what callers must present, or empty for none
     * @throws IOException the address cannot be listened on, for instance because it is in use
     */
    public static AdminServer start(
            InetSocketAddress address, Optional<String> token, AdminOperations operations)
            throws IOException {
        AdminServer server = new AdminServer(token, operations);
        try {
            server.bind(address);
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void bind(InetSocketAddress address) throws IOException {
        var bound =
                new ServerBootstrap()
                        .group(eventLoop)
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, CONNECTIONS_MAX)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        accept(channel);
                                    }
                                })
                        .bind(address)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "admin.listen %s:%d: %s"
                            .formatted(
                                    address.getHostString(),
                                    address.getPort(),
                                    bound.cause().getMessage()),
                    bound.cause());
        }
        listener = bound.channel();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // of closing: there is nobody left to tell
    private void accept(Channel channel) {
        if (connections.size() >= CONNECTIONS_MAX) {
            channel.close();
            return;
        }
        connections.add(channel);
        channel.pipeline()
                .addLast(new ReadTimeoutHandler(READ_SECONDS_MAX))
                .addLast(new WriteTimeoutHandler(WRITE_SECONDS_MAX))
                .addLast(new HttpServerCodec())
                .addLast(new BoundedAggregator())
                .addLast(new AdminHandler(token, api, workers));
    }

    /** Where it listens, with the real port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Closes the listener and all connections; operations under way are interrupted. */
    @Override
    public void close() {
        if (listener != null) {
            listener.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
        connections.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
        workers.shutdownNow();
        eventLoop
                .shutdownGracefully(0, 5, TimeUnit.SECONDS)
                .awaitUninterruptibly(5, TimeUnit.SECONDS);
        metrics.close();
    }

    /** Refuses what is too large in the words of the API. */
    private static final class BoundedAggregator extends HttpObjectAggregator {
        BoundedAggregator() {
            super(REQUEST_BYTES_MAX);
        }

        @Override
        protected void handleOversizedMessage(
                ChannelHandlerContext context, HttpMessage oversized) {
            AdminHandler.send(
                    context, Reply.error(413, "the request is larger than 1 MB", "send less"));
        }
    }
}
