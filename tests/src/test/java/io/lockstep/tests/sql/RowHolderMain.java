package io.lockstep.tests.sql;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/**
 * A client that changes a row in a transaction, says {@code holding} and waits to be killed: {@code
 * RowHolderMain URL USER PASSWORD}.
 */
final class RowHolderMain {
    private RowHolderMain() {}

    public static void main(String[] arguments) throws Exception {
        Connection connection =
                DriverManager.getConnection(arguments[0], arguments[1], arguments[2]);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE held SET value = value + 1 WHERE id = 1");
        }
        System.out.println("holding");
        Thread.currentThread().join();
    }
}
