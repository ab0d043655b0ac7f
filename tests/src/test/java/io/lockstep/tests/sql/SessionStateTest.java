package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Engine;
import io.lockstep.tests.harness.database.TableContents;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a session sets holds for it on whatever connection it is served by, on any database, and for
 * nobody else.
 */
class SessionStateTest {
    /** More than a pool's connections, so that each of them comes round. */
    private static final int ROUNDS = 6;

    @BeforeEach
    void onlyWithController() {
        TestedDatabase.requireController();
    }

    /** One of them, or all. */
    static List<Engine> sample() {
        Random random = TestSettings.random("engine of " + SessionStateTest.class.getSimpleName());
        List<Engine> all = List.of(Engine.values());
        return TestSettings.full() ? all : List.of(all.get(random.nextInt(all.size())));
    }

    /** One variable of the session on each engine, and how to look at it. */
    private record Variable(String set, String show, String value, String usual) {
        static Variable of(Engine engine) {
            return switch (engine) {
                case POSTGRESQL ->
                        new Variable(
                                "SET application_name = 'mine'",
                                "SELECT current_setting('application_name')",
                                "mine",
                                "lockstep");
                case MARIADB ->
                        new Variable(
                                "SET SESSION max_sort_length = 77",
                                "SELECT @@max_sort_length",
                                "77",
                                "1024");
                case H2 -> new Variable("SET SCHEMA other", "SELECT SCHEMA()", "OTHER", "PUBLIC");
                case DERBY ->
                        new Variable("SET SCHEMA other", "VALUES CURRENT SCHEMA", "OTHER", "APP");
            };
        }
    }

    @ParameterizedTest
    @MethodSource("sample")
    void settingFollowsItsSessionAndNobodyElse(Engine engine) throws Exception {
        Variable variable = Variable.of(engine);
        try (TestedDatabase database = over(engine, engine);
                Connection mine = database.connect();
                Connection other = database.connect()) {
            for (int i = 0; i < 100; i++) { // the same variable takes no further room
                execute(mine, variable.set);
                if (engine != Engine.POSTGRESQL && i == 2) {
                    break; // a connection each there
                }
            }
            for (int i = 0; i < ROUNDS; i++) {
                assertThat(text(mine, variable.show)).isEqualTo(variable.value);
                assertThat(text(other, variable.show)).isEqualTo(variable.usual);
            }
            other.setAutoCommit(false);
            mine.setAutoCommit(false);
            assertThat(text(mine, variable.show)).isEqualTo(variable.value);
            assertThat(text(other, variable.show)).isEqualTo(variable.usual);
            database.backend(0).server().kill();
            assertThat(text(mine, variable.show)).isEqualTo(variable.value);
            mine.rollback();
            assertThat(text(mine, variable.show)).isEqualTo(variable.value);
            other.rollback();
            assertThat(text(other, variable.show)).isEqualTo(variable.usual);
        }
    }

    /** What nobody has seen through may have changed its connection. */
    @Test
    void whatABodySetsStaysWithItsConnection() throws Exception {
        try (TestedDatabase database = over(Engine.POSTGRESQL, Engine.POSTGRESQL);
                Connection connection = database.connect()) {
            execute(
                    connection,
                    "CREATE FUNCTION meddle() RETURNS int LANGUAGE plpgsql AS $$ BEGIN"
                            + " PERFORM set_config('application_name', 'meddled', false);"
                            + " PERFORM set_config('search_path', 'other', false); RETURN 1; END $$",
                    "CREATE PROCEDURE meddling() LANGUAGE plpgsql AS $$ BEGIN PERFORM meddle(); END $$");
            for (String text :
                    List.of(
                            "DO $$ BEGIN PERFORM meddle(); END $$",
                            "CALL meddling()",
                            "SELECT meddle()",
                            "/* lockstep:read */ SELECT meddle()",
                            "/* lockstep:read */ CALL meddling()")) {
                execute(connection, text);
                for (int i = 0; i < ROUNDS; i++) {
                    assertThat(text(connection, Variable.of(Engine.POSTGRESQL).show))
                            .as("after " + text)
                            .isEqualTo("lockstep");
                    assertThat(text(connection, "SELECT current_schema()")).isEqualTo("public");
                }
            }
        }
    }

    @Test
    void postgresUndoesWhatARolledBackTransactionHasSet() throws Exception {
        String show = Variable.of(Engine.POSTGRESQL).show;
        try (TestedDatabase database = over(Engine.POSTGRESQL, Engine.POSTGRESQL);
                Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            execute(connection, "SET application_name = 'first'");
            assertThat(text(connection, show)).isEqualTo("first");
            connection.rollback();
            assertThat(text(connection, show)).isEqualTo("lockstep");

            execute(connection, "SET application_name = 'kept'");
            connection.commit();
            execute(connection, "SET LOCAL application_name = 'local'");
            assertThat(text(connection, show)).isEqualTo("local");
            Savepoint savepoint = connection.setSavepoint();
            execute(connection, "SET application_name = 'after the savepoint'");
            assertThat(text(connection, show)).isEqualTo("after the savepoint");
            connection.rollback(savepoint);
            assertThat(text(connection, show)).isEqualTo("local");
            connection.commit();
            for (int i = 0; i < ROUNDS; i++) {
                assertThat(text(connection, show)).isEqualTo("kept");
                connection.commit();
            }
            execute(connection, "RESET application_name");
            connection.commit();
            assertThat(text(connection, show)).isEqualTo("lockstep");
        }
    }

    /** The database that a transaction goes on with has heard of its settings too. */
    @Test
    void settingsOfATransactionOutliveItsHome() throws Exception {
        try (TestedDatabase database = over(Engine.POSTGRESQL, Engine.POSTGRESQL);
                Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            execute(connection, "SET LOCAL search_path TO other");
            assertThat(text(connection, "SELECT count(*) FROM item")).isEqualTo("0");
            database.backend(0).server().kill();
            database.backend(0).server().start();
            execute(connection, "INSERT INTO item (name) VALUES ('x')");
            connection.commit();
            assertThat(text(connection, "SELECT count(*) FROM other.item")).isEqualTo("1");
            assertThat(text(connection, "SELECT count(*) FROM public.item")).isEqualTo("0");
        }
    }

    /** The same name is another table in another schema, with defaults of its own. */
    @Test
    void namesAreUnderstoodInTheSessionsSchema() throws Exception {
        try (TestedDatabase database = over(Engine.POSTGRESQL, Engine.POSTGRESQL);
                Connection connection = database.connect()) {
            execute(connection, "SET search_path TO other, public");
            execute(connection, "INSERT INTO item (name) VALUES ('by path')");
            execute(connection, "RESET search_path");
            connection.setSchema("other");
            execute(connection, "INSERT INTO item (name) VALUES ('by schema')");
            connection.setSchema("public");
            execute(connection, "INSERT INTO item VALUES (1)");
            String values = "SELECT string_agg(id || ' ' || at, ', ' ORDER BY id) FROM other.item";
            try (Connection first = database.backend(0).connect();
                    Connection second = database.backend(1).connect()) {
                // A random number and a clock value, filled in by default.
                assertThat(text(first, values)).isEqualTo(text(second, values));
            }
            assertThat(text(connection, "SELECT count(*) FROM other.item")).isEqualTo("2");
            assertThat(text(connection, "SELECT count(*) FROM public.item")).isEqualTo("1");

            connection.setAutoCommit(false);
            execute(connection, "INSERT INTO item VALUES (2)");
            connection.setSchema("other");
            SQLException refusal =
                    assertThrows(
                            SQLException.class,
                            () -> execute(connection, "INSERT INTO item VALUES (3)"));
            assertThat(refusal.getSQLState()).isEqualTo("25001");
        }
    }

    @Test
    void clockValuesAreThoseOfTheSessionsZone() throws Exception {
        try (TestedDatabase database = over(Engine.POSTGRESQL, Engine.POSTGRESQL);
                Connection connection = database.connect()) {
            execute(connection, "CREATE TABLE seen (id INT PRIMARY KEY, at TIMESTAMP)");
            execute(connection, "SET TIME ZONE 'Pacific/Kiritimati'"); // UTC+14
            execute(connection, "INSERT INTO seen VALUES (1, LOCALTIMESTAMP)");
            execute(connection, "SET TIME ZONE 'Pacific/Pago_Pago'"); // UTC-11
            execute(connection, "INSERT INTO seen VALUES (2, LOCALTIMESTAMP)");
            assertThat(
                            text(
                                    connection,
                                    "SELECT round(extract(epoch FROM a.at - b.at) / 3600) FROM seen a, seen b WHERE a.id = 1 AND b.id = 2"))
                    .isEqualTo("25");
            database.assertBackendsEqual();
        }
    }

    @Test
    void isolationOfOneTransactionIsNotThatOfTheNext() throws Exception {
        try (TestedDatabase database =
                        TestedDatabase.over(
                                config -> config.set("lockTimeout", "2s"),
                                SessionStateTest::prepare,
                                Engine.POSTGRESQL,
                                Engine.POSTGRESQL);
                Connection reader = database.connect();
                Connection writer = database.connect()) {
            reader.setAutoCommit(false);
            execute(reader, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
            assertThat(text(reader, "SELECT count(*) FROM public.item")).isEqualTo("0");
            SQLException late =
                    assertThrows(
                            SQLException.class,
                            () ->
                                    execute(
                                            reader,
                                            "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"));
            assertThat(late.getSQLState()).isEqualTo("25001");
            SQLException waited =
                    assertThrows(
                            SQLException.class,
                            () -> execute(writer, "INSERT INTO public.item VALUES (1)"));
            assertThat(waited.getSQLState()).isEqualTo("55P03"); // serializable readers share
            reader.rollback();
            assertThat(text(reader, "SELECT count(*) FROM public.item")).isEqualTo("0");
            execute(writer, "INSERT INTO public.item VALUES (1)"); // waits for nobody now
            assertThat(text(reader, "SELECT count(*) FROM public.item")).isEqualTo("1");
            reader.rollback();
        }
    }

    @ParameterizedTest
    @MethodSource("sample")
    void preparedStatementsSurviveTheirConnections(Engine engine) throws Exception {
        try (TestedDatabase database = over(engine, engine);
                Connection connection = database.connect();
                PreparedStatement select =
                        connection.prepareStatement("SELECT count(*) FROM item WHERE id > ?");
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO item VALUES (?)")) {
            for (int i = 1; i <= ROUNDS; i++) {
                insert.setInt(1, i);
                assertThat(insert.executeUpdate()).isEqualTo(1);
                select.setInt(1, 0);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    assertThat(row.getInt(1)).isEqualTo(i);
                }
                if (i == 2) {
                    execute(connection, Variable.of(engine).set);
                    connection.setSchema(connection.getSchema());
                    if (engine == Engine.H2 || engine == Engine.DERBY) {
                        execute(
                                connection,
                                engine == Engine.H2 ? "SET SCHEMA PUBLIC" : "SET SCHEMA APP");
                    }
                } else if (i == 4) {
                    database.backend(1).server().kill();
                }
            }
            assertThat(TableContents.of(database.backend(0)).rowCount("item")).isEqualTo(ROUNDS);
        }
    }

    @ParameterizedTest
    @MethodSource("sample")
    void temporaryTablesAreRefusedWithWhatToDoInstead(Engine engine) throws Exception {
        String text =
                switch (engine) {
                    case POSTGRESQL, MARIADB -> "CREATE TEMPORARY TABLE scratch (a INT)";
                    case H2 -> "CREATE LOCAL TEMPORARY TABLE scratch (a INT)";
                    case DERBY -> "DECLARE GLOBAL TEMPORARY TABLE scratch (a INT) NOT LOGGED";
                };
        try (TestedDatabase database = over(engine, engine);
                Connection connection = database.connect()) {
            SQLException refusal =
                    assertThrows(SQLException.class, () -> execute(connection, text));
            assertThat(refusal.getSQLState()).isEqualTo("0ALS1");
            assertThat(refusal.getMessage()).contains("ordinary table");
        }
    }

    /** A unique index that came out of a text nobody here reads is known from then on. */
    @Test
    void ddlInsideOtherTextsIsSeen() throws Exception {
        try (TestedDatabase database = over(Engine.POSTGRESQL, Engine.POSTGRESQL);
                Connection connection = database.connect()) {
            execute(
                    connection,
                    "DO $$ BEGIN CREATE TABLE made (id INT PRIMARY KEY, at TIMESTAMP DEFAULT clock_timestamp()); END $$",
                    "INSERT INTO made (id) VALUES (1)");
            database.assertBackendsEqual();
        }
    }

    private static void execute(Connection connection, String... texts) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String text : texts) {
                statement.execute(text);
            }
        }
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static TestedDatabase over(Engine... engines) {
        return TestedDatabase.over(config -> config, SessionStateTest::prepare, engines);
    }

    private static void prepare(Database backend) throws SQLException {
        Engine engine = backend.server().engine();
        backend.execute("CREATE TABLE item (id INT NOT NULL PRIMARY KEY)");
        if (engine != Engine.MARIADB) {
            backend.execute("CREATE SCHEMA other");
        }
        if (engine == Engine.POSTGRESQL) {
            backend.execute(
                    "CREATE TABLE other.item (id DOUBLE PRECISION DEFAULT random() PRIMARY KEY,"
                            + " name VARCHAR(20), at TIMESTAMP DEFAULT clock_timestamp())");
        }
    }
}
