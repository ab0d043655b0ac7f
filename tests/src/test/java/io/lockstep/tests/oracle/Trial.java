package io.lockstep.tests.oracle;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;

/**
 * Runs texts, one in a transaction each, that is rolled back. One connection serves many texts, a
 * new one follows any that may have changed it.
 */
final class Trial implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 20;

    /**
     * What running a text came to.
     *
     * @param error null if it ran
     * @param changed parts of the {@link Digest} that are not as before
     */
    record Outcome(SQLException error, Set<String> changed) {
        boolean ran() {
            return error == null;
        }

        boolean changedSession() {
            return changed.contains(Digest.SESSION);
        }

        /** Rows, sequences or the catalogue. */
        boolean changedData() {
            return changed.size() > (changedSession() ? 1 : 0);
        }

        boolean changedCatalogue() {
            return changed.contains(Digest.CATALOGUE);
        }
    }

    private final Subject subject;
    private final Map<String, String> queries;
    private final Digest fresh;
    private Connection connection;
    private Digest before;
    private int rebuilt;

    Trial(Subject subject) throws SQLException {
        this.subject = subject;
        this.queries = subject.queries();
        reconnect();
        this.fresh = before;
    }

    private void reconnect() throws SQLException {
        close();
        connection = subject.connect();
        connection.setAutoCommit(false);
        before = Digest.of(connection, queries);
        connection.rollback();
    }

    Outcome run(String sql) throws SQLException {
        SQLException error = null;
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            drain(statement, statement.execute(sql));
        } catch (SQLException e) {
            error = e;
            if (connection.isClosed()) {
                connection = subject.connect();
                connection.setAutoCommit(false);
            }
            connection.rollback();
        }
        Digest after = Digest.of(connection, queries);
        Outcome outcome = new Outcome(error, after.changedSince(before));
        restore(outcome);
        return outcome;
    }

    /** Some effects come with the rows only. */
    private static void drain(Statement statement, boolean rows) throws SQLException {
        boolean more = rows;
        while (more || statement.getUpdateCount() >= 0) {
            if (more) {
                try (ResultSet result = statement.getResultSet()) {
                    while (result.next()) {
                        result.getObject(1);
                    }
                }
            }
            more = statement.getMoreResults();
        }
    }

    private void restore(Outcome outcome) throws SQLException {
        connection.rollback();
        if (outcome.changed.isEmpty() && outcome.ran()) {
            return;
        }
        if (outcome.changedSession()) {
            reconnect();
        }
        before = Digest.of(connection, queries);
        connection.rollback();
        Set<String> left = before.changedSince(fresh);
        left.remove(Digest.SEQUENCES);
        left.remove(Digest.SESSION);
        if (!left.isEmpty()) {
            connection.close();
            subject.rebuild();
            rebuilt++;
            reconnect();
        }
    }

    /** The next text gets a connection that nobody used before. */
    void renew() throws SQLException {
        reconnect();
    }

    int rebuilt() {
        return rebuilt;
    }

    @Override
    public void close() throws SQLException {
        if (connection != null && !connection.isClosed()) {
            connection.rollback();
            connection.close();
        }
    }
}
