package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import io.lockstep.protocol.SqlState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who takes part in one client transaction: the home backend until its first write, everything in
 * service from then on. Parts of backends that leave are dropped, lost connections replaced, and
 * those that come into service taken in, as long as what was done can be done again there. Belongs
 * to the transaction's thread, except {@link #cancelRunning}.
 */
final class TransactionParts {
    private static final Logger log = LoggerFactory.getLogger(TransactionParts.class);

    private final BackendGroup group;
    private final TransactionJournal journal;
    private final Enlistment enlistment;
    private final Map<BackendHandle, Long> refused = new HashMap<>(); // in which epoch of theirs

    private volatile List<TransactionPart> parts = List.of(); // replaced, never changed; home first
    private volatile boolean cancelled;
    private boolean wrote;
    private boolean kept;

    /**
     * Nobody takes part yet.
     *
     * @param journal what has been done so far
     * @param enlistment how a backend becomes a part
     */
    TransactionParts(BackendGroup group, TransactionJournal journal, Enlistment enlistment) {
        this.group = group;
        this.journal = journal;
        this.enlistment = enlistment;
    }

    /** Those who take part, home first; some may have left service. */
    List<TransactionPart> now() {
        return parts;
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Whether everything in service was to take part. */
    boolean wrote() {
        return wrote;
    }

    /**
     * Nobody is taken in any more: the databases number rows by themselves, and a newcomer would
     * number them from where its counters stand.
     */
    void keep() {
        kept = true;
    }

    /**
     * The home backend's connection, begun on {@code preferred} if there is no home yet.
     *
     * @return null if {@code preferred} was found dead and has left, or another one has become the
     *     home: look again
     * @throws NoConnectionException if {@code preferred} lives but gives no connection
     * @throws SQLException if no connection is to be had; 08006 if all backends that held this
     *     transaction's writes are gone
     */
    BackendConnection home(BackendHandle preferred) throws SQLException {
        dropDeparted();
        if (parts.isEmpty() && wrote) {
            goOnSomewhere();
            return null;
        }
        if (parts.isEmpty()) {
            TransactionPart part = enlistment.join(preferred);
            if (part == null) {
                return null;
            }
            parts = List.of(part);
        }
        return parts.get(0).connection();
    }

    /**
     * If every backend that held its writes has left: does them on those that have come since.
     *
     * @throws SQLException 08006 if there are none, 40001 if it cannot be done again
     */
    void goOnSomewhere() throws SQLException {
        if (!wrote || !parts.isEmpty()) {
            return;
        }
        if (group.inService().isEmpty()) {
            throw new SQLException(
                    "every backend that held this transaction's writes is gone; nothing of it was committed",
                    SqlState.CONNECTION_LOST.code());
        }
        SQLException gone =
                new SQLException("every backend that held this transaction's writes has left");
        takeNewcomersIn();
        if (parts.isEmpty()) {
            throw Enlistment.rolledBack(gone);
        }
    }

    /**
     * The connection of one part broke: goes on without it or with a new one.
     *
     * @return false if the transaction cannot go on
     * @throws SQLException 57P03 if there is no backend to go on with, 40001 if no connection was
     *     to be had
     */
    boolean survive(BackendHandle handle, Outcome.Unknown<?> lost) throws SQLException {
        return switch (group.unanswered(handle, lost)) {
            case LEFT -> {
                dropDeparted();
                goOnSomewhere();
                yield true;
            }
            case LAST -> throw group.noneLeft(lost.cause());
            case ALIVE -> {
                boolean repeatable = !cancelled && journal.isComplete();
                if (repeatable) {
                    replace(handle, lost.cause());
                    goOnSomewhere();
                }
                yield repeatable;
            }
        };
    }

    private void replace(BackendHandle handle, SQLException why) throws SQLException {
        boolean wasHome = !parts.isEmpty() && parts.get(0).handle() == handle;
        List<TransactionPart> next = new ArrayList<>(parts);
        next.removeIf(part -> part.handle() == handle);
        List<TransactionPart> broken = new ArrayList<>(parts);
        broken.removeAll(next);
        parts = List.copyOf(next);
        broken.forEach(part -> part.connection().discard("connection lost"));
        TransactionPart fresh = enlistment.reenact(handle, why);
        if (fresh != null) {
            next.add(wasHome ? 0 : next.size(), fresh);
            parts = List.copyOf(next);
        }
    }

    /** Everything in service takes part from here on. */
    void joinAll() throws SQLException {
        dropDeparted();
        if (wrote) {
            if (parts.size() < group.inService().size()) {
                takeNewcomersIn();
            }
            goOnSomewhere();
            return;
        }
        Map<BackendHandle, NoConnectionException> without = new LinkedHashMap<>();
        for (BackendHandle handle : group.inService()) {
            if (parts.stream().noneMatch(p -> p.handle() == handle)) {
                try {
                    join(handle);
                } catch (NoConnectionException e) {
                    without.put(handle, e);
                }
            }
        }
        group.goOnWithout(without, !parts.isEmpty());
        wrote = true;
    }

    /** Who cannot do it now stays without it until COMMIT. */
    private void takeNewcomersIn() {
        if (kept || cancelled || !journal.isComplete()) {
            return;
        }
        for (BackendHandle handle : group.inService()) {
            Long epoch = handle.backend().markers().epoch();
            boolean takesPart = parts.stream().anyMatch(p -> p.handle() == handle);
            if (takesPart || epoch.equals(refused.get(handle))) {
                continue;
            }
            try {
                add(enlistment.repeat(handle));
            } catch (SQLException | RuntimeException e) {
                refused.put(handle, epoch);
                log.info(
                        "{}: an open transaction could not be repeated, it gets it when it commits: {}",
                        handle,
                        e.getMessage());
            }
        }
    }

    private void join(BackendHandle handle) throws SQLException {
        add(enlistment.join(handle));
    }

    /** Null: that backend has left. */
    private void add(TransactionPart part) {
        if (part != null) {
            List<TransactionPart> joined = new ArrayList<>(parts);
            joined.add(part);
            parts = List.copyOf(joined);
        }
    }

    /** Of those who left service since. */
    void dropDeparted() {
        List<TransactionPart> before = parts;
        boolean departed = false;
        for (int i = 0; i < before.size(); i++) {
            departed |= !group.isCurrent(before.get(i).participant);
        }
        if (departed) {
            List<TransactionPart> staying = new ArrayList<>(before);
            for (Iterator<TransactionPart> each = staying.iterator(); each.hasNext(); ) {
                TransactionPart part = each.next();
                if (!group.isCurrent(part.participant)) {
                    part.connection().discard("backend left service");
                    each.remove();
                }
            }
            parts = List.copyOf(staying);
        }
    }

    /** Home first. */
    List<FanOut.Participant> participants() {
        List<TransactionPart> now = parts;
        if (now.size() == 1) {
            return List.of(now.get(0).participant);
        }
        List<FanOut.Participant> participants = new ArrayList<>(now.size());
        for (TransactionPart part : now) {
            participants.add(part.participant);
        }
        return participants;
    }

    /** They are the caller's to end. */
    List<FanOut.Participant> takeAll() {
        List<FanOut.Participant> ending = participants();
        handOver();
        return ending;
    }

    /** Ending the {@link #participants} is somebody else's business from now on. */
    void handOver() {
        parts = List.of();
    }

    /** Closes one part's connection. */
    void discard(TransactionPart part, String why) {
        List<TransactionPart> staying = new ArrayList<>(parts);
        staying.remove(part);
        parts = List.copyOf(staying);
        part.connection().discard(why);
    }

    /** Gives the connections back. */
    void releaseAll() {
        List<TransactionPart> ending = parts;
        parts = List.of();
        for (TransactionPart part : ending) {
            part.connection().release();
        }
    }

    /** Asks every backend to end what it is doing for this transaction. From any thread. */
    void cancelRunning() {
        cancelled = true;
        for (TransactionPart part : parts) {
            part.connection().cancelRunning();
        }
    }
}
