package io.lockstep.tests.benchmark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * One client of a workload: a connection whose statements stay prepared, as a pool with a statement
 * cache would have it. One thread.
 */
abstract class WorkloadClient implements Steps {
    /** Ids of one client never meet another's. */
    static final long IDS_PER_CLIENT = 1_000_000_000L;

    private final Connection connection;
    private final List<PreparedStatement> statements = new ArrayList<>();

    WorkloadClient(Connection connection) {
        this.connection = connection;
    }

    final Connection connection() {
        return connection;
    }

    final PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statements.add(statement);
        return statement;
    }

    static void requireCount(int expected, int count) {
        if (count != expected) {
            throw new IllegalStateException(
                    "a statement changed " + count + " rows, expected " + expected);
        }
    }

    static void execute(Connection connection, String... definitions) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : definitions) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public final void close() throws SQLException {
        for (PreparedStatement statement : statements) {
            statement.close();
        }
        connection.close();
    }
}
