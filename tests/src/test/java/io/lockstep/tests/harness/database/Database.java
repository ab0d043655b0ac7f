package io.lockstep.tests.harness.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * One database on a server: what a JDBC client needs to use it. All have the same user, who may do
 * everything in it.
 */
public record Database(DatabaseProcess server, String name) {
    public static final String USER = "app";
    public static final String PASSWORD = "secret";

    public String url() {
        return url(server.port());
    }

    /** The URL through another port of this machine, as a proxy's. */
    public String url(int port) {
        return server.url(port, name);
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), USER, PASSWORD);
    }

    /** Runs statements on a connection of their own, in auto-commit. */
    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public String toString() {
        return server + "/" + name;
    }
}
