package io.lockstep.controller.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, which carries one request: checks who asks, hands the request to a worker, sends
 * the answer, closes.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of closing: there is nobody left to tell
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);
    private static final String BEARER = "Bearer ";

    /** How long a client may take to read its answer. */
    private static final int LINGER_SECONDS = 2;

    private final Optional<String> token;
    private final AdminApi api;
    private final Executor workers;
    private boolean taken;

    AdminHandler(Optional<String> token, AdminApi api, Executor workers) {
        this.token = token;
        this.api = api;
        this.workers = workers;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (taken) {
            return; // sent on without waiting for the answer, after which the connection closes
        }
        taken = true;
        context.pipeline().remove(ReadTimeoutHandler.class); // an answer may take its time
        Optional<Reply> refusal = refusal(request);
        if (refusal.isPresent()) {
            send(context, refusal.get());
            return;
        }
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        AdminApi.Call call;
        try {
            call =
                    new AdminApi.Call(
                            request.method().name(),
                            uri.path(),
                            uri.parameters(),
                            request.content().toString(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            send(context, Reply.error(400, "malformed request: " + e.getMessage(), ""));
            return;
        }
        try {
            workers.execute(() -> send(context, api.answer(call)));
        } catch (RejectedExecutionException e) {
            send(context, Reply.error(503, "too many admin requests at a time", "try again"));
        }
    }

    private Optional<Reply> refusal(FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return Optional.of(
                    Reply.error(
                            400,
                            "malformed request: " + request.decoderResult().cause().getMessage(),
                            "this port speaks HTTP/1.1"));
        }
        // A page in somebody's browser must not reach a controller that trusts its own machine.
        if (request.headers().contains(HttpHeaderNames.ORIGIN)
                || (token.isEmpty() && !isAddressedDirectly(request))) {
            return Optional.of(
                    Reply.error(
                            403,
                            "requests of web pages are refused",
                            "use the CLI, or address the controller as localhost or by number"));
        }
        boolean isOpen = new QueryStringDecoder(request.uri()).rawPath().equals("/health");
        if (token.isPresent() && !isOpen && !isAuthorized(request)) {
            return Optional.of(
                    Reply.error(
                            401,
                            "the token is missing or wrong",
                            "give the one of admin.token: --token T or LOCKSTEP_ADMIN_TOKEN"));
        }
        return Optional.empty();
    }

    private boolean isAuthorized(FullHttpRequest request) {
        String given = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
        return given.startsWith(BEARER)
                && MessageDigest.isEqual(
                        given.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8),
                        token.orElseThrow().getBytes(StandardCharsets.UTF_8));
    }

    /** By number or as localhost, not by a name that somebody else's DNS made point here. */
    private static boolean isAddressedDirectly(FullHttpRequest request) {
        String host = request.headers().get(HttpHeaderNames.HOST, "localhost");
        String name = host.startsWith("[") ? host : host.replaceFirst(":\\d+$", "");
        return name.equalsIgnoreCase("localhost")
                || NetUtil.isValidIpV4Address(name)
                || name.startsWith("[");
    }

    static void send(ChannelHandlerContext context, Reply reply) {
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(reply.status()),
                        Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, reply.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context.writeAndFlush(response)
                .addListener((ChannelFutureListener) AdminHandler::closeOnceRead);
    }

    /**
     * Closing with unread bytes makes the kernel send a reset, and a client still busy sending
     * would never see its answer. So only our half is closed; what still comes is dropped, and the
     * client's end or a deadline closes the rest.
     */
    private static void closeOnceRead(ChannelFuture sent) {
        Channel channel = sent.channel();
        if (!sent.isSuccess()) {
            channel.close();
            return;
        }
        ((DuplexChannel) channel).shutdownOutput();
        channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof ReadTimeoutException) {
            LOG.debug("{} sent no complete request in time", context.channel().remoteAddress());
        } else {
            LOG.debug("Admin connection of {} failed", context.channel().remoteAddress(), cause);
        }
        context.close();
    }
}
