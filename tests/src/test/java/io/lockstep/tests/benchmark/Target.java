package io.lockstep.tests.benchmark;

import io.lockstep.tests.harness.database.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** One of the two things compared: where its clients connect. */
record Target(String name, String url) {
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url, Database.USER, Database.PASSWORD);
    }
}
