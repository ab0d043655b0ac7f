package io.lockstep.tests.benchmark;

import io.lockstep.tests.harness.database.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** One of the things compared: where its clients connect. */
interface Target {
    String name();

    /** Where its tables are made. */
    Connection connect() throws SQLException;

    Steps newClient(Workload workload, int number) throws SQLException;

    /** A database, or Lockstep. */
    record Jdbc(String name, String url) implements Target {
        @Override
        public Connection connect() throws SQLException {
            return DriverManager.getConnection(url, Database.USER, Database.PASSWORD);
        }

        @Override
        public Steps newClient(Workload workload, int number) throws SQLException {
            return workload.newClient(connect(), number);
        }
    }

    /** A bare hop in front of a database; knows the point SELECT only. */
    record Hop(int port, Jdbc database) implements Target {
        @Override
        public String name() {
            return "hop";
        }

        @Override
        public Connection connect() throws SQLException {
            return database.connect();
        }

        @Override
        public Steps newClient(Workload workload, int number) throws SQLException {
            return new HopSelect(port, number);
        }
    }
}
