package io.lockstep.backends;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.dialect.DriverControl;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the database and what is known about its state, so that nothing is asked or set
 * twice. Lives as long as the connection; used by one lease at a time.
 *
 * <p>Where switching auto-commit costs a round trip, the connection stays in the mode it was last
 * used in and is switched only when the other one is needed: a load of transactions, or of
 * auto-commit statements, then pays for no switch at all.
 */
final class PhysicalConnection {
    private static final Logger LOG = LoggerFactory.getLogger(PhysicalConnection.class);
    static final int DEFAULT_ISOLATION = Connection.TRANSACTION_READ_COMMITTED;
    private static final int UNKNOWN = -1;
    private static final int CACHED_STATEMENTS = 256;

    private final Connection jdbc;
    private final DriverControl control;
    private final AtomicLong schemaVersion;
    private final StatementCache statements;

    private boolean autoCommit = true;
    private boolean readOnly;
    private int isolation = UNKNOWN;
    private long preparedAt;

    /**
     * @param schemaVersion of the backend; statements prepared under an older one are forgotten
     */
    PhysicalConnection(Connection jdbc, DriverControl control, AtomicLong schemaVersion) {
        this.jdbc = jdbc;
        this.control = control;
        this.schemaVersion = schemaVersion;
        this.preparedAt = schemaVersion.get();
        this.statements = new StatementCache(jdbc, CACHED_STATEMENTS);
    }

    Connection jdbc() {
        return jdbc;
    }

    DriverControl control() {
        return control;
    }

    boolean autoCommit() {
        return autoCommit;
    }

    /** Must not be called inside a transaction. */
    void prepareForAutoCommit(int wantedIsolation) throws SQLException {
        setIsolation(wantedIsolation);
        setReadOnly(false);
        setAutoCommit(true);
    }

    void prepareForTransaction(int wantedIsolation, boolean wantedReadOnly) throws SQLException {
        setIsolation(wantedIsolation);
        setReadOnly(wantedReadOnly);
        setAutoCommit(false);
    }

    /** After the end of a transaction: back to auto-commit where that is free or needed at once. */
    void afterTransaction() throws SQLException {
        if (control.autoCommitSwitchIsFree() || statements.hasLeases()) {
            setAutoCommit(true);
        }
    }

    private void setAutoCommit(boolean wanted) throws SQLException {
        if (autoCommit != wanted) {
            jdbc.setAutoCommit(wanted);
            autoCommit = wanted;
        }
    }

    private void setIsolation(int wanted) throws SQLException {
        if (isolation != wanted) {
            isolation = UNKNOWN;
            jdbc.setTransactionIsolation(wanted);
            isolation = wanted;
        }
    }

    private void setReadOnly(boolean wanted) throws SQLException {
        if (readOnly != wanted && control.readOnlySwitchIsFree()) {
            jdbc.setReadOnly(wanted);
            readOnly = wanted;
        }
    }

    boolean transactionFailed() {
        return control.transactionFailed(jdbc);
    }

    PreparedStatement prepare(String sql, KeyColumns keys) throws SQLException {
        forgetOldPlans();
        return statements.lease(sql, keys);
    }

    /**
     * A plan compiled before a change of the schema can fail for good inside a transaction; drivers
     * notice only their own connection's DDL.
     */
    private void forgetOldPlans() throws SQLException {
        long current = schemaVersion.get();
        if (preparedAt == current || transactionFailed()) {
            return;
        }
        statements.clear();
        String forget = control.forgetPlans();
        if (forget != null) {
            try (Statement statement = jdbc.createStatement()) {
                statement.execute(forget);
            }
        }
        preparedAt = current;
    }

    void giveBack(PreparedStatement statement) {
        statements.giveBack(statement);
    }

    void reclaimStatements() {
        if (statements.hasLeases()) {
            statements.reclaim();
        }
    }

    /**
     * Ends the connection for good. Rolls back first: an embedded Derby refuses to close a
     * connection with an open transaction and would keep its locks for ever.
     */
    void close() throws SQLException {
        if (!autoCommit) {
            try {
                jdbc.rollback();
            } catch (SQLException e) {
                LOG.debug("rollback before closing a connection failed: {}", e.getMessage());
            }
        }
        jdbc.close();
    }

    /** Cuts the socket, from any thread. */
    void cut() {
        control.cut(jdbc);
    }
}
