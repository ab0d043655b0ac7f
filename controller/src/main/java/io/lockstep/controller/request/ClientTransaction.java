package io.lockstep.controller.request;

import io.lockstep.controller.execution.BackendTransaction;
import io.lockstep.controller.scheduler.LockOwner;
import io.lockstep.protocol.TransactionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

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
    private boolean changedCatalogue;
    private boolean admitted;
    private final List<OpenRows> open = new ArrayList<>();

    ClientTransaction(TransactionId id, BackendTransaction backends, int isolation) {
        super(id.toString());
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

    boolean changedCatalogue() {
        return changedCatalogue;
    }

    void markCatalogueChanged() {
        changedCatalogue = true;
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
