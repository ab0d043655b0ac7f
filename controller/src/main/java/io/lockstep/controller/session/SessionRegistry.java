package io.lockstep.controller.session;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The sessions now open, for the operator. Thread-safe. */
public final class SessionRegistry {
    private final ConcurrentMap<Long, ClientSession> sessions = new ConcurrentHashMap<>();

    void add(long sessionId, ClientSession session) {
        sessions.put(sessionId, session);
    }

    void remove(long sessionId) {
        sessions.remove(sessionId);
    }

    /**
     * Has a session end, without waiting for it.
     *
     * @return false if there is no such session any more
     */
    boolean end(long sessionId) {
        ClientSession session = sessions.get(sessionId);
        if (session != null) {
            session.superseded();
        }
        return session != null;
    }

    public boolean isOpen(long sessionId) {
        return sessions.containsKey(sessionId);
    }

    /** Of one virtual database, or of all if it is null. */
    public List<SessionFigures> list(String virtualDatabase) {
        return sessions.values().stream()
                .filter(s -> virtualDatabase == null || s.virtualDatabase().equals(virtualDatabase))
                .map(ClientSession::figures)
                .toList();
    }

    /**
     * What the operator sees of a session.
     *
     * @param transaction id of the open transaction, empty if there is none
     * @param activity the statement it is running, empty if it is idle
     */
    public record SessionFigures(
            long id, String virtualDatabase, String transaction, String activity) {}
}
