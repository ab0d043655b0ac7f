package io.lockstep.driver;

import io.lockstep.driver.wire.Session;
import io.lockstep.protocol.GeneratedKeys;
import io.lockstep.protocol.Request;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Statements that were closed but stay prepared at the controller and its backends, in case the
 * same text comes again: what a pool's user does all the time.
 *
 * <p>Bounded in number and in text; the one unused for longest is closed first. Used by whatever
 * threads use the connection.
 */
final class StatementCache {
    private static final int STATEMENTS_MAX = 256;
    private static final int TEXT_CHARS_MAX = 8 << 10;

    private record Key(String sql, GeneratedKeys generatedKeys) {}

    private final Session session;
    // Guarded by itself; nothing blocks under it.
    private final Map<Key, ServerStatement> idle = new LinkedHashMap<>();
    private int lastId; // guarded by idle

    StatementCache(Session session) {
        this.session = session;
    }

    /** One for a text, perhaps prepared already; it is the caller's until {@link #giveBack}. */
    ServerStatement take(String sql, GeneratedKeys generatedKeys) {
        synchronized (idle) {
            ServerStatement found = idle.remove(new Key(sql, generatedKeys));
            return found == null ? new ServerStatement(sql, generatedKeys) : found;
        }
    }

    /** A number no statement of this session had yet. */
    int newId() {
        synchronized (idle) {
            return ++lastId;
        }
    }

    /** Keeps a prepared statement for the next who wants it, or closes it. */
    void giveBack(ServerStatement statement) {
        if (!statement.isPrepared()) {
            return;
        }
        if (statement.sql().length() > TEXT_CHARS_MAX) {
            close(statement);
            return;
        }
        ServerStatement surplus;
        synchronized (idle) {
            // Two of the same text were open at once: one is enough.
            surplus = idle.put(new Key(statement.sql(), statement.generatedKeys()), statement);
            if (surplus == null && idle.size() > STATEMENTS_MAX) {
                Iterator<ServerStatement> oldest = idle.values().iterator();
                surplus = oldest.next();
                oldest.remove();
            }
        }
        if (surplus != null) {
            close(surplus);
        }
    }

    private void close(ServerStatement statement) {
        session.closeLater(new Request.CloseStatement(statement.id()));
    }
}
