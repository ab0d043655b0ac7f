package io.lockstep.controller.request;

import io.lockstep.backends.counters.Counter;
import io.lockstep.controller.execution.BackendTransaction;
import io.lockstep.controller.scheduler.LockOwner;
import io.lockstep.controller.sql.Numbering;
import io.lockstep.protocol.TransactionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A client's explicit transaction: its locks, its backend side, and what it may still do. Session
 * thread only.
 */
final class ClientTransaction extends LockOwner {
    /** What may come next. */
    enum State {
        ACTIVE,
        /** A statement failed: only a rollback, whole or to a savepoint, can follow. */
        DOOMED,
        /** Already rolled back on every backend; the client has yet to take note of it. */
        ROLLED_BACK
    }

    private final TransactionId id;
    private final BackendTransaction backends;
    private final int isolation;
    private State state = State.ACTIVE;
    private final Instant begunAt = Instant.now();
    private final SessionSettings settingsBefore;
    private final Map<String, SessionSettings> atSavepoints = new HashMap<>();
    private boolean keepsSettings;
    private boolean changedCatalogue;
    private boolean admitted;
    private final List<OpenRows> open = new ArrayList<>();
    private final List<Numbering> moved = new ArrayList<>();

    ClientTransaction(
            TransactionId id,
            BackendTransaction backends,
            int isolation,
            SessionSettings settingsBefore) {
        super(id.toString());
        this.settingsBefore = settingsBefore;
        this.id = id;
        this.backends = backends;
        this.isolation = isolation;
    }

    TransactionId id() {
        return id;
    }

    BackendTransaction backends() {
        return backends;
    }

    /** What CURRENT_TIMESTAMP means in all its statements, where the standard says so. */
    Instant begunAt() {
        return begunAt;
    }

    int isolation() {
        return isolation;
    }

    State state() {
        return state;
    }

    void state(State next) {
        state = next;
    }

    /** What was set when it began. */
    SessionSettings settingsBefore() {
        return settingsBefore;
    }

    void savepoint(String name, SessionSettings settings) {
        atSavepoints.put(name, settings);
    }

    /** What was set when the savepoint was. */
    SessionSettings settingsAt(String savepoint) {
        return atSavepoints.getOrDefault(savepoint, settingsBefore);
    }

    /** It has been committed, and what it has set with it. */
    void keepSettings() {
        keepsSettings = true;
    }

    boolean keepsSettings() {
        return keepsSettings;
    }

    boolean changedCatalogue() {
        return changedCatalogue;
    }

    void markCatalogueChanged() {
        changedCatalogue = true;
    }

    /** A statement of it has the databases move counters; that counts from its end on. */
    void moves(Numbering numbering) {
        if (numbering.moves() && !moved.contains(numbering)) {
            moved.add(numbering);
        }
    }

    /**
     * The databases have moved some counter of the statement in this transaction: where it stands
     * now cannot be seen from outside before it ends.
     */
    boolean hasMoved(Numbering numbering) {
        for (Numbering earlier : moved) {
            if (earlier.anything() || earlier.movesAnyOf(numbering)) {
                return true;
            }
        }
        return false;
    }

    /** The databases have moved this counter in this transaction, or may have. */
    boolean hasMoved(Counter counter) {
        for (Numbering earlier : moved) {
            if (earlier.anything() || earlier.drawn().contains(counter)) {
                return true;
            }
        }
        return false;
    }

    /** Everything of that kind so far, once. */
    List<Numbering> takeMoved() {
        List<Numbering> taken = List.copyOf(moved);
        moved.clear();
        return taken;
    }

    /** True once it has its permit for connections. */
    boolean isAdmitted() {
        return admitted;
    }

    void markAdmitted() {
        admitted = true;
    }

    /** Gives the permit up; true the first time only. */
    boolean giveUpAdmission() {
        boolean had = admitted;
        admitted = false;
        return had;
    }

    /** Results being read on this transaction's connections; they end with it. */
    void opened(OpenRows rows) {
        open.removeIf(OpenRows::isClosed);
        open.add(rows);
    }

    void closeRows() {
        open.forEach(OpenRows::close);
        open.clear();
    }
}
