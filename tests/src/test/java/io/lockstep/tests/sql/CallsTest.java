package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.ControllerConfig;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Engine;
import io.lockstep.tests.harness.database.TableContents;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Procedures and functions: called on every database, compared, their parameters and results back
 * to the client; or on one, where somebody says that they only read.
 */
class CallsTest {
    @BeforeEach
    void onlyWithController() {
        TestedDatabase.requireController();
    }

    /** PostgreSQL and one of the others. */
    static List<Engine> sample() {
        if (TestSettings.full()) {
            return List.of(Engine.values());
        }
        List<Engine> others = List.of(Engine.DERBY, Engine.H2, Engine.MARIADB);
        Random random = TestSettings.random("engines of " + CallsTest.class.getSimpleName());
        return List.of(Engine.POSTGRESQL, others.get(random.nextInt(others.size())));
    }

    @ParameterizedTest
    @MethodSource("sample")
    void valuesComeBackFromDatabasesThatHaveDoneTheSame(Engine engine) throws Exception {
        try (TestedDatabase database = prepared(engine, engine);
                Connection connection = database.connect()) {
            assertThat(deposit(connection, "{call deposit(?, ?, ?)}", 5, 10)).isEqualTo(115);
            assertThat(deposit(connection, "CALL deposit(?, ?, ?)", 5, 0)).isEqualTo(120);
            assertThat(depositByName(connection, engine)).isEqualTo(123);
            database.assertBackendsEqual();

            try (CallableStatement call = connection.prepareCall("{? = call doubled(?)}")) {
                call.registerOutParameter(1, Types.INTEGER);
                call.setInt(2, 21);
                assertThat(call.execute()).isFalse();
                assertThat(call.getInt(1)).isEqualTo(42);
                assertThat(call.getObject(1)).isEqualTo(42);
                assertThrows(SQLException.class, () -> call.getInt(2));
            }
            boolean several = engine == Engine.DERBY || engine == Engine.MARIADB;
            assertThat(listing(connection, "{call listing(?)}"))
                    .containsExactlyElementsOf(
                            several ? List.of("1:123", "2:50", "2") : List.of("1:123", "2:50"));
            if (engine == Engine.POSTGRESQL || engine == Engine.MARIADB) {
                nothingIsCommittedHalfWay(database, connection, engine);
            }
        }
    }

    /** PostgreSQL refuses it within a transaction; with MariaDB Lockstep must. */
    private static void nothingIsCommittedHalfWay(
            TestedDatabase database, Connection connection, Engine engine) throws Exception {
        boolean postgres = engine == Engine.POSTGRESQL;
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE PROCEDURE half_way() %s BEGIN INSERT INTO note VALUES (7); COMMIT; INSERT INTO note VALUES (8); END%s"
                            .formatted(
                                    postgres ? "LANGUAGE plpgsql AS $$" : "",
                                    postgres ? " $$" : ""));
            SQLException refusal =
                    assertThrows(SQLException.class, () -> statement.execute("CALL half_way()"));
            assertThat(refusal.getSQLState())
                    .as(refusal.getMessage())
                    .isEqualTo(postgres ? "2D000" : "0ALS1");
            if (!postgres) {
                assertThat(statement.execute("ANALYZE TABLE note")).as("it gives rows").isTrue();
            }
        }
        assertThat(SqlQueries.number(connection, "SELECT COUNT(*) FROM note WHERE id > 6"))
                .isZero();
        database.assertBackendsEqual();
    }

    @ParameterizedTest
    @MethodSource("sample")
    void callIsPartOfItsTransactionAlsoWhenABackendDies(Engine engine) throws Exception {
        try (TestedDatabase database = prepared(engine, engine);
                Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            assertThat(deposit(connection, "{call deposit(?, ?, ?)}", 5, 0)).isEqualTo(105);
            connection.rollback();
            assertThat(deposit(connection, "{call deposit(?, ?, ?)}", 1, 0)).isEqualTo(101);
            database.backend(0).server().kill();
            assertThat(deposit(connection, "{call deposit(?, ?, ?)}", 1, 0)).isEqualTo(102);
            connection.commit();
            connection.setAutoCommit(true);
            assertThat(deposit(connection, "{call deposit(?, ?, ?)}", 1, 0)).isEqualTo(103);
            assertThat(SqlQueries.number(connection, "SELECT balance FROM account WHERE id = 1"))
                    .isEqualTo(103);
        }
    }

    /** A writer's open transaction holds up what may write, and not what reads. */
    @ParameterizedTest
    @MethodSource("sample")
    void readersRunBesideWriters(Engine engine) throws Exception {
        UnaryOperator<ControllerConfig> settings =
                config ->
                        config.set("lockTimeout", "1s")
                                .set("readOnlyRoutines", "[doubled, Listing]");
        try (TestedDatabase database = prepared(settings, engine, engine);
                Connection writer = database.connect();
                Connection connection = database.connect();
                Statement writing = writer.createStatement()) {
            writer.setAutoCommit(false);
            writing.executeUpdate("INSERT INTO note VALUES (1)");

            assertThat(listing(connection, "{call listing(?)}")).containsSequence("1:100", "2:50");
            try (PreparedStatement function =
                            connection.prepareStatement(
                                    engine == Engine.DERBY
                                            ? "VALUES doubled(?)"
                                            : "SELECT doubled(?)");
                    ResultSet row = executed(function, 4)) {
                assertThat(row.next()).isTrue();
                assertThat(row.getInt(1)).isEqualTo(8);
            }
            SQLException waited =
                    assertThrows(
                            SQLException.class,
                            () -> deposit(connection, "{call deposit(?, ?, ?)}", 1, 0));
            assertThat(waited.getSQLState()).isEqualTo("55P03");

            // The word of the client is taken, and what it may do if it was wrong is undone. It
            // stands
            // behind the call, since Derby's driver takes nothing for one that begins otherwise.
            try {
                deposit(connection, "CALL deposit(?, ?, ?) /* lockstep:read */", 1, 0);
            } catch (SQLException refusedByTheEngine) {
                assertThat(refusedByTheEngine.getSQLState()).isIn("25006", "40001", "55P03");
            }
            writer.commit();
            database.assertBackendsEqual();
            assertThat(SqlQueries.number(connection, "SELECT balance FROM account WHERE id = 1"))
                    .isEqualTo(100);
        }
    }

    @Test
    void differentOutValuesAreNoAnswer() throws Exception {
        List<Database> made = new ArrayList<>();
        TestedDatabase.Preparation differently =
                backend -> {
                    made.add(backend);
                    backend.execute(
                            "CREATE TABLE called (id INT PRIMARY KEY)",
                            "CREATE PROCEDURE number(INOUT n INT) LANGUAGE plpgsql AS $$"
                                    + " BEGIN INSERT INTO called VALUES (n); n := "
                                    + made.size()
                                    + "; END $$");
                };
        try (TestedDatabase database =
                        TestedDatabase.over(
                                config -> config,
                                differently,
                                Engine.POSTGRESQL,
                                Engine.POSTGRESQL);
                Connection connection = database.connect();
                CallableStatement call = connection.prepareCall("{call number(?)}")) {
            call.setInt(1, 7);
            call.registerOutParameter(1, Types.INTEGER);
            SQLException disagreement = assertThrows(SQLException.class, call::execute);
            assertThat(disagreement.getSQLState()).isEqualTo("0ALS2");
            assertThat(disagreement.getMessage()).contains("OUT values [1]", "OUT values [2]");
            database.assertBackendsEqual();
            assertThat(TableContents.of(database.backend(0)).rowCount("called")).isZero();
            database.execute("INSERT INTO called VALUES (1)"); // nobody has left service
            assertThat(TableContents.of(database.backend(1)).rowCount("called")).isEqualTo(1);
        }
    }

    @Test
    void enginesThatReturnValuesInOtherWaysAgree() throws Exception {
        TestedDatabase.Preparation routines =
                backend ->
                        backend.execute(
                                StoredRoutines.definitions(backend.server().engine())
                                        .toArray(String[]::new));
        try (TestedDatabase database =
                        TestedDatabase.over(
                                config -> config,
                                backend -> {
                                    createAccounts(backend);
                                    routines.prepare(backend);
                                },
                                Engine.POSTGRESQL,
                                Engine.H2);
                Connection connection = database.connect()) {
            assertThat(deposit(connection, "{call deposit(?, ?, ?)}", 5, 10)).isEqualTo(115);
            try (CallableStatement call = connection.prepareCall("{? = call doubled(?)}")) {
                call.registerOutParameter(1, Types.INTEGER);
                call.setInt(2, 3);
                call.execute();
                assertThat(call.getInt(1)).isEqualTo(6);
            }
            assertThat(listing(connection, "{call listing(?)}")).containsExactly("1:115", "2:50");
            database.assertBackendsEqual();
        }
    }

    @Test
    void whatACallCannotDoIsSaid() throws Exception {
        try (TestedDatabase database = prepared(Engine.POSTGRESQL, Engine.POSTGRESQL);
                Connection connection = database.connect()) {
            database.execute(
                    "CREATE FUNCTION cursor_of() RETURNS refcursor LANGUAGE plpgsql AS"
                            + " $$ DECLARE c refcursor; BEGIN OPEN c FOR SELECT 1; RETURN c; END $$");
            try (CallableStatement call = connection.prepareCall("{? = call cursor_of()}")) {
                call.registerOutParameter(1, Types.REF_CURSOR);
                SQLFeatureNotSupportedException refusal =
                        assertThrows(SQLFeatureNotSupportedException.class, call::execute);
                assertThat(refusal.getMessage()).contains("RETURNS TABLE");
            }
            try (CallableStatement noCall =
                    connection.prepareCall("UPDATE account SET balance = ? WHERE id = 1")) {
                noCall.registerOutParameter(1, Types.INTEGER);
                SQLException refusal = assertThrows(SQLException.class, noCall::execute);
                assertThat(refusal.getMessage()).contains("the text is no call");
            }
            try (CallableStatement call = connection.prepareCall("{call deposit(?, ?, ?)}")) {
                SQLException unknown =
                        assertThrows(SQLException.class, () -> call.setInt("nobody", 1));
                assertThat(unknown.getMessage()).contains("no parameter nobody");
            }
        }
    }

    private static ResultSet executed(PreparedStatement statement, int parameter)
            throws SQLException {
        statement.setInt(1, parameter);
        return statement.executeQuery();
    }

    private static int deposit(Connection connection, String text, int amount, int total)
            throws SQLException {
        try (CallableStatement call = connection.prepareCall(text)) {
            call.setInt(1, 1);
            call.setInt(2, amount);
            call.setInt(3, total);
            call.registerOutParameter(3, Types.INTEGER);
            call.execute();
            return call.getInt(3);
        }
    }

    /** H2 names the parameters of Java methods itself. */
    private static int depositByName(Connection connection, Engine engine) throws SQLException {
        boolean numbered = engine == Engine.H2;
        String total = numbered ? "P3" : "TOTAL";
        try (CallableStatement call = connection.prepareCall("{call deposit(?, ?, ?)}")) {
            call.registerOutParameter(total, Types.INTEGER);
            call.setInt(total, 1);
            call.setInt(numbered ? "P2" : "amount", 2);
            call.setInt(numbered ? "p1" : "Acc", 1);
            call.execute();
            return call.getInt(total);
        }
    }

    /** Every result: {@code id:balance} of a row of two columns, the value of a row of one. */
    private static List<String> listing(Connection connection, String text) throws SQLException {
        List<String> found = new ArrayList<>();
        try (CallableStatement call = connection.prepareCall(text)) {
            call.setInt(1, 50);
            boolean rows = call.execute();
            while (rows || call.getUpdateCount() != -1) {
                if (rows) {
                    try (ResultSet result = call.getResultSet()) {
                        boolean single = result.getMetaData().getColumnCount() == 1;
                        while (result.next()) {
                            found.add(
                                    result.getString(1)
                                            + (single ? "" : ":" + result.getString(2)));
                        }
                    }
                }
                rows = call.getMoreResults();
            }
        }
        return found;
    }

    private static TestedDatabase prepared(Engine... engines) throws SQLException {
        return prepared(UnaryOperator.identity(), engines);
    }

    private static TestedDatabase prepared(
            UnaryOperator<ControllerConfig> settings, Engine... engines) throws SQLException {
        TestedDatabase database = TestedDatabase.over(settings, CallsTest::createAccounts, engines);
        try {
            database.execute(StoredRoutines.definitions(engines[0]).toArray(String[]::new));
            return database;
        } catch (SQLException e) {
            database.close();
            throw e;
        }
    }

    private static void createAccounts(Database backend) throws SQLException {
        backend.execute(
                "CREATE TABLE note (id INT NOT NULL PRIMARY KEY)",
                "CREATE TABLE account (id INT NOT NULL PRIMARY KEY, balance INT NOT NULL)",
                "INSERT INTO account VALUES (1, 100)",
                "INSERT INTO account VALUES (2, 50)",
                "INSERT INTO account VALUES (3, 7)");
    }
}
