package io.lockstep.controller.frontend;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Epoll where there is one, NIO elsewhere; and how sockets are set. */
enum Transport {
    EPOLL(EpollServerSocketChannel.class) {
        @Override
        IoHandlerFactory ioHandlers() {
            return EpollIoHandler.newFactory(
                    EVENTS_PER_LOOP, DefaultSelectStrategyFactory.INSTANCE);
        }
    },
    // Does not see a client vanish while its session's thread is busy; everything else is the same.
    NIO(NioServerSocketChannel.class) {
        @Override
        IoHandlerFactory ioHandlers() {
            return NioIoHandler.newFactory();
        }
    };

    /**
     * A session's loop serves one socket, so a few are plenty; the default takes 50 KB for each
     * loop.
     */
    private static final int EVENTS_PER_LOOP = 16;

    /** One request or reply of usual size is read at once; big ones grow it. */
    private static final int READ_BYTES = 2 << 10;

    private static final int READ_BYTES_MAX = 64 << 10;
    private static final int WRITE_LOW = 128 << 10;
    private static final int WRITE_HIGH = 512 << 10;
    private static final int KEEPALIVE_IDLE_SECONDS = 30;
    private static final int KEEPALIVE_INTERVAL_SECONDS = 10;
    private static final int KEEPALIVE_PROBES = 3;

    // Linux, include/net/tcp_states.h
    private static final int TCP_CLOSE = 7;
    private static final int TCP_CLOSE_WAIT = 8;

    private static final Logger log = LoggerFactory.getLogger(Transport.class);

    /*
     * Without thread caches: every session has a thread, and a cache for each would hold more memory than it saves time.
     */
    private static final ByteBufAllocator ALLOCATOR =
            new PooledByteBufAllocator(true, 0, 2, 8 << 10, 6, 0, 0, false);

    private final Class<? extends ServerChannel> serverChannel;

    Transport(Class<? extends ServerChannel> serverChannel) {
        this.serverChannel = serverChannel;
    }

    abstract IoHandlerFactory ioHandlers();

    static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    Class<? extends ServerChannel> serverChannel() {
        return serverChannel;
    }

    /** A loop with a thread of its own, which ends when the loop is shut down. */
    IoEventLoop newLoop(String threadName) {
        return new SingleThreadIoEventLoop(
                null,
                task -> {
                    Thread thread = new FastThreadLocalThread(task, threadName);
                    thread.setDaemon(true);
                    return thread;
                },
                ioHandlers());
    }

    /** Sets a client's socket as all are to be. */
    void configure(Channel client) {
        ChannelConfig config = client.config();
        config.setOption(ChannelOption.TCP_NODELAY, true);
        config.setOption(ChannelOption.SO_KEEPALIVE, true);
        config.setAllocator(ALLOCATOR);
        config.setRecvByteBufAllocator(
                new AdaptiveRecvByteBufAllocator(READ_BYTES, READ_BYTES, READ_BYTES_MAX));
        config.setWriteBufferWaterMark(new WriteBufferWaterMark(WRITE_LOW, WRITE_HIGH));
        if (this == EPOLL) {
            config.setOption(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS);
            config.setOption(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS);
            config.setOption(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES);
        }
    }

    /**
     * True if the other end is known to have closed the connection. From any thread; false where it
     * cannot be known.
     */
    static boolean clientClosed(Channel client) {
        if (!(client instanceof EpollSocketChannel epoll)) {
            return false;
        }
        try {
            int state = epoll.tcpInfo().state();
            return state == TCP_CLOSE_WAIT || state == TCP_CLOSE;
        } catch (RuntimeException e) {
            // The loop closed the socket at this very moment, so it knows already.
            log.debug("State of a socket being closed could not be read", e);
            return false;
        }
    }
}
