package io.lockstep.backends;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.dialect.DriverControl;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
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
    private final Term term;
    private final AtomicLong schemaVersion;
    private final List<String> sessionSetup;
    private final StatementCache statements;

    private boolean autoCommit = true;
    private boolean readOnly;
    private int isolation = UNKNOWN;
    private long preparedAt;

    /**
     * @param term in which its login began
     * @param sessionSetup what the login has run
     * @param schemaVersion of the backend; statements prepared under an older one are forgotten
     */
    PhysicalConnection(
            Connection jdbc,
            DriverControl control,
            Term term,
            List<String> sessionSetup,
            AtomicLong schemaVersion) {
        this.sessionSetup = List.copyOf(sessionSetup);
        this.jdbc = jdbc;
        this.control = control;
        this.term = term;
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

    Term term() {
        return term;
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

    CallableStatement prepareCall(String sql) throws SQLException {
        forgetOldPlans();
        return statements.leaseCall(sql);
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

    /**
     * Makes it what it was after its login; two round trips.
     *
     * @return false if this engine cannot: only a new connection will do
     */
    boolean resetSession() throws SQLException {
        String reset = control.resetSession();
        if (reset == null) {
            return false;
        }
        statements.clear();
        setAutoCommit(true);
        isolation = UNKNOWN;
        try (Statement statement = jdbc.createStatement()) {
            statement.execute(reset);
            for (String setup : sessionSetup) {
                statement.execute(setup);
            }
        }
        return true;
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
