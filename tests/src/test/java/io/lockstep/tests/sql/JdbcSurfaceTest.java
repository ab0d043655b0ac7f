package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.math.BigDecimal;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * JDBC as applications and pools use it, through driver, controller and two PostgreSQL; each test
 * has tables of its own.
 */
class JdbcSurfaceTest {
    private static TestedDatabase database;

    private Connection connection;
    private Statement statement;

    @BeforeAll
    static void start() {
        database = TestedDatabase.over(Engine.POSTGRESQL, Engine.POSTGRESQL);
    }

    @AfterAll
    static void compareAndStop() throws SQLException {
        try (TestedDatabase closing = database) {
            closing.assertBackendsEqual();
        }
    }

    @BeforeEach
    void connect() throws SQLException {
        connection = database.connect();
        statement = connection.createStatement();
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    @Test
    void valuesOfEveryUsualTypeComeBackAsTheyWere() throws SQLException {
        statement.execute(
                "CREATE TABLE types (id INT PRIMARY KEY, b BOOLEAN, s SMALLINT, i INT, l BIGINT, r REAL, d DOUBLE PRECISION, n NUMERIC(20,5),"
                        + " c VARCHAR(100), t TEXT, y BYTEA, dt DATE, tm TIME, ts TIMESTAMP, tz TIMESTAMP WITH TIME ZONE)");
        OffsetDateTime moment =
                OffsetDateTime.of(2026, 7, 8, 9, 10, 11, 123_456_000, ZoneOffset.ofHours(2));
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO types VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setInt(1, 1);
            insert.setBoolean(2, true);
            insert.setShort(3, Short.MIN_VALUE);
            insert.setInt(4, Integer.MAX_VALUE);
            insert.setLong(5, Long.MIN_VALUE);
            insert.setFloat(6, 1.5f);
            insert.setDouble(7, Math.PI);
            insert.setBigDecimal(8, new BigDecimal("123456789012345.12345"));
            insert.setString(9, "naïve 日本語 😀");
            insert.setString(10, "x".repeat(300_000));
            insert.setBytes(11, new byte[] {0, 1, (byte) 0xff});
            insert.setDate(12, Date.valueOf("2026-02-03"));
            insert.setTime(13, Time.valueOf("04:05:06"));
            insert.setTimestamp(14, Timestamp.valueOf("2026-02-03 04:05:06.789"));
            insert.setObject(15, moment);
            assertThat(insert.executeUpdate()).isEqualTo(1);

            insert.setInt(1, 2);
            for (int parameter = 2; parameter <= 15; parameter++) {
                insert.setNull(parameter, Types.NULL);
            }
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
        try (ResultSet row = statement.executeQuery("SELECT * FROM types ORDER BY id")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getBoolean("b")).isTrue();
            assertThat(row.getShort("s")).isEqualTo(Short.MIN_VALUE);
            assertThat(row.getInt("i")).isEqualTo(Integer.MAX_VALUE);
            assertThat(row.getLong("l")).isEqualTo(Long.MIN_VALUE);
            assertThat(row.getFloat("r")).isEqualTo(1.5f);
            assertThat(row.getDouble("d")).isEqualTo(Math.PI);
            assertThat(row.getBigDecimal("n")).isEqualTo(new BigDecimal("123456789012345.12345"));
            assertThat(row.getString("c")).isEqualTo("naïve 日本語 😀");
            assertThat(row.getString("t")).hasSize(300_000);
            assertThat(row.getBytes("y")).containsExactly(0, 1, 0xff);
            assertThat(row.getObject("dt", LocalDate.class)).isEqualTo(LocalDate.of(2026, 2, 3));
            assertThat(row.getTime("tm")).isEqualTo(Time.valueOf("04:05:06"));
            assertThat(row.getObject("ts", LocalDateTime.class))
                    .isEqualTo(LocalDateTime.of(2026, 2, 3, 4, 5, 6, 789_000_000));
            assertThat(row.getObject("tz", OffsetDateTime.class).toInstant())
                    .isEqualTo(moment.toInstant());
            assertThat(row.next()).isTrue();
            for (int column = 2; column <= 15; column++) {
                assertThat(row.getObject(column)).as("column " + column).isNull();
                assertThat(row.wasNull()).isTrue();
            }
            assertThat(row.next()).isFalse();
        }
    }

    @Test
    void generatedKeysOfManySessionsAreTheOnesInEveryDatabase() throws Exception {
        statement.execute(
                "CREATE TABLE tickets (id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, session INT, number INT)");
        int sessions = 8;
        int each = TestSettings.scale(200, 40);
        Set<Long> keys = java.util.Collections.synchronizedSet(new HashSet<>());
        Clients.run(
                sessions,
                Duration.ofSeconds(60),
                session -> {
                    try (Connection own = database.connect();
                            PreparedStatement insert =
                                    own.prepareStatement(
                                            "INSERT INTO tickets (session, number) VALUES (?, ?)",
                                            Statement.RETURN_GENERATED_KEYS)) {
                        for (int number = 0; number < each; number++) {
                            insert.setInt(1, session);
                            insert.setInt(2, number);
                            insert.executeUpdate();
                            try (ResultSet generated = insert.getGeneratedKeys()) {
                                assertThat(generated.next()).isTrue();
                                assertThat(keys.add(generated.getLong("id")))
                                        .as("a key nobody got before")
                                        .isTrue();
                            }
                        }
                    }
                });
        assertThat(keys).hasSize(sessions * each);
        assertThat(SqlQueries.number(connection, "SELECT COUNT(*) FROM tickets"))
                .isEqualTo((long) sessions * each);
    }

    @Test
    void savepointTakesBackItsPartOnly() throws SQLException {
        statement.execute("CREATE TABLE steps (id INT PRIMARY KEY)");
        connection.setAutoCommit(false);
        statement.executeUpdate("INSERT INTO steps VALUES (1)");
        Savepoint savepoint = connection.setSavepoint("half");
        statement.executeUpdate("INSERT INTO steps VALUES (2)");
        connection.rollback(savepoint);
        statement.executeUpdate("INSERT INTO steps VALUES (3)");
        connection.commit();
        assertThat(SqlQueries.number(connection, "SELECT SUM(id) FROM steps")).isEqualTo(4);
    }

    @Test
    void failedStatementDoomsTheTransactionUntilRollback() throws SQLException {
        statement.execute("CREATE TABLE doomed (id INT PRIMARY KEY)");
        connection.setAutoCommit(false);
        statement.executeUpdate("INSERT INTO doomed VALUES (1)");
        SQLException duplicate =
                assertThrows(
                        SQLException.class,
                        () -> statement.executeUpdate("INSERT INTO doomed VALUES (1)"));
        assertThat(duplicate.getSQLState()).isEqualTo("23505");
        SQLException doomed =
                assertThrows(
                        SQLException.class,
                        () -> statement.executeUpdate("INSERT INTO doomed VALUES (2)"));
        assertThat(doomed.getSQLState()).isIn("25P02");
        connection.rollback();
        statement.executeUpdate("INSERT INTO doomed VALUES (3)");
        connection.commit();
        assertThat(SqlQueries.number(connection, "SELECT SUM(id) FROM doomed")).isEqualTo(3);
    }

    @Test
    void batchCountsItsRowsAndAFailingOneIsNamed() throws SQLException {
        statement.execute("CREATE TABLE loads (id INT PRIMARY KEY, name VARCHAR(10))");
        connection.setAutoCommit(false);
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO loads VALUES (?, ?)")) {
            addRows(insert, 0, 500);
            int[] counts = insert.executeBatch();
            assertThat(counts).hasSize(500);
            connection.commit();
            addRows(insert, 500, 10);
            insert.setInt(1, 7); // exists
            insert.setString(2, "twice");
            insert.addBatch();
            BatchUpdateException failure =
                    assertThrows(BatchUpdateException.class, insert::executeBatch);
            assertThat(failure.getSQLState()).isEqualTo("23505");
            connection.rollback();
        }
        assertThat(SqlQueries.number(connection, "SELECT COUNT(*) FROM loads")).isEqualTo(500);
    }

    private static void addRows(PreparedStatement insert, int first, int count)
            throws SQLException {
        for (int id = first; id < first + count; id++) {
            insert.setInt(1, id);
            insert.setString(2, "row " + id % 10);
            insert.addBatch();
        }
    }

    @Test
    void queryTimeoutAndCancelEndAStatementThatRuns() throws Exception {
        statement.setQueryTimeout(1);
        long start = System.nanoTime();
        SQLException timedOut =
                assertThrows(
                        SQLException.class, () -> statement.executeQuery("SELECT pg_sleep(20)"));
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
        assertThat(timedOut.getSQLState()).isEqualTo("57014");
        statement.setQueryTimeout(0);

        CompletableFuture<SQLException> cancelled =
                CompletableFuture.supplyAsync(
                        () ->
                                assertThrows(
                                        SQLException.class,
                                        () -> statement.executeQuery("SELECT pg_sleep(20)")));
        // A cancel that comes before the statement runs cancels nothing: so again until it hits.
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> {
                            statement.cancel();
                            return cancelled.isDone();
                        });
        assertThat(cancelled.get(1, TimeUnit.SECONDS).getSQLState()).isEqualTo("57014");
        assertThat(SqlQueries.number(connection, "SELECT 7"))
                .as("the connection lives")
                .isEqualTo(7);
    }

    @Test
    void maxRowsAndMetaDataAreTheDatabases() throws SQLException {
        statement.execute("CREATE TABLE described (id INT PRIMARY KEY, name VARCHAR(10) NOT NULL)");
        statement.execute("INSERT INTO described VALUES (1, 'a'), (2, 'b'), (3, 'c')");
        statement.setMaxRows(2);
        try (ResultSet rows =
                statement.executeQuery("SELECT id, name AS label FROM described ORDER BY id")) {
            assertThat(rows.getMetaData().getColumnLabel(2)).isEqualToIgnoringCase("label");
            assertThat(rows.getMetaData().getColumnType(1)).isEqualTo(Types.INTEGER);
            assertThat(rows.next()).isTrue();
            assertThat(rows.next()).isTrue();
            assertThat(rows.next()).isFalse();
        }
        DatabaseMetaData metaData = connection.getMetaData();
        assertThat(metaData.getDatabaseProductName()).isEqualTo("PostgreSQL");
        if (!TestSettings.direct()) {
            assertThat(metaData.getDriverName()).isEqualTo("Lockstep JDBC Driver");
        }
        try (ResultSet tables =
                metaData.getTables(null, null, "described", new String[] {"TABLE"})) {
            assertThat(tables.next()).isTrue();
            assertThat(tables.getString("TABLE_NAME")).isEqualTo("described");
        }
        try (ResultSet keys = metaData.getPrimaryKeys(null, null, "described")) {
            assertThat(keys.next()).isTrue();
            assertThat(keys.getString("COLUMN_NAME")).isEqualTo("id");
        }
    }

    /**
     * A pool throws away connections on certain errors; one that only had a statement refused must
     * stay.
     */
    @Test
    void poolKeepsConnectionsWhoseStatementsFailed() throws SQLException {
        statement.execute("CREATE TABLE pooled (id INT PRIMARY KEY)");
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            Connection first;
            try (Connection pooled = pool.getConnection();
                    Statement work = pooled.createStatement()) {
                first = pooled.unwrap(Connection.class);
                work.executeUpdate("INSERT INTO pooled VALUES (1)");
                assertThrows(
                        SQLException.class,
                        () -> work.executeUpdate("INSERT INTO pooled VALUES (1)"));
                assertThrows(SQLException.class, () -> work.executeUpdate("SELEKT"));
                assertThrows(
                        SQLException.class, () -> work.executeUpdate("UPDATE pooled SET id = 'x'"));
            }
            try (Connection pooled = pool.getConnection()) {
                assertThat(pooled.unwrap(Connection.class)).isSameAs(first);
                pooled.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                pooled.setReadOnly(true);
                pooled.setAutoCommit(false);
            }
            try (Connection pooled = pool.getConnection()) {
                assertThat(pooled.getTransactionIsolation())
                        .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
                assertThat(pooled.getAutoCommit()).isTrue();
                assertThat(pooled.isValid(5)).isTrue();
            }
        }
    }
}
