package io.lockstep.tests.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lockstep.tests.harness.controller.AdminCli;
import io.lockstep.tests.harness.controller.ControllerProcess.Ended;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import io.lockstep.tests.harness.database.TableContents;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Each command of the admin command line does what its name says, and its exit code tells a script
 * how that went.
 */
class AdminCliTest {
    private static final int DONE = 0;
    private static final int REFUSED = 1;
    private static final int USAGE = 2;
    private static final int NOT_REACHABLE = 3;

    private TestedDatabase database;
    private AdminCli cli;

    @BeforeEach
    void start() throws SQLException {
        TestedDatabase.requireController();
        database = TestedDatabase.over(Engine.POSTGRESQL, Engine.POSTGRESQL);
        cli = AdminCli.of(database.controller());
        database.execute("CREATE TABLE orders (id INT PRIMARY KEY, state VARCHAR(20))");
    }

    @AfterEach
    void stop() {
        if (database != null) {
            database.close();
        }
    }

    @Test
    void statusAndListNameEveryBackendAndItsState() throws Exception {
        Ended status = cli.run("status");
        assertThat(status.exitCode()).as(status.errors()).isEqualTo(DONE);
        assertThat(status.output()).contains("shop").containsIgnoringCase("enabled");

        JsonNode backends = json("backend", "list");
        assertThat(backends.findValuesAsText("name")).containsExactly("a", "b");
        assertThat(backends.findValuesAsText("state")).allMatch("enabled"::equalsIgnoreCase);
        assertThat(json("backend", "show", "a").path("url").asText())
                .isEqualTo(database.backend(0).url());
        assertThat(cli.run("status").output()).doesNotContain(database.password());
    }

    @Test
    void disabledBackendGetsNoMoreWritesAndTheLastOneIsKept() throws Exception {
        assertThat(cli.run("backend", "disable", "b").exitCode()).isEqualTo(DONE);
        assertThat(cli.run("backend", "disable", "b").exitCode())
                .as("safe to repeat")
                .isEqualTo(DONE);
        database.execute("INSERT INTO orders VALUES (1, 'new')");
        assertThat(TableContents.of(database.backend(0)).rowCount("orders")).isEqualTo(1);
        assertThat(TableContents.of(database.backend(1)).rowCount("orders")).isZero();
        assertThat(json("backend", "show", "b").path("state").asText())
                .isEqualToIgnoringCase("disabled");

        Ended last = cli.run("backend", "disable", "a");
        assertThat(last.exitCode()).isEqualTo(REFUSED);
        assertThat(last.errors()).isNotBlank();
        database.execute("INSERT INTO orders VALUES (2, 'new')");
    }

    @Test
    void explainShowsLocksAndTextOrWhyAStatementIsRefused() throws Exception {
        JsonNode update = json("explain", "UPDATE orders SET state = 'paid' WHERE id = 7");
        assertThat(update.path("tablesWritten").toString()).containsIgnoringCase("orders");
        assertThat(update.path("locks").toString()).contains("7");
        assertThat(update.path("texts").size()).isEqualTo(2);

        Ended refused = cli.run("-o", "json", "explain", "SELECT 1; DELETE FROM orders");
        assertThat(new ObjectMapper().readTree(refused.output()).path("refusal").asText())
                .isNotBlank();
    }

    @Test
    void sessionsAndLocksAreListedAndAKilledSessionIsRolledBack() throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO orders VALUES (1, 'new')");
            connection.setAutoCommit(false);
            statement.executeUpdate("UPDATE orders SET state = 'paid' WHERE id = 1");

            JsonNode sessions = json("session", "list");
            assertThat(sessions.size()).isEqualTo(1);
            assertThat(sessions.get(0).path("user").asText()).isEqualTo(database.user());
            assertThat(cli.run("locks").output()).containsIgnoringCase("orders");

            assertThat(cli.run("session", "kill", sessions.get(0).path("id").asText()).exitCode())
                    .isEqualTo(DONE);
            database.execute("UPDATE orders SET state = 'sent' WHERE id = 1"); // the lock is free
            SQLException killed =
                    assertThrows(
                            SQLException.class,
                            () ->
                                    statement.executeUpdate(
                                            "UPDATE orders SET state = 'x' WHERE id = 1"));
            assertThat(killed.getSQLState()).as("as PostgreSQL says it").isEqualTo("57P01");
            assertThat(killed.getMessage()).contains("administrator", "rolled back");
            assertThat(connection.isValid(1)).isFalse();
            assertThat(assertThrows(SQLException.class, connection::createStatement).getSQLState())
                    .startsWith("08");
        }
        database.assertBackendsEqual();
    }

    @Test
    void sessionThatWaitsForALockCanBeKilledAndItsHolderGoesOn() throws Exception {
        database.execute("INSERT INTO orders VALUES (1, 'new')");
        try (Connection holder = database.connect();
                Statement holding = holder.createStatement();
                Connection waiter = database.connect();
                Statement waiting = waiter.createStatement()) {
            holder.setAutoCommit(false);
            holding.executeUpdate("UPDATE orders SET state = 'held' WHERE id = 1");
            CompletableFuture<SQLException> killed =
                    CompletableFuture.supplyAsync(
                            () ->
                                    assertThrows(
                                            SQLException.class,
                                            () ->
                                                    waiting.executeUpdate(
                                                            "UPDATE orders SET state = 'x' WHERE id = 1")));
            String id = Awaitility.await().until(this::waitingSession, found -> !found.isEmpty());
            assertThat(cli.run("session", "kill", id).exitCode()).isEqualTo(DONE);
            assertThat(killed.get(10, TimeUnit.SECONDS).getSQLState()).isEqualTo("57P01");
            holder.commit();
        }
        database.assertBackendsEqual();
    }

    private String waitingSession() throws Exception {
        for (JsonNode session : json("session", "list")) {
            if (session.path("state").asText().equals("waiting for lock")) {
                return session.path("id").asText();
            }
        }
        return "";
    }

    @Test
    void wrongUseUnknownNamesAndAMissingControllerHaveTheirOwnExitCodes() {
        assertThat(cli.run("backend", "fly").exitCode()).isEqualTo(USAGE);
        assertThat(cli.run("backend", "show", "nowhere").exitCode()).isEqualTo(REFUSED);
        assertThat(cli.run("session", "kill", "999999").exitCode()).isEqualTo(REFUSED);
        assertThat(cli.run("session", "kill", "nobody").exitCode()).isEqualTo(REFUSED);
        assertThat(cli.run("--vdb", "nowhere", "status").exitCode()).isEqualTo(REFUSED);
        database.controller().kill();
        Ended gone = cli.run("status");
        assertThat(gone.exitCode()).isEqualTo(NOT_REACHABLE);
        assertThat(gone.errors()).contains(Integer.toString(database.controller().adminPort()));
    }

    private JsonNode json(String... arguments) throws Exception {
        String[] all =
                java.util.stream.Stream.concat(
                                java.util.stream.Stream.of("-o", "json"),
                                java.util.Arrays.stream(arguments))
                        .toArray(String[]::new);
        Ended ended = cli.run(all);
        assertThat(ended.exitCode())
                .as(String.join(" ", arguments) + ": " + ended.errors())
                .isEqualTo(DONE);
        return new ObjectMapper().readTree(ended.output());
    }
}
