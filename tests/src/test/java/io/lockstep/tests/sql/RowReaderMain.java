package io.lockstep.tests.sql;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;

/**
 * A client that reads the whole table {@code big} and prints what it read: {@code RowReaderMain URL
 * USER PASSWORD}.
 */
final class RowReaderMain {
    private RowReaderMain() {}

    public static void main(String[] arguments) throws Exception {
        long start = System.nanoTime();
        try (Connection connection =
                        DriverManager.getConnection(arguments[0], arguments[1], arguments[2]);
                Statement statement = connection.createStatement()) {
            if (arguments[0].startsWith(
                    "jdbc:postgresql:")) { // whose driver streams only when asked to, and in a
                // transaction
                connection.setAutoCommit(false);
                statement.setFetchSize(1000);
            }
            long rows = 0;
            long sum = 0;
            try (ResultSet result = statement.executeQuery("SELECT id, body FROM big")) {
                while (result.next()) {
                    rows++;
                    sum += result.getLong(1);
                    if (!result.getString(2).startsWith("row ")) {
                        throw new IllegalStateException(
                                "row "
                                        + result.getLong(1)
                                        + " has the body "
                                        + result.getString(2));
                    }
                }
            }
            System.out.println(
                    "read "
                            + rows
                            + " rows, sum "
                            + sum
                            + ", "
                            + (System.nanoTime() - start) / 1_000_000
                            + " ms");
        }
    }
}
