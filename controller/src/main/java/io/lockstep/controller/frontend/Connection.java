package io.lockstep.controller.frontend;

import io.lockstep.controller.session.Greeting;
import io.lockstep.controller.session.SessionHandler;
import io.lockstep.controller.session.SessionRefusedException;
import io.lockstep.controller.session.SessionStart;
import io.lockstep.protocol.ErrorDetail;
import io.lockstep.protocol.FrameReader;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.ProtocolException;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.RequestTag;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionStatus;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client from its first byte to its last: login, requests one at a time, end. Everything
 * happens on the connection's loop.
 *
 * <p>Whatever goes wrong ends this connection with one ERROR and touches no other.
 */
// Closing and scheduling need no answer here; what a task throws is handled by it.
@SuppressWarnings("FutureReturnValueIgnored")
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    /** While a request is under way, reading stops when this much is waiting behind it. */
    private static final int WAITING_BYTES_MAX = 256 << 10;

    /** How long a client may take to read its last ERROR. */
    private static final int LINGER_SECONDS = 2;

    private enum Phase {
        HELLO,
        PROOF,
        OPEN,
        /** Nothing is read any more; the last reply may still be on its way. */
        ENDED
    }

    private final Sessions sessions;
    private final Channel channel;
    private final boolean full;
    private final ReplyChannel replies;
    private final FrameSplitter frames = new FrameSplitter();
    private final FrameReader reader = new FrameReader();
    private final ArrivingValues values;
    private Phase phase = Phase.HELLO;
    private Login login;
    private OpenSession session;
    private Future<?> loginTimeout;
    private boolean pumping;
    private ErrorDetail endAfterRequest;

    /** Why the session is to end, set by another thread; the loop may still be at a request. */
    private volatile ErrorDetail ending;

    /**
     * @param full this client is one too many: it may cancel, but not log in
     */
    Connection(Sessions sessions, Channel channel, boolean full) {
        this.sessions = sessions;
        this.channel = channel;
        this.full = full;
        this.replies = new ReplyChannel(this, channel);
        this.values = new ArrivingValues(sessions.options());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        loginTimeout =
                context.executor()
                        .schedule(
                                this::loginTimedOut,
                                sessions.options().loginTimeout().toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    private void loginTimedOut() {
        end(
                ErrorDetail.of(
                        SqlState.LOGIN_REFUSED,
                        "Login refused: it took longer than "
                                + sessions.options().loginTimeout().toSeconds()
                                + " s"));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (phase != Phase.ENDED) {
                frames.add(bytes);
            }
        } finally {
            bytes.release();
        }
        pump();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        pump();
    }

    /**
     * Takes frames as long as nothing is under way and the client reads what it is sent. Reentered
     * from a request that is finished before {@code handle} returns, the outer loop goes on.
     */
    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (isReady() && frames.next()) {
                take();
            }
            frames.trim(reader);
            channel.config()
                    .setAutoRead(
                            phase == Phase.ENDED
                                    || isReady()
                                    || frames.waitingBytes() < WAITING_BYTES_MAX);
        } catch (ProtocolException e) {
            end(
                    ErrorDetail.of(
                            SqlState.PROTOCOL_VIOLATION,
                            "Protocol violation: "
                                    + e.getMessage()
                                    + ". The connection is closed"));
        } catch (RuntimeException | Error e) {
            handlerFailed(e);
        } finally {
            pumping = false;
        }
    }

    private boolean isReady() {
        return switch (phase) {
            case HELLO, PROOF -> true;
            case OPEN -> !session.isBusy() && channel.isWritable();
            case ENDED -> false;
        };
    }

    private void take() throws ProtocolException {
        RequestTag tag = RequestTag.of(frames.tag());
        Request request = Request.decode(tag, frames.read(reader, values));
        switch (phase) {
            case HELLO -> takeFirst(request);
            case PROOF -> takeProof(request);
            case OPEN -> takeRequest(request);
            case ENDED -> throw new IllegalStateException("a frame was taken after the end");
        }
    }

    private void takeFirst(Request request) throws ProtocolException {
        boolean plainRefused =
                sessions.options().tls() != null
                        && channel.pipeline().get(SslHandler.class) == null;
        if (plainRefused) {
            end(
                    ErrorDetail.of(
                            SqlState.LOGIN_REFUSED,
                            "Login refused: this controller takes TLS connections only; add tls=require to the URL"));
        } else if (request instanceof Request.Cancel cancel) {
            sessions.cancel(cancel.sessionId(), cancel.secret());
            end();
        } else if (!(request instanceof Request.Hello hello)) {
            throw new ProtocolException(request.tag() + " before HELLO");
        } else if (full) {
            end(
                    ErrorDetail.of(
                            SqlState.TOO_MANY_CONNECTIONS,
                            "Too many connections: the controller serves %d sessions at most; close some or try later"
                                    .formatted(sessions.options().sessionsMax())));
        } else {
            begin(hello);
        }
    }

    private void begin(Request.Hello hello) throws ProtocolException {
        try {
            login = sessions.login(hello);
            replies.add(login.challenge());
            replies.flush();
            phase = Phase.PROOF;
        } catch (SessionRefusedException e) {
            end(e.detail());
        }
    }

    private void takeProof(Request request) throws ProtocolException {
        if (!(request instanceof Request.ScramFinal proof)) {
            throw new ProtocolException(request.tag() + " in the middle of the login");
        }
        try {
            String serverFinal = login.finish(proof);
            session = open();
            loginTimeout.cancel(false);
            phase = Phase.OPEN;
            replies.add(welcome(serverFinal, session.handler()));
            sessions.opened(session, this, channel);
            replies.flush();
        } catch (SessionRefusedException e) {
            end(e.detail());
        }
    }

    private OpenSession open() throws SessionRefusedException {
        Request.Hello hello = login.hello();
        SessionStart start =
                new SessionStart(
                        sessions.options().sessionIds().getAsLong(),
                        hello.virtualDatabase(),
                        hello.user(),
                        hello.applicationName(),
                        channel.remoteAddress(),
                        sessions.loopOf(channel, this::handlerFailed),
                        this::closeNow);
        return new OpenSession(start, sessions.newSecret(), sessions.factory().open(start));
    }

    private Response welcome(String serverFinal, SessionHandler handler) {
        Greeting greeting = handler.greeting();
        return new Response.Welcome(
                login.version(),
                login.hello().features() & Protocol.FEATURES,
                session.id(),
                session.secret(),
                serverFinal,
                sessions.options().controllerVersion(),
                greeting.productName(),
                greeting.productVersion(),
                greeting.isolation(),
                greeting.schema(),
                greeting.catalog(),
                greeting.ddlCommits());
    }

    private void takeRequest(Request request) throws ProtocolException {
        switch (request.tag()) {
            case VALUE_CHUNK -> values.add((Request.ValueChunk) request);
            case TERMINATE -> end();
            case HELLO, SCRAM_FINAL, CANCEL ->
                    throw new ProtocolException(request.tag() + " within a session");
            default -> session.handle(request, values.refusal(), replies);
        }
    }

    /**
     * A request that was cancelled because the session is to end says so, and not that it was
     * cancelled: its client should not think that the session is as good as before.
     */
    boolean endsInsteadOf(Response last) {
        ErrorDetail reason = ending;
        boolean instead =
                reason != null
                        && last instanceof Response.Failed failed
                        && failed.error().sqlState().equals(SqlState.QUERY_CANCELED.code());
        if (instead) {
            endAfterRequest = reason;
        }
        return instead;
    }

    /** The handler is done with its request. */
    void requestFinished() {
        if (phase != Phase.OPEN) {
            return;
        }
        session.requestFinished();
        values.clear();
        if (session.hasVanished()) {
            end();
        } else if (endAfterRequest != null) {
            end(endAfterRequest);
        } else {
            pump();
        }
    }

    /** A bug in a handler: there is no telling what state its session is in, so it ends. */
    private void handlerFailed(Throwable failure) {
        log.error(
                "Request of session {} failed unexpectedly; the session is closed",
                name(),
                failure);
        end(
                ErrorDetail.of(
                        SqlState.INTERNAL_ERROR,
                        "Internal error: "
                                + failure
                                + ". The session is closed; see the controller's log"));
    }

    private String name() {
        return session == null ? "none" : Long.toHexString(session.id());
    }

    /**
     * Ends the session once it is not at work: behind the client's last reply an ERROR follows, or
     * takes its place if the request was cancelled. From any thread.
     */
    void endGently(ErrorDetail reason) {
        ending = reason;
        try {
            channel.eventLoop().execute(() -> endWhenIdle(reason));
        } catch (RejectedExecutionException e) {
            log.debug("A connection to be ended was gone already", e);
        }
    }

    private void endWhenIdle(ErrorDetail reason) {
        if (session != null && session.isBusy()) {
            endAfterRequest = reason;
        } else {
            end(reason);
        }
    }

    /** Ends the connection whatever it is doing, as soon as its loop is free. From any thread. */
    void closeNow() {
        channel.close();
    }

    private void end(ErrorDetail error) {
        if (phase == Phase.ENDED) {
            return;
        }
        replies.reset();
        replies.add(new Response.Failed(TransactionStatus.IDLE, true, error));
        endWithWhatIsWritten();
    }

    private void end() {
        replies.reset();
        endWithWhatIsWritten();
    }

    /** Sends what is written, then closes; waits a little for the client to read it. */
    void endWithWhatIsWritten() {
        if (phase == Phase.ENDED) {
            replies.reset();
            return;
        }
        release();
        replies.flushThen(this::linger);
    }

    /*
     * Closing with unread bytes makes the kernel send a reset, and the client would never see its ERROR. So only our
     * half is closed, what still comes is dropped, and the client's end or a deadline closes the rest.
     */
    private void linger(ChannelFuture sent) {
        if (!sent.isSuccess() || channel.pipeline().get(SslHandler.class) != null) {
            channel.close();
            return;
        }
        ((DuplexChannel) channel).shutdownOutput();
        channel.config().setAutoRead(true);
        channel.eventLoop().schedule(this::closeNow, LINGER_SECONDS, TimeUnit.SECONDS);
    }

    /** Gives back what this connection holds; the handler rolls back. Once. */
    private void release() {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ENDED;
        loginTimeout.cancel(false);
        frames.clear();
        if (session != null) {
            sessions.ended(session);
            try {
                session.end();
            } catch (RuntimeException e) {
                log.error("Session {} failed to give back what it held", name(), e);
            }
        }
        values.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        release();
        replies.reset();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            log.debug("Connection of session {} broke", name(), cause);
        } else {
            log.warn("Connection of session {} is closed", name(), cause);
        }
        channel.close();
    }
}
