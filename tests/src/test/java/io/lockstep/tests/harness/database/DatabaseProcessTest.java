package io.lockstep.tests.harness.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.tests.harness.FaultProxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The harness itself: without these, a green test of Lockstep could mean that nothing was killed.
 */
class DatabaseProcessTest {
    @ParameterizedTest
    @EnumSource(Engine.class)
    void killedServerDropsConnectionsAtOnceAndKeepsCommittedRowsOnly(Engine engine)
            throws Exception {
        Database database = Databases.fresh(engine, 0);
        database.execute("CREATE TABLE kept (id INT PRIMARY KEY)");
        try (Connection open = database.connect();
                Statement statement = open.createStatement()) {
            for (int id = 0; id < 20; id++) {
                statement.execute("INSERT INTO kept VALUES (" + id + ")");
            }
            open.setAutoCommit(false);
            statement.execute("INSERT INTO kept VALUES (100)");
            database.server().kill();
            assertThatThrownBy(() -> statement.execute("INSERT INTO kept VALUES (101)"))
                    .isInstanceOf(SQLException.class);
        }
        assertThatThrownBy(database::connect).isInstanceOf(SQLException.class);
        database.server().start();
        assertThat(TableContents.of(database).rowCount("kept")).isEqualTo(20);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void frozenServerAnswersNothingUntilThawed(Engine engine) throws Exception {
        Database database = Databases.fresh(engine, 0);
        database.execute("CREATE TABLE slow (id INT PRIMARY KEY)");
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            database.server().freeze();
            CompletableFuture<Boolean> answer =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    statement.execute("INSERT INTO slow VALUES (1)");
                                    return true;
                                } catch (SQLException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            assertThat(answer).isNotCompleted();
            assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);
            database.server().thaw();
            assertThat(answer.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Engine.class,
            names = {"DERBY", "H2", "MARIADB"})
    void sameRowsCompareEqualAcrossEnginesAndOtherRowsAreShown(Engine engine) throws Exception {
        Database left = Databases.fresh(Engine.POSTGRESQL, 0);
        Database right = Databases.fresh(engine, 0);
        fill(left, "BYTEA", 7);
        fill(right, engine == Engine.MARIADB ? "LONGBLOB" : "BLOB", 7);
        TableContents.assertSame(List.of(left, right));

        right.execute("UPDATE items SET name = 'other' WHERE id = 3");
        assertThatThrownBy(() -> TableContents.assertSame(List.of(left, right)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("only left: (2026-01-02T03:04:05, 0x")
                .hasMessageContaining("only right: (2026-01-02T03:04:05, 0x")
                .hasMessageContaining("'other'");
    }

    private static void fill(Database database, String binaryType, long seed) throws SQLException {
        Random random = new Random(seed);
        String nullable = database.server().engine() == Engine.DERBY ? "" : " NULL";
        database.execute(
                "CREATE TABLE items (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(250), code CHAR(8), price DECIMAL(10,2), body %s, at_time TIMESTAMP%s)"
                        .formatted(binaryType, nullable));
        try (Connection connection = database.connect();
                PreparedStatement insert =
                        connection.prepareStatement(
                                "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?)")) {
            for (int id = 0; id < 10; id++) {
                byte[] body = new byte[id == 9 ? 70_000 : id];
                random.nextBytes(body);
                insert.setLong(1, id);
                insert.setString(2, id == 5 ? null : "name " + id);
                insert.setString(3, "c" + id);
                insert.setBigDecimal(4, new java.math.BigDecimal("10.50"));
                insert.setBytes(5, body);
                insert.setTimestamp(
                        6, id == 6 ? null : java.sql.Timestamp.valueOf("2026-01-02 03:04:05"));
                insert.executeUpdate();
            }
        }
    }

    @Test
    void proxyDelaysCutsAndRefuses() throws Exception {
        Database database = Databases.fresh(Engine.POSTGRESQL, 0);
        try (FaultProxy proxy = FaultProxy.to(database.server().port());
                Connection connection =
                        java.sql.DriverManager.getConnection(
                                database.url(proxy.port()), Database.USER, Database.PASSWORD)) {
            selectOne(connection);
            proxy.delayRequests(Duration.ofMillis(100));
            Instant start = Instant.now();
            selectOne(connection);
            assertThat(Duration.between(start, Instant.now()))
                    .isBetween(Duration.ofMillis(100), Duration.ofMillis(1000));
            proxy.delayRequests(Duration.ZERO);
            proxy.cut();
            assertThatThrownBy(() -> selectOne(connection)).isInstanceOf(SQLException.class);
            proxy.refuse(true);
            assertThatThrownBy(
                            () ->
                                    java.sql.DriverManager.getConnection(
                                            database.url(proxy.port()),
                                            Database.USER,
                                            Database.PASSWORD))
                    .isInstanceOf(SQLException.class);
        }
    }

    private static void selectOne(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT 1")) {
            assertThat(result.next()).isTrue();
        }
    }
}
