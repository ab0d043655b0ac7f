package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Wrong input gets a clear message or a closed connection, soon, and disturbs nobody else. */
class BadInputTest {
    private static final int SOCKET_TIMEOUT_MILLIS = 15_000;
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String SYNTAX_ERROR = "42601";
    private static final String LIMIT_EXCEEDED = "54000";

    private TestedDatabase database;

    /** A session of somebody else, open through every test. */
    private Connection bystander;

    @BeforeEach
    void start() throws SQLException {
        TestedDatabase.requireController();
        database = TestedDatabase.over(Engine.POSTGRESQL, Engine.POSTGRESQL);
        database.execute("CREATE TABLE notes (id INT PRIMARY KEY, body VARCHAR(100))");
        bystander = database.connect();
        bystander.setAutoCommit(false);
        insert(bystander, 1);
    }

    /**
     * The transaction begun before the bad input goes on after it, and both databases have what it
     * wrote.
     */
    @AfterEach
    void nobodyElseWasDisturbed() throws Exception {
        if (database == null) {
            return;
        }
        try (TestedDatabase closing = database) {
            insert(bystander, 2);
            bystander.commit();
            bystander.close();
            assertThat(SqlQueries.number(database, "SELECT COUNT(*) FROM notes")).isEqualTo(2);
            closing.assertBackendsEqual();
        }
    }

    @Test
    void malformedFramesCloseTheirConnectionOnly() throws Exception {
        Random random = TestSettings.random("malformed frames");
        byte[] noise = new byte[64 * 1024];
        random.nextBytes(noise);
        List<byte[]> inputs =
                List.of(
                        noise,
                        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII),
                        new byte[1024],
                        new byte[] {1, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff},
                        new byte[] {1, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff},
                        new byte[] {(byte) 0xff, 0, 0, 0, 0});
        for (byte[] input : inputs) {
            assertClosedAfter(input);
        }
        for (int tag = 0;
                tag < 256;
                tag++) { // every tag as the first message, with a body of the announced length
            assertClosedAfter(new byte[] {(byte) tag, 0, 0, 0, 4, 0, 0, 0, 0});
        }
    }

    /** The server may say something first; what counts is that it ends the connection. */
    private void assertClosedAfter(byte[] input) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), database.controller().clientPort())) {
            socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
            InputStream in = socket.getInputStream();
            socket.getOutputStream().write(input);
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            byte[] said = in.readNBytes(1 << 20);
            assertThat(said.length).isLessThan(1 << 20);
        } catch (SocketException e) {
            // Reset: closed as well, with our bytes unread.
            assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|closed).*");
        }
    }

    @Test
    void wrongPasswordUnknownUserAndUnknownDatabaseAreRefusedAlike() {
        SQLException wrongPassword =
                assertThrows(
                        SQLException.class, () -> login(database.url(), Database.USER, "wrong"));
        SQLException unknownUser =
                assertThrows(
                        SQLException.class,
                        () -> login(database.url(), "nobody", Database.PASSWORD));
        String unknown = database.controller().url("nowhere");
        SQLException unknownDatabase =
                assertThrows(
                        SQLException.class, () -> login(unknown, Database.USER, Database.PASSWORD));
        assertThat(wrongPassword.getSQLState()).isEqualTo("08004");
        assertThat(unknownUser.getSQLState()).isEqualTo("08004");
        assertThat(unknownDatabase.getSQLState()).isEqualTo("08004");
        assertThat(wrongPassword.getMessage()).doesNotContain("wrong");
        assertThat(unknownUser.getMessage().replace("nobody", Database.USER))
                .as("does not tell whether the user exists")
                .isEqualTo(wrongPassword.getMessage());
    }

    private static void login(String url, String user, String password) throws SQLException {
        DriverManager.getConnection(url, user, password).close();
    }

    @Test
    void overLongSqlIsRefusedInWords() throws Exception {
        String beyondTheController = "SELECT '" + "x".repeat(2 << 20) + "'";
        String beyondTheProtocol = "SELECT '" + "x".repeat(17 << 20) + "'";
        assertRefusedSoonAndSessionLives(beyondTheController, LIMIT_EXCEEDED);
        assertRefusedSoonAndSessionLives(beyondTheProtocol, LIMIT_EXCEEDED);
        try (Connection connection = database.connect();
                PreparedStatement prepared = connection.prepareStatement(beyondTheProtocol);
                Statement batch = connection.createStatement()) {
            SQLException refusal = assertThrows(SQLException.class, prepared::executeQuery);
            assertThat(refusal.getSQLState()).isEqualTo(LIMIT_EXCEEDED);
            for (int i = 0;
                    i < 2000;
                    i++) { // several parts, the last with the text that is too long
                batch.addBatch(
                        "INSERT INTO notes VALUES (" + (100 + i) + ", '" + "x".repeat(90) + "')");
            }
            batch.addBatch(beyondTheProtocol);
            refusal = assertThrows(SQLException.class, batch::executeBatch);
            assertThat(refusal.getSQLState()).isEqualTo(LIMIT_EXCEEDED);
            assertThat(SqlQueries.number(connection, "SELECT COUNT(*) FROM notes")).isZero();
        }
    }

    @Test
    void threeThousandNestedParenthesesAreAnsweredSoon() throws Exception {
        String sql = "SELECT " + "(".repeat(3000) + "1" + ")".repeat(3000);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            long start = System.nanoTime();
            try {
                statement.execute(sql);
            } catch (SQLException e) {
                assertThat(e.getMessage()).isNotBlank(); // the database's own limit, or Lockstep's
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            assertThat(SqlQueries.number(connection, "SELECT 7")).isEqualTo(7);
        }
    }

    @Test
    void secondStatementAfterASemicolonIsRefusedAndNeitherRuns() throws Exception {
        assertRefusedSoonAndSessionLives("SELECT 1; DELETE FROM notes", SYNTAX_ERROR);
        assertRefusedSoonAndSessionLives(
                "INSERT INTO notes VALUES (50, 'x'); INSERT INTO notes VALUES (51, 'y')",
                SYNTAX_ERROR);
    }

    @Test
    void nonsenseIsRefusedByTheDatabaseItself() throws Exception {
        assertRefusedSoonAndSessionLives("SELEKT 1", SYNTAX_ERROR);
        assertRefusedSoonAndSessionLives("INSERT INTO nowhere VALUES (1)");
        assertRefusedSoonAndSessionLives("", SYNTAX_ERROR);
        assertRefusedSoonAndSessionLives("SELECT 'unfinished");
        assertRefusedSoonAndSessionLives("CREATE TABEL notes (id INT)");
        assertRefusedSoonAndSessionLives("INSERT INTO");
        assertRefusedSoonAndSessionLives("DROP everything");
        assertRefusedSoonAndSessionLives("MERGE");
    }

    /** As after any failed statement on PostgreSQL: a rollback must follow, and is enough. */
    @Test
    void nonsenseInATransactionFailsThatTransactionOnly() throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            insert(connection, 60);
            long start = System.nanoTime();
            SQLException refusal =
                    assertThrows(SQLException.class, () -> statement.execute("SELEKT 1"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            assertThat(refusal.getSQLState()).isEqualTo("42601");
            connection.rollback();
            insert(connection, 61);
            statement.executeUpdate("DELETE FROM notes WHERE id = 61");
            connection.commit();
        }
    }

    private void assertRefusedSoonAndSessionLives(String sql, String state) throws SQLException {
        assertThat(assertRefusedSoonAndSessionLives(sql).getSQLState()).isEqualTo(state);
    }

    private SQLException assertRefusedSoonAndSessionLives(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            long start = System.nanoTime();
            SQLException refusal = assertThrows(SQLException.class, () -> statement.execute(sql));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            assertThat(refusal.getMessage()).isNotBlank().hasSizeLessThan(4000);
            assertThat(refusal.getSQLState()).hasSize(5).doesNotStartWith("08");
            assertThat(SqlQueries.number(connection, "SELECT 7")).isEqualTo(7);
            return refusal;
        }
    }

    private static void insert(Connection connection, int id) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThat(
                            statement.executeUpdate(
                                    "INSERT INTO notes VALUES (" + id + ", 'bystander')"))
                    .isEqualTo(1);
        }
    }
}
