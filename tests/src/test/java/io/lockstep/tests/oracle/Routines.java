package io.lockstep.tests.oracle;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.api.Trigger;

/** Functions, procedures and triggers of H2 and Derby, which run them in their servers. */
public final class Routines {
    private static final String DERBY_CALLER = "jdbc:default:connection";

    private Routines() {}

    public static int pure(int x) {
        return x + 1;
    }

    public static int read(Connection connection, int x) throws SQLException {
        return number(connection, "SELECT COUNT(*) FROM item WHERE id < " + x);
    }

    public static int write(Connection connection, int x) throws SQLException {
        execute(connection, "INSERT INTO journal (msg) VALUES ('fn " + x + "')");
        return x;
    }

    public static int sequence(Connection connection) throws SQLException {
        return number(connection, "SELECT NEXT VALUE FOR seq1");
    }

    public static ResultSet rows(Connection connection) throws SQLException {
        if (!connection.getMetaData().getURL().equals("jdbc:columnlist:connection")) {
            execute(connection, "UPDATE audited SET v = v + 1");
        }
        return connection.createStatement().executeQuery("SELECT 1 AS x");
    }

    public static void procedure(Connection connection, int x) throws SQLException {
        execute(connection, "INSERT INTO journal (msg) VALUES ('proc " + x + "')");
    }

    public static int derbyRead(int x) throws SQLException {
        return read(derby(), x);
    }

    public static int derbyWrite(int x) throws SQLException {
        return write(derby(), x);
    }

    public static int derbySequence() throws SQLException {
        return number(derby(), "VALUES NEXT VALUE FOR seq1");
    }

    public static void derbyProcedure(int x) throws SQLException {
        procedure(derby(), x);
    }

    private static Connection derby() throws SQLException {
        return DriverManager.getConnection(DERBY_CALLER);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Writes a line for each changed row. */
    public static final class Audit implements Trigger {
        @Override
        public void fire(Connection connection, Object[] oldRow, Object[] newRow)
                throws SQLException {
            execute(connection, "INSERT INTO journal (msg) VALUES ('audit')");
        }
    }
}
