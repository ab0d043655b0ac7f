package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One virtual database on databases of different makers: plain SQL means the same on all, and so do
 * its errors.
 */
class MixedEnginesTest {
    private static final int ROWS = 50;

    /** Every engine once in the sample, next to one of another make; in full also beside itself. */
    static List<List<Engine>> engines() {
        List<List<Engine>> sample =
                List.of(
                        List.of(Engine.POSTGRESQL, Engine.MARIADB),
                        List.of(Engine.H2, Engine.DERBY));
        List<List<Engine>> full =
                List.of(
                        List.of(Engine.POSTGRESQL, Engine.MARIADB),
                        List.of(Engine.H2, Engine.DERBY),
                        List.of(Engine.MARIADB, Engine.MARIADB),
                        List.of(Engine.MARIADB, Engine.H2),
                        List.of(Engine.DERBY, Engine.POSTGRESQL),
                        List.of(Engine.H2, Engine.POSTGRESQL),
                        List.of(Engine.POSTGRESQL, Engine.DERBY, Engine.H2, Engine.MARIADB));
        return TestSettings.full() ? full : sample;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("engines")
    void rowsWrittenOnceAreTheSameEverywhere(List<Engine> engines) throws Exception {
        Random random = TestSettings.random("rows of mixed engines");
        try (TestedDatabase database = TestedDatabase.over(engines.toArray(Engine[]::new));
                Connection connection = database.connect()) {
            createTables(connection, engines);
            fill(connection, random);
            database.assertBackendsEqual();

            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                assertThat(
                                statement.executeUpdate(
                                        "UPDATE items SET price = price * 2 WHERE id < 10"))
                        .isEqualTo(10);
                assertThat(statement.executeUpdate("DELETE FROM items WHERE id = 20")).isEqualTo(1);
                connection.rollback();
                assertThat(
                                statement.executeUpdate(
                                        "UPDATE items SET name = 'changed' WHERE id = 1"))
                        .isEqualTo(1);
                assertThat(statement.executeUpdate("DELETE FROM items WHERE id >= 40"))
                        .isEqualTo(10);
                connection.commit();
            }
            connection.setAutoCommit(true);
            assertThat(SqlQueries.number(connection, "SELECT COUNT(*) FROM items"))
                    .isEqualTo(ROWS - 10);
            database.assertBackendsEqual();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("engines")
    void errorOfOneStatementCostsNoBackendItsPlace(List<Engine> engines) throws Exception {
        try (TestedDatabase database = TestedDatabase.over(engines.toArray(Engine[]::new));
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE codes (id INT NOT NULL PRIMARY KEY, code VARCHAR(20) NOT NULL)");
            statement.execute("INSERT INTO codes VALUES (1, 'one')");

            SQLException duplicate =
                    assertThrows(
                            SQLException.class,
                            () -> statement.execute("INSERT INTO codes VALUES (1, 'again')"));
            assertThat(duplicate.getSQLState()).startsWith("23");
            assertThrows(
                    SQLException.class,
                    () -> statement.execute("CREATE TABLE codes (id INT NOT NULL PRIMARY KEY)"));
            assertThrows(
                    SQLException.class,
                    () -> statement.execute("INSERT INTO codes VALUES (2, NULL)"));
            assertThrows(
                    SQLException.class,
                    () -> statement.execute("INSERT INTO codes (id, nothing) VALUES (2, 'x')"));
            assertThrows(SQLException.class, () -> statement.execute("DROP TABLE nowhere"));

            statement.execute(
                    "INSERT INTO codes VALUES (3, 'three')"); // reaches every backend, as all are
            // still in service
            assertThat(SqlQueries.number(connection, "SELECT COUNT(*) FROM codes")).isEqualTo(2);
            database.assertBackendsEqual();
        }
    }

    /** Both commit DDL by themselves, and each has words that are reserved there alone. */
    @Test
    void ddlThatOneEngineDoesNotUnderstandIsDoneByNone() throws Exception {
        TestedDatabase.requireController();
        try (TestedDatabase database = TestedDatabase.over(Engine.MARIADB, Engine.H2);
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String reserved : List.of("day", "range")) {
                String create = "CREATE TABLE calendar (id INT NOT NULL PRIMARY KEY, %s INT)";
                SQLException refusal =
                        assertThrows(
                                SQLException.class,
                                () -> statement.execute(create.formatted(reserved)));
                assertThat(refusal.getSQLState()).startsWith("42");
                statement.execute(create.formatted("other"));
                statement.execute("INSERT INTO calendar VALUES (1, 1)");
                database.assertBackendsEqual();
                statement.execute("DROP TABLE calendar");
            }
        }
    }

    /** A refused INSERT would cost a number on some engines and none on others. */
    @Test
    void numbersAreTheSameAlsoAfterAnInsertThatFailed() throws Exception {
        TestedDatabase.requireController();
        try (TestedDatabase database = TestedDatabase.over(Engine.POSTGRESQL, Engine.H2);
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE numbered (id INT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, name VARCHAR(20) NOT NULL)");
            statement.executeUpdate(
                    "INSERT INTO numbered (name) VALUES ('a')", Statement.RETURN_GENERATED_KEYS);
            try (ResultSet keys = statement.getGeneratedKeys()) {
                assertThat(keys.next()).isTrue();
                assertThat(keys.getInt(1)).isEqualTo(1);
            }
            String tooLong = "INSERT INTO numbered (name) VALUES ('" + "x".repeat(50) + "')";
            assertThrows(SQLException.class, () -> statement.execute(tooLong));
            statement.execute("INSERT INTO numbered (name) VALUES ('b')");
            assertThat(SqlQueries.number(connection, "SELECT COUNT(*) FROM numbered")).isEqualTo(2);
            database.assertBackendsEqual();
        }
    }

    /** Lockstep translates BLOB; without it each engine needs its own word. */
    private static void createTables(Connection connection, List<Engine> engines)
            throws SQLException {
        String binary = "BLOB";
        if (TestSettings.direct()) {
            binary =
                    switch (engines.get(0)) {
                        case POSTGRESQL -> "BYTEA";
                        case MARIADB -> "LONGBLOB";
                        case DERBY, H2 -> "BLOB";
                    };
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE items (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(250), amount INT, price DECIMAL(12,2), body "
                            + binary
                            + ", created TIMESTAMP)");
            statement.execute("CREATE INDEX items_by_name ON items (name)");
        }
    }

    private static void fill(Connection connection, Random random) throws SQLException {
        try (PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?)");
                PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT body, price, created FROM items WHERE id = ?")) {
            for (int id = 0; id < ROWS; id++) {
                byte[] body = new byte[id * id * 40];
                random.nextBytes(body);
                BigDecimal price = BigDecimal.valueOf(random.nextInt(100_000), 2);
                Timestamp created = Timestamp.valueOf("2026-03-04 05:06:07");
                insert.setLong(1, id);
                insert.setString(2, id % 7 == 0 ? null : "Größe " + id + " '\"\\;--");
                insert.setInt(3, -id);
                insert.setBigDecimal(4, price);
                insert.setBytes(5, body);
                insert.setTimestamp(6, created);
                assertThat(insert.executeUpdate()).isEqualTo(1);
                select.setLong(1, id);
                try (ResultSet row = select.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getBytes(1)).isEqualTo(body);
                    assertThat(row.getBigDecimal(2)).isEqualByComparingTo(price);
                    assertThat(row.getTimestamp(3)).isEqualTo(created);
                }
            }
        }
    }
}
