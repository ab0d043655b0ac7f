package io.lockstep.backends.dialect;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** pgjdbc. */
final class PostgresControl implements DriverControl {
    static final PostgresControl INSTANCE = new PostgresControl();

    private static final int CANCEL_SECONDS = 2;
    private static final long CANCEL_NANOS = TimeUnit.SECONDS.toNanos(CANCEL_SECONDS);

    /** BEGIN takes a server no time; less than what callers wait for the whole cancel. */
    private static final long BEGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    private static final long BEGIN_POLL_NANOS = 100_000;
    private static final String SYNTAX_ERROR = "42601";

    private PostgresControl() {}

    static UrlSettings settings(String url) {
        return new UrlSettings(url, '?', '&');
    }

    @Override
    public String driverClass(String url) {
        return "org.postgresql.Driver";
    }

    /** pgjdbc lets the URL win over these. */
    @Override
    public Properties properties(String url, Duration connectTimeout) {
        int seconds = Math.max(1, Math.toIntExact(connectTimeout.toSeconds()));
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "lockstep");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", Integer.toString(seconds));
        properties.setProperty("socketTimeout", Integer.toString(seconds));
        properties.setProperty("cancelSignalTimeout", Integer.toString(CANCEL_SECONDS));
        properties.setProperty("prepareThreshold", "3");
        // Saves the round trip that would set the application name on an unknown server.
        properties.setProperty("assumeMinServerVersion", "12");
        properties.setProperty("reWriteBatchedInserts", "false");
        return properties;
    }

    @Override
    public boolean loginMayHang(String url) {
        return false;
    }

    /** From here on liveness is judged from outside; a statement may take as long as it takes. */
    @Override
    public void afterLogin(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, 0);
    }

    /** No two servers have started in the same microsecond and given a database the same number. */
    @Override
    public Optional<String> databaseIdentity(Connection connection, String url)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT extract(epoch FROM pg_postmaster_start_time()), oid"
                                        + " FROM pg_catalog.pg_database"
                                        + " WHERE datname = current_database()")) {
            row.next();
            return Optional.of("started " + row.getString(1) + ", database " + row.getString(2));
        }
    }

    @Override
    public List<String> durabilityWarnings(Connection connection) throws SQLException {
        List<String> warnings = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT name FROM pg_catalog.pg_settings WHERE setting = 'off' AND"
                                        + " name IN ('fsync', 'full_page_writes')")) {
            while (rows.next()) {
                warnings.add(
                        rows.getString(1)
                                + "=off: the server loses acknowledged writes when its machine"
                                + " stops; set it to on");
            }
        }
        return warnings;
    }

    /**
     * pgjdbc prepares with the first execution or, without one, when asked to describe. Parameters
     * have no types yet then, so of the errors in a text's meaning none is certain.
     */
    @Override
    public void parse(Connection connection, String sql, boolean parameters) throws SQLException {
        try (PreparedStatement statement =
                sql.startsWith("{")
                        ? connection.prepareCall(sql)
                        : connection.prepareStatement(sql)) {
            statement.getParameterMetaData();
        } catch (SQLException e) {
            boolean uncertain =
                    PostgresFailures.byState(e) == FailureClass.SYNTAX
                            && !SYNTAX_ERROR.equals(e.getSQLState());
            if (!uncertain) {
                throw e;
            }
        }
    }

    @Override
    public void cut(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException | RuntimeException e) {
            DriverSocket.logFailedCut(e);
        }
    }

    /**
     * Not before the server has confirmed BEGIN. pgjdbc sends BEGIN and the transaction's first
     * statement together but as two commands: a cancel that hits BEGIN makes the statement run, and
     * commit, by itself. A cancel without an answer may hit the next transaction's BEGIN, so the
     * connection ends with it.
     */
    @Override
    public boolean cancel(Connection connection, Statement running) throws SQLException {
        long begin = System.nanoTime();
        boolean begun = connection.getAutoCommit() || awaitBegin(connection, begin);
        if (begun) {
            running.cancel(); // keeps it to itself if the server does not answer in time
            if (System.nanoTime() - begin < CANCEL_NANOS) {
                return true;
            }
        }
        cut(connection);
        return false;
    }

    private static boolean awaitBegin(Connection connection, long begin) {
        while (connection instanceof BaseConnection base
                && base.getTransactionState() == TransactionState.IDLE) {
            if (System.nanoTime() - begin > BEGIN_NANOS || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(BEGIN_POLL_NANOS);
        }
        return true;
    }

    @Override
    public boolean transactionFailed(Connection connection) {
        return connection instanceof BaseConnection base
                && base.getTransactionState() == TransactionState.FAILED;
    }

    @Override
    public boolean autoCommitSwitchIsFree() {
        return true;
    }

    @Override
    public boolean readOnlySwitchIsFree() {
        return true;
    }

    @Override
    public String forgetPlans() {
        return "DEALLOCATE ALL";
    }

    /** Takes back SET, role, temporary tables, advisory locks, LISTEN and prepared statements. */
    @Override
    public String resetSession() {
        return "DISCARD ALL";
    }

    @Override
    public String probe() {
        return "SELECT 1";
    }
}
