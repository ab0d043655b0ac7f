package io.lockstep.cli.sql;

import io.lockstep.cli.sql.StatementSplitter.Statement;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;

/** A connection through the driver, and statements run on it one at a time. */
public final class SqlSession implements AutoCloseable {
    /** Rows fetched at a time, so that a large result is never in memory whole. */
    private static final int FETCH_SIZE = 500;

    private final Connection connection;
    private final ResultPrinter printer;
    private final PrintWriter err;
    private volatile java.sql.Statement running;

    private SqlSession(Connection connection, ResultPrinter printer, PrintWriter err) {
        this.connection = connection;
        this.printer = printer;
        this.err = err;
    }

    /**
     * Connects.
     *
     * @param err where errors of statements go
     */
    public static SqlSession connect(
            String url, String user, String password, ResultPrinter printer, PrintWriter err)
            throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("applicationName", "lockstep sql");
        return new SqlSession(DriverManager.getConnection(url, properties), printer, err);
    }

    Connection connection() {
        return connection;
    }

    /** A splitter that knows the strings of this database. */
    public StatementSplitter splitter() throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        String name = product == null ? "" : product.toLowerCase(Locale.ROOT);
        return new StatementSplitter(name.contains("mariadb") || name.contains("mysql"));
    }

    /**
     * Runs one statement and prints what it gives, or its error with SQLState.
     *
     * @return whether it succeeded
     */
    public boolean run(Statement statement) {
        try {
            if (!runTransactionControl(statement.text())) {
                runStatement(statement.text());
            }
            return true;
        } catch (SQLException e) {
            report(e, statement.line());
            return false;
        }
    }

    /** BEGIN, COMMIT and ROLLBACK are JDBC calls, not statements. */
    private boolean runTransactionControl(String text) throws SQLException {
        switch (text.toUpperCase(Locale.ROOT).replaceAll("\\s+", " ")) {
            case "BEGIN", "START TRANSACTION" -> connection.setAutoCommit(false);
            case "COMMIT" -> {
                if (!connection.getAutoCommit()) {
                    connection.commit();
                    connection.setAutoCommit(true);
                }
            }
            case "ROLLBACK" -> {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                    connection.setAutoCommit(true);
                }
            }
            default -> {
                return false;
            }
        }
        printer.done();
        return true;
    }

    private void runStatement(String text) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH_SIZE);
            statement.setEscapeProcessing(true);
            running = statement;
            boolean isResult = statement.execute(text);
            while (true) {
                if (isResult) {
                    try (ResultSet rows = statement.getResultSet()) {
                        printer.print(rows);
                    }
                } else {
                    long count = statement.getLargeUpdateCount();
                    if (count < 0) {
                        return;
                    }
                    printer.count(count);
                }
                isResult = statement.getMoreResults();
            }
        } finally {
            running = null;
            printer.flush();
        }
    }

    /** Cancels the statement that is running on another thread, if any. */
    void cancel() {
        java.sql.Statement statement = running;
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                report(e, 0);
            }
        }
    }

    boolean isInTransaction() {
        try {
            return !connection.getAutoCommit();
        } catch (SQLException e) {
            return false; // closed; the next statement says so
        }
    }

    boolean isClosed() {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            report(e, 0);
            return true;
        }
    }

    private void report(SQLException failure, int line) {
        printer.flush();
        String where = line > 1 ? " (line " + line + ")" : "";
        err.printf("ERROR %s%s: %s%n", failure.getSQLState(), where, failure.getMessage());
        for (SQLException next = failure.getNextException();
                next != null;
                next = next.getNextException()) {
            err.printf("  then %s: %s%n", next.getSQLState(), next.getMessage());
        }
        err.flush();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
