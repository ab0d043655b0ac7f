package io.lockstep.tests.sql;

import io.lockstep.tests.harness.controller.TestedDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Queries for one number, as the tests ask them. */
final class SqlQueries {
    private SqlQueries() {}

    /** On a connection of its own. */
    static long number(TestedDatabase database, String sql) throws SQLException {
        try (Connection connection = database.connect()) {
            return number(connection, sql);
        }
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            if (!result.next()) {
                throw new AssertionError("no row from: " + sql);
            }
            return result.getLong(1);
        }
    }
}
