package io.lockstep.controller.session;

import io.lockstep.protocol.ErrorDetail;
import io.lockstep.protocol.Request;

/**
 * Serves one client. Made by a {@link SessionFactory} when the client has logged in.
 *
 * <p>Threads: a session has a thread of its own (its <em>loop</em>). {@link #handle} and {@link
 * #clientGone} are called there and may block there, in JDBC for instance: nobody else waits.
 * {@link #cancel} and {@link #clientVanished} come from other threads, also while {@code handle} is
 * running.
 */
public interface SessionHandler {
    /** What the client is told when its session opens. Called once, before the first request. */
    Greeting greeting();

    /**
     * Carries out one request. Each ends with exactly one {@code finish} of {@code replies},
     * requests without a reply too; the next request is not handed over before that, and those that
     * arrive meanwhile wait in order.
     *
     * <p>{@code handle} may return without having finished, when it must wait for something other
     * than JDBC (a lock): it then finishes later, from a task given to {@link SessionStart#loop}.
     * Meanwhile the loop is free and sees at once when the client goes away.
     *
     * <p>Never called with HELLO, SCRAM_FINAL, CANCEL, TERMINATE or VALUE_CHUNK. Large values among
     * the parameters are {@link io.lockstep.protocol.LargeValue}s, valid until the request is
     * finished.
     *
     * <p>An exception is taken for a bug: it is logged, the client gets XX000 and its connection is
     * closed.
     */
    void handle(Request request, Replies replies);

    /**
     * Answers a request that came with larger values than are taken, in place of carrying it out;
     * otherwise as {@link #handle}. The values it refers to may be missing. The session goes on.
     */
    void refuse(Request request, ErrorDetail why, Replies replies);

    /**
     * The client asks for its running request to stop; without effect if there is none. From any
     * thread, must return quickly. The request still ends with its own reply, usually {@link
     * io.lockstep.protocol.SqlState#QUERY_CANCELED}.
     */
    void cancel();

    /**
     * The client is gone, seen while the loop was busy for longer than a moment; {@link
     * #clientGone} follows as soon as the loop is free. Called from the watcher's thread, at most
     * once, must return quickly: it cancels what is running so that the loop gets free. A commit
     * under way is not to be disturbed.
     */
    void clientVanished();

    /**
     * The connection is closed, for whatever reason. Rolls back and gives everything back. Called
     * exactly once, on the loop, after which nothing else is called; a request may be unfinished
     * then (waiting for a lock), and finishing it later has no effect.
     */
    void clientGone();
}
