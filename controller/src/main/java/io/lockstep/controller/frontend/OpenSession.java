package io.lockstep.controller.frontend;

import io.lockstep.controller.session.Replies;
import io.lockstep.controller.session.SessionHandler;
import io.lockstep.controller.session.SessionStart;
import io.lockstep.protocol.ErrorDetail;
import io.lockstep.protocol.Request;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;

/**
 * A client that is logged in: its handler, and whether it is at work.
 *
 * <p>Threads: all on the session's loop, but {@link #cancel}, {@link #clientVanished} and {@link
 * #info}.
 */
final class OpenSession {
    private static final long IDLE = 0;

    private final SessionStart start;
    private final long secret;
    private final SessionHandler handler;
    private final Instant since = Instant.now();

    // Written on the loop; read by the watcher and the admin's threads.
    private volatile long busySinceNanos = IDLE;
    private volatile long idleSinceNanos = System.nanoTime();
    private volatile boolean ended;

    // Written by the watcher, read on the loop.
    private volatile boolean vanished;

    OpenSession(SessionStart start, long secret, SessionHandler handler) {
        this.start = start;
        this.secret = secret;
        this.handler = handler;
    }

    long id() {
        return start.sessionId();
    }

    SessionHandler handler() {
        return handler;
    }

    long secret() {
        return secret;
    }

    /** Compares in constant time, so that a secret cannot be guessed byte by byte. */
    boolean hasSecret(long given) {
        return MessageDigest.isEqual(bytes(secret), bytes(given));
    }

    private static byte[] bytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    /**
     * @param refusal why the request must not be carried out, or null
     */
    void handle(Request request, ErrorDetail refusal, Replies replies) {
        long now = System.nanoTime();
        busySinceNanos = now == IDLE ? 1 : now;
        if (refusal == null) {
            handler.handle(request, replies);
        } else {
            handler.refuse(request, refusal, replies);
        }
    }

    void requestFinished() {
        idleSinceNanos = System.nanoTime();
        busySinceNanos = IDLE;
    }

    boolean isBusy() {
        return busySinceNanos != IDLE;
    }

    /** How long the present request has been under way; zero if there is none. */
    Duration busyFor() {
        long busySince = busySinceNanos;
        return busySince == IDLE ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - busySince);
    }

    /** From any thread. */
    void cancel() {
        if (!ended) {
            handler.cancel();
        }
    }

    /** From the watcher's thread, at most once. */
    void clientVanished() {
        vanished = true;
        handler.clientVanished();
    }

    boolean hasVanished() {
        return vanished;
    }

    /** Tells the handler, the first time. */
    void end() {
        if (!ended) {
            ended = true;
            handler.clientGone();
        }
    }

    SessionInfo info() {
        Duration busyFor = busyFor();
        Duration idleFor =
                busyFor.isZero()
                        ? Duration.ofNanos(System.nanoTime() - idleSinceNanos)
                        : Duration.ZERO;
        return new SessionInfo(
                start.sessionId(),
                start.virtualDatabase(),
                start.user(),
                start.applicationName(),
                start.client(),
                since,
                busyFor,
                idleFor);
    }
}
