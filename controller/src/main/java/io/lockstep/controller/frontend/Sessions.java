package io.lockstep.controller.frontend;

import io.lockstep.controller.session.SessionFactory;
import io.lockstep.controller.session.SessionRefusedException;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.ScramVerifier;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** All open sessions of a listener, and what their connections share. Usable from any thread. */
final class Sessions {
    private final ListenerOptions options;
    private final Logins logins;
    private final SessionFactory factory;
    private final EventLoop fallbackLoop;
    private final byte[] loginSecret = ScramVerifier.newSecret();
    private final SecureRandom random = new SecureRandom();
    private final Map<Long, Entry> open = new ConcurrentHashMap<>();

    /** Guards nothing but the wait for {@link #open} to become empty. */
    private final Object noneLeft = new Object();

    /** A session and where it is connected. */
    record Entry(OpenSession session, Connection connection, Channel channel) {}

    Sessions(
            ListenerOptions options,
            Logins logins,
            SessionFactory factory,
            EventLoop fallbackLoop) {
        this.options = options;
        this.logins = logins;
        this.factory = factory;
        this.fallbackLoop = fallbackLoop;
    }

    ListenerOptions options() {
        return options;
    }

    SessionFactory factory() {
        return factory;
    }

    Login login(Request.Hello hello) throws SessionRefusedException {
        return new Login(logins, loginSecret, hello);
    }

    long newSecret() {
        return random.nextLong();
    }

    Executor loopOf(Channel channel, Consumer<Throwable> onFailure) {
        return new SessionLoop(channel.eventLoop(), fallbackLoop, onFailure);
    }

    void opened(OpenSession session, Connection connection, Channel channel) {
        open.put(session.id(), new Entry(session, connection, channel));
    }

    void ended(OpenSession session) {
        open.remove(session.id());
        if (open.isEmpty()) {
            synchronized (noneLeft) {
                noneLeft.notifyAll();
            }
        }
    }

    /** Waits until no session is open; false if some still are after this time. */
    boolean awaitNone(long nanos) {
        long deadline = System.nanoTime() + nanos;
        synchronized (noneLeft) {
            while (!open.isEmpty()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                try {
                    noneLeft.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
        }
        return true;
    }

    /** Cancels what a session is doing, if the secret is right; says nothing if it is not. */
    void cancel(long sessionId, long secret) {
        Entry entry = open.get(sessionId);
        if (entry != null && entry.session().hasSecret(secret)) {
            entry.session().cancel();
        }
    }

    /** The session's entry, or null. */
    Entry find(long sessionId) {
        return open.get(sessionId);
    }

    List<Entry> all() {
        return new ArrayList<>(open.values());
    }
}
