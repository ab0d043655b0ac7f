package io.lockstep.tests.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The values that are decided once are those that the engine would have given. */
class ClockValuesTest {
    private static final Duration LATENESS = Duration.ofSeconds(30);

    static List<Engine> engines() {
        return TestSettings.sample(1, List.of(Engine.values()), "engine of ClockValuesTest");
    }

    @ParameterizedTest
    @MethodSource("engines")
    void decidedTimesAreThoseTheEngineWouldHaveGiven(Engine engine) throws SQLException {
        TestedDatabase.requireController();
        try (TestedDatabase database = TestedDatabase.over(engine, engine);
                Connection direct = database.backend(0).connect()) {
            try (Connection client = database.connect()) {
                create(client, engine);
                inTheSessionsZone(client, direct, engine);
                execute(client, "DELETE FROM clock");
            }
            try (Connection client = database.connect()) {
                oneTimeOfATransactionWhereTheEngineSaysSo(client, engine);
                if (engine != Engine.DERBY) {
                    fractionsOfSecondsAskedFor(client);
                }
            }
            database.assertBackendsEqual();
        }
    }

    private static void inTheSessionsZone(Connection client, Connection direct, Engine engine)
            throws SQLException {
        compare(client, direct, 1);
        if (engine != Engine.DERBY) {
            String zone =
                    engine == Engine.MARIADB
                            ? "SET time_zone = '+05:30'"
                            : "SET TIME ZONE 'Asia/Kolkata'";
            execute(client, zone);
            execute(direct, zone);
            compare(client, direct, 2);
        }
    }

    /** What Lockstep stored and what the engine says itself are a few moments apart. */
    private static void compare(Connection client, Connection direct, int id) throws SQLException {
        execute(client, "INSERT INTO clock (id, moment) VALUES (" + id + ", CURRENT_TIMESTAMP)");
        LocalDateTime stored = time(client, id);
        execute(direct, "INSERT INTO clock (id, moment) VALUES (100, CURRENT_TIMESTAMP)");
        LocalDateTime engines = time(direct, 100);
        execute(direct, "DELETE FROM clock WHERE id = 100");
        assertThat(Duration.between(stored, engines)).isBetween(LATENESS.negated(), LATENESS);
    }

    private static void oneTimeOfATransactionWhereTheEngineSaysSo(Connection client, Engine engine)
            throws SQLException {
        client.setAutoCommit(false);
        execute(client, "INSERT INTO clock (id, moment) VALUES (1, CURRENT_TIMESTAMP)");
        LocalDateTime before = time(client, 1);
        Awaitility.await().atMost(LATENESS).until(() -> laterThan(client, engine, before));
        execute(client, "INSERT INTO clock (id, moment) VALUES (2, CURRENT_TIMESTAMP)");
        client.commit();
        boolean oneTime = engine == Engine.POSTGRESQL || engine == Engine.H2;
        if (oneTime) {
            assertThat(time(client, 2)).isEqualTo(before);
        } else {
            assertThat(time(client, 2)).isAfter(before);
        }
        execute(client, "INSERT INTO clock (id, moment) VALUES (3, CURRENT_TIMESTAMP)");
        client.commit();
        assertThat(time(client, 3)).isAfter(before);
        client.setAutoCommit(true);
    }

    /** Some statement's own time, where there is one, has moved on by a second. */
    private static boolean laterThan(Connection client, Engine engine, LocalDateTime before)
            throws SQLException {
        execute(client, "DELETE FROM clock WHERE id = 50");
        String now = engine == Engine.POSTGRESQL ? "clock_timestamp()" : "CURRENT_TIMESTAMP";
        if (engine == Engine.H2) {
            return true;
        }
        execute(client, "INSERT INTO clock (id, moment) VALUES (50, " + now + ")");
        return time(client, 50).isAfter(before.plusSeconds(1));
    }

    private static void fractionsOfSecondsAskedFor(Connection client) throws SQLException {
        for (int i = 0; i < 5; i++) {
            execute(client, "DELETE FROM clock");
            execute(client, "INSERT INTO clock (id, moment) VALUES (1, CURRENT_TIMESTAMP(0))");
            execute(client, "INSERT INTO clock (id, moment) VALUES (2, CURRENT_TIMESTAMP(3))");
            assertThat(time(client, 1).get(ChronoField.NANO_OF_SECOND)).isZero();
            assertThat(time(client, 2).get(ChronoField.NANO_OF_SECOND) % 1_000_000).isZero();
        }
    }

    private static void create(Connection client, Engine engine) throws SQLException {
        String type = engine == Engine.MARIADB ? "DATETIME(6)" : "TIMESTAMP";
        execute(client, "CREATE TABLE clock (id INT NOT NULL PRIMARY KEY, moment " + type + ")");
    }

    private static LocalDateTime time(Connection connection, int id) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT moment FROM clock WHERE id = " + id)) {
            assertThat(row.next()).isTrue();
            // Where there is a session's zone, getTimestamp may heed it as well.
            return connection.getMetaData().getDatabaseProductName().contains("Derby")
                    ? row.getTimestamp(1).toLocalDateTime()
                    : row.getObject(1, LocalDateTime.class);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
