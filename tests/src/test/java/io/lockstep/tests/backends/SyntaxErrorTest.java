package io.lockstep.tests.backends;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Texts are parsed by the engines without being run. */
class SyntaxErrorTest {
    private static final Duration LOCK_WAIT = Duration.ofSeconds(2);

    @ParameterizedTest
    @EnumSource(Engine.class)
    void nonsenseIsKnownAndNothingIsRun(Engine engine) throws SQLException {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            BackendConnection connection = real.borrow();
            RealBackend.execute(connection, "CREATE TABLE t (id INT NOT NULL PRIMARY KEY)");
            for (String nonsense :
                    List.of(
                            "SELEKT 1",
                            "CREATE TABEL x (id INT)",
                            "INSERT INTO",
                            "DROP nonsense",
                            "SELECT 'it''s unfinished",
                            "UPDATE t SET \\ 'x'")) {
                Optional<SQLException> error = connection.syntaxError(nonsense, false);
                assertThat(error).as(nonsense).isPresent();
                assertThat(real.backend().dialect().classify(error.get()))
                        .isEqualTo(FailureClass.SYNTAX);
            }
            for (String right :
                    List.of(
                            "INSERT INTO t VALUES (1)",
                            "CREATE TABLE made (id INT)",
                            "DELETE FROM t WHERE id = 1 -- it's \\ fine",
                            "DROP TABLE t")) {
                assertThat(connection.syntaxError(right, false)).as(right).isEmpty();
            }
            assertThat(connection.syntaxError("INSERT INTO t VALUES (?)", true)).isEmpty();

            assertThat(rows(connection)).isZero();
            RealBackend.execute(connection, "CREATE TABLE made (id INT)");
            connection.begin(Connection.TRANSACTION_READ_COMMITTED, false);
            RealBackend.execute(connection, "INSERT INTO t VALUES (1)");
            connection.commit();
            assertThat(rows(connection)).isEqualTo(1);
            connection.release();
        }
    }

    private static int rows(BackendConnection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM t")) {
            row.next();
            return row.getInt(1);
        }
    }

    /** What may be right in the eyes of another connection is no syntax error. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void tableThatIsBeingMadeIsNoSyntaxError(Engine engine) throws SQLException {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            BackendConnection connection = real.borrow();
            assertThat(classOf(real, connection, "INSERT INTO nowhere VALUES (1)"))
                    .isNotEqualTo(FailureClass.SYNTAX);
            connection.release();
        }
    }

    private static FailureClass classOf(
            RealBackend real, BackendConnection connection, String sql) {
        try {
            return connection.syntaxError(sql, false).isPresent() ? FailureClass.SYNTAX : null;
        } catch (SQLException e) {
            return real.backend().dialect().classify(e);
        }
    }
}
