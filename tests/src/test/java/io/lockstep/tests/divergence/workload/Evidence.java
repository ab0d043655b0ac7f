package io.lockstep.tests.divergence.workload;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The contents of one database after a run, read past Lockstep.
 *
 * @param complete every client lived to tell what was acknowledged; otherwise ledgers are lower
 *     bounds
 */
public record Evidence(Connection database, boolean complete) {
    /** The first column of the first row; 0 if that is NULL or there is no row. */
    long number(String sql) throws SQLException {
        List<Long> all = numbers(sql);
        return all.isEmpty() ? 0 : all.get(0);
    }

    /** The first column of all rows. */
    List<Long> numbers(String sql) throws SQLException {
        List<Long> all = new ArrayList<>();
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                all.add(rows.getLong(1));
            }
        }
        return all;
    }
}
