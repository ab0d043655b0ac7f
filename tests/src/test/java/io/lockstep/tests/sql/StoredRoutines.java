package io.lockstep.tests.sql;

import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The same procedures and functions in each engine's own way. Bodies of Derby's and H2's are the
 * public methods here: the servers of the tests have this class on their class path.
 *
 * <p>{@code deposit(acc, amount, total)} adds amount and what comes in by total to an account, and
 * total goes out with the new balance; {@code doubled(n)} is a function; {@code listing(minimum)}
 * gives the accounts from a balance on, and on MariaDB and Derby their number as a second result.
 */
public final class StoredRoutines {
    private StoredRoutines() {}

    static List<String> definitions(Engine engine) {
        return switch (engine) {
            case POSTGRESQL ->
                    List.of(
                            "CREATE PROCEDURE deposit(acc INT, amount INT, INOUT total INT) LANGUAGE plpgsql AS $$"
                                    + " BEGIN UPDATE account SET balance = balance + amount + coalesce(total, 0) WHERE id = acc;"
                                    + " SELECT balance INTO total FROM account WHERE id = acc; END $$",
                            "CREATE FUNCTION doubled(n INT) RETURNS INT LANGUAGE sql IMMUTABLE AS 'SELECT 2 * n'",
                            "CREATE FUNCTION listing(minimum INT) RETURNS TABLE (id INT, balance INT) LANGUAGE sql AS"
                                    + " 'SELECT id, balance FROM account WHERE balance >= minimum ORDER BY id'");
            case MARIADB ->
                    List.of(
                            "CREATE PROCEDURE deposit(IN acc INT, IN amount INT, INOUT total INT) BEGIN"
                                    + " UPDATE account SET balance = balance + amount + coalesce(total, 0) WHERE id = acc;"
                                    + " SELECT balance INTO total FROM account WHERE id = acc; END",
                            "CREATE FUNCTION doubled(n INT) RETURNS INT DETERMINISTIC RETURN 2 * n",
                            "CREATE PROCEDURE listing(IN minimum INT) BEGIN"
                                    + " SELECT id, balance FROM account WHERE balance >= minimum ORDER BY id;"
                                    + " SELECT count(*) FROM account WHERE balance >= minimum; END");
            case H2 ->
                    List.of(
                            "CREATE ALIAS deposit FOR '" + method("depositRow") + "'",
                            "CREATE ALIAS doubled DETERMINISTIC FOR '" + method("doubled") + "'",
                            "CREATE ALIAS listing FOR '" + method("accounts") + "'");
            case DERBY ->
                    List.of(
                            "CREATE PROCEDURE deposit(IN acc INT, IN amount INT, INOUT total INT)"
                                    + " LANGUAGE JAVA PARAMETER STYLE JAVA MODIFIES SQL DATA EXTERNAL NAME '"
                                    + method("deposit")
                                    + "'",
                            "CREATE FUNCTION doubled(n INT) RETURNS INT LANGUAGE JAVA PARAMETER STYLE JAVA NO SQL EXTERNAL NAME '"
                                    + method("doubled")
                                    + "'",
                            "CREATE PROCEDURE listing(IN minimum INT) LANGUAGE JAVA PARAMETER STYLE JAVA READS SQL DATA"
                                    + " DYNAMIC RESULT SETS 2 EXTERNAL NAME '"
                                    + method("accountsAndNumber")
                                    + "'");
        };
    }

    private static String method(String name) {
        return StoredRoutines.class.getName() + "." + name;
    }

    /** Derby. */
    public static void deposit(int account, int amount, Integer[] total) throws SQLException {
        try (Connection own = DriverManager.getConnection("jdbc:default:connection")) {
            total[0] = deposit(own, account, amount, total[0]);
        }
    }

    /** H2: its OUT parameters are the columns of the result. */
    public static ResultSet depositRow(
            Connection connection, Integer account, Integer amount, Integer total)
            throws SQLException {
        boolean columnsOnly =
                connection.getMetaData().getURL().startsWith("jdbc:columnlist:connection");
        int after = columnsOnly ? 0 : deposit(connection, account, amount, total);
        return connection
                .createStatement()
                .executeQuery(
                        "SELECT " + account + " acc, " + amount + " amount, " + after + " total");
    }

    private static int deposit(Connection connection, int account, int amount, Integer total)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int sum = amount + (total == null ? 0 : total);
            statement.executeUpdate(
                    "UPDATE account SET balance = balance + " + sum + " WHERE id = " + account);
            try (ResultSet row =
                    statement.executeQuery("SELECT balance FROM account WHERE id = " + account)) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** Derby and H2. */
    public static int doubled(int n) {
        return 2 * n;
    }

    /** H2. */
    public static ResultSet accounts(Connection connection, Integer least) throws SQLException {
        PreparedStatement select =
                connection.prepareStatement(
                        "SELECT id, balance FROM account WHERE balance >= ? ORDER BY id");
        select.setObject(1, least);
        return select.executeQuery();
    }

    /** Derby. */
    public static void accountsAndNumber(int least, ResultSet[] accounts, ResultSet[] number)
            throws SQLException {
        Connection own = DriverManager.getConnection("jdbc:default:connection");
        accounts[0] = accounts(own, least);
        PreparedStatement count =
                own.prepareStatement("SELECT count(*) FROM account WHERE balance >= ?");
        count.setInt(1, least);
        number[0] = count.executeQuery();
    }
}
