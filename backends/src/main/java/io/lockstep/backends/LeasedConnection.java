package io.lockstep.backends;

import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.backends.markers.Marker;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lease on a physical connection. */
final class LeasedConnection implements BackendConnection {
    private static final Logger LOG = LoggerFactory.getLogger(LeasedConnection.class);
    private static final long CANCEL_WAIT_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final PooledBackend backend;
    private final Connection pooled;
    private final PhysicalConnection physical;
    private final MarkerCalls markerCalls;

    private int isolation = PhysicalConnection.DEFAULT_ISOLATION;
    private boolean inTransaction;

    /** Inserted in the open transaction already; null if none is. */
    private Marker prepared;

    /** The last one inserted in the open transaction by itself; null if none was. */
    private Marker inserted;

    private boolean sessionStateChanged;
    private boolean jdbcHandedOut;

    private volatile Statement running;
    private volatile boolean cancelling;

    /** A cancel request got no answer, so it may still hit whatever runs next. */
    private volatile boolean cancelPending;

    /** To cancel a statement. */
    private volatile boolean cut;

    private volatile boolean broken;

    /** Guards {@link #ended}, so that an abort never hits the next lease. */
    private final Object endLock = new Object();

    private boolean ended;

    LeasedConnection(PooledBackend backend, Connection pooled, PhysicalConnection physical) {
        this.backend = backend;
        this.pooled = pooled;
        this.physical = physical;
        this.markerCalls = new MarkerCalls(backend.name(), backend.markerTables(), physical);
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public long epoch() {
        return physical.term().epoch();
    }

    @Override
    public Connection jdbc() {
        jdbcHandedOut = true;
        return physical.jdbc();
    }

    @Override
    public PreparedStatement prepare(String sql, KeyColumns keys) throws SQLException {
        if (!inTransaction) {
            physical.prepareForAutoCommit(isolation);
        }
        return physical.prepare(sql, keys);
    }

    @Override
    public CallableStatement prepareCall(String sql) throws SQLException {
        if (!inTransaction) {
            physical.prepareForAutoCommit(isolation);
        }
        return physical.prepareCall(sql);
    }

    @Override
    public void giveBack(PreparedStatement statement) {
        physical.giveBack(statement);
    }

    @Override
    public Statement createStatement() throws SQLException {
        if (!inTransaction) {
            physical.prepareForAutoCommit(isolation);
        }
        return physical.jdbc().createStatement();
    }

    @Override
    public Optional<SQLException> syntaxError(String sql, boolean parameters) throws SQLException {
        if (inTransaction) {
            throw new IllegalStateException("a transaction is open on backend " + backend.name());
        }
        physical.prepareForAutoCommit(isolation);
        try {
            physical.control().parse(physical.jdbc(), sql, parameters);
            return Optional.empty();
        } catch (SQLException e) {
            if (backend.dialect().classify(e) == FailureClass.SYNTAX) {
                return Optional.of(e);
            }
            throw e;
        }
    }

    @Override
    public void begin(int wantedIsolation, boolean readOnly) throws SQLException {
        if (inTransaction) {
            throw new IllegalStateException("a transaction is open on backend " + backend.name());
        }
        physical.prepareForTransaction(
                backend.dialect().effectiveIsolation(wantedIsolation), readOnly);
        inTransaction = true;
    }

    @Override
    public void useIsolation(int wantedIsolation) throws SQLException {
        isolation = backend.dialect().effectiveIsolation(wantedIsolation);
        if (!inTransaction) {
            physical.prepareForAutoCommit(isolation);
        }
    }

    @Override
    public boolean inTransaction() {
        return inTransaction;
    }

    @Override
    public void commit() throws SQLException {
        requireCommittable();
        try {
            physical.term().commitTurn().take(physical.jdbc()::commit);
        } catch (SQLException e) {
            rollbackAfter(e);
            throw e;
        }
        if (inserted != null) {
            physical.term().confirmed(inserted.sequence());
        }
        ended();
    }

    @Override
    public void commit(Marker marker) throws SQLException {
        requireCommittable();
        try {
            if (markerCalls.commitInOne()) {
                markerCalls.insertAndCommit(marker);
            } else {
                prepareMarker(marker);
                physical.term().commitTurn().take(physical.jdbc()::commit);
            }
        } catch (SQLException e) {
            rollbackAfter(e);
            throw fencedOr(e, marker);
        }
        physical.term().confirmed(marker.sequence());
        ended();
    }

    @Override
    public void prepareMarker(Marker marker) throws SQLException {
        requireTransaction();
        if (!markerCalls.commitInOne() && !marker.equals(prepared)) {
            insertOrFail(marker);
            prepared = marker;
        }
    }

    @Override
    public boolean insert(Marker marker) throws SQLException {
        requireTransaction();
        try {
            insertOrFail(marker);
            inserted = marker;
            return true;
        } catch (SQLException e) {
            if (backend.dialect().classify(e) == FailureClass.DUPLICATE_KEY) {
                return false;
            }
            throw e;
        }
    }

    private void insertOrFail(Marker marker) throws SQLException {
        try {
            markerCalls.insert(marker);
        } catch (SQLException e) {
            if (MarkerCalls.mayBeFenced(backend.dialect().classify(e))) {
                rollbackAfter(e);
            }
            throw fencedOr(e, marker);
        }
    }

    /** What the failure means, told apart by the claim itself; not inside a transaction. */
    private SQLException fencedOr(SQLException failure, Marker marker) {
        FailureClass failureClass = backend.dialect().classify(failure);
        if (inTransaction || !MarkerCalls.mayBeFenced(failureClass)) {
            return failure;
        }
        try {
            physical.prepareForAutoCommit(isolation);
            return markerCalls.fencedOr(failure, marker);
        } catch (SQLException e) {
            failure.addSuppressed(e);
            return failure;
        }
    }

    private void requireTransaction() {
        if (!inTransaction) {
            throw new IllegalStateException("no transaction is open on backend " + backend.name());
        }
    }

    private void requireCommittable() throws SQLException {
        requireTransaction();
        if (physical.transactionFailed()) {
            rollback();
            throw new SQLException(
                    "backend "
                            + backend.name()
                            + ": the transaction had failed and was rolled back instead of"
                            + " committed",
                    "25P02");
        }
    }

    private void ended() throws SQLException {
        inTransaction = false;
        prepared = null;
        inserted = null;
        physical.afterTransaction();
    }

    /** A commit that the engine refused leaves nothing open, whatever the driver believes. */
    private void rollbackAfter(SQLException failedCommit) {
        try {
            rollback();
        } catch (SQLException e) {
            failedCommit.addSuppressed(e);
        }
    }

    @Override
    public void rollback() throws SQLException {
        if (!inTransaction) {
            return;
        }
        try {
            physical.term().commitTurn().take(physical.jdbc()::rollback);
            ended();
        } catch (SQLException e) {
            broken = true;
            throw e;
        }
    }

    @Override
    public void markSessionStateChanged() {
        sessionStateChanged = true;
    }

    @Override
    public void running(Statement statement) {
        running = statement;
        if (statement == null && cancelling) {
            awaitCancel();
        }
    }

    /** So that a cancel under way cannot hit the next statement. */
    private void awaitCancel() {
        long deadline = System.nanoTime() + CANCEL_WAIT_NANOS;
        synchronized (this) {
            while (cancelling) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    cancelPending = true;
                    return;
                }
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    cancelPending = true;
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    @Override
    public void cancelRunning() {
        synchronized (this) {
            if (cancelling) {
                return;
            }
            // Before reading what runs: whoever ends it afterwards waits for us.
            cancelling = true;
        }
        try {
            Statement target = running;
            if (target != null && !backend.cancel(physical, target)) {
                cut = true;
                broken = true;
            }
        } catch (SQLException e) {
            cancelPending = true;
            LOG.warn(
                    "backend {}: cancelling a statement failed ({}); its connection will be closed"
                            + " when the statement ends",
                    backend.name(),
                    e.getMessage());
        } finally {
            synchronized (this) {
                cancelling = false;
                notifyAll();
            }
        }
    }

    @Override
    public boolean isCut() {
        return cut;
    }

    @Override
    public void release() {
        if (!end()) {
            return;
        }
        physical.reclaimStatements();
        if (!rollBackIfOpen()) {
            cutAndEvict();
        } else if (cancelPending || (sessionStateChanged && !reset())) {
            backend.evict(pooled);
        } else {
            backToPool();
        }
    }

    private boolean reset() {
        try {
            return physical.resetSession();
        } catch (SQLException e) {
            LOG.debug("backend {}: connection not reset: {}", backend.name(), e.getMessage());
            return false;
        }
    }

    private void backToPool() {
        try {
            pooled.close();
        } catch (SQLException e) {
            LOG.debug("backend {}: connection not reusable: {}", backend.name(), e.getMessage());
        }
    }

    /** Whether the connection lives, as far as known, and is free of an open transaction now. */
    private boolean rollBackIfOpen() {
        try {
            // Local in all drivers: they notice a lost connection when they meet it.
            if (broken || physical.jdbc().isClosed()) {
                return false;
            }
            if (inTransaction) {
                rollback();
            } else if (jdbcHandedOut && !physical.autoCommit()) {
                physical.jdbc().rollback();
            }
            return true;
        } catch (SQLException e) {
            LOG.debug("backend {}: rollback on release: {}", backend.name(), e.getMessage());
            return false;
        }
    }

    @Override
    public void discard(String reason) {
        if (end()) {
            LOG.debug("backend {}: connection closed: {}", backend.name(), reason);
            cutAndEvict();
        }
    }

    /** False if it had ended before. */
    private boolean end() {
        running(null);
        synchronized (endLock) {
            if (ended) {
                return false;
            }
            ended = true;
            return true;
        }
    }

    /** Cut first: closing politely may wait for a server that does not answer. */
    private void cutAndEvict() {
        physical.cut();
        backend.evict(pooled);
    }

    @Override
    public void abort() {
        synchronized (endLock) {
            if (!ended) {
                // Closing a socket does not wait for the other side.
                physical.cut();
            }
        }
    }
}
