package io.lockstep.tests.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What real servers answer to real mistakes, and which class that is. */
class FailureClassesTest {
    private static final int READ_COMMITTED = Connection.TRANSACTION_READ_COMMITTED;
    private static final Duration LOCK_WAIT = Duration.ofSeconds(3);

    @ParameterizedTest
    @EnumSource(Engine.class)
    void everydayMistakes(Engine engine) throws SQLException {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            BackendConnection connection = real.borrow();
            RealBackend.execute(
                    connection,
                    "CREATE TABLE p (id INT NOT NULL PRIMARY KEY, s VARCHAR(3) NOT NULL, n INT"
                            + " CHECK (n > 0))");
            RealBackend.execute(
                    connection,
                    "CREATE TABLE c (id INT NOT NULL PRIMARY KEY, p INT, FOREIGN KEY (p)"
                            + " REFERENCES p (id))");
            RealBackend.execute(connection, "INSERT INTO p VALUES (1, 'a', 1)");
            RealBackend.execute(connection, "INSERT INTO c VALUES (1, 1)");
            RealBackend.execute(connection, "CREATE INDEX px ON p (n)");

            expect(real, connection, FailureClass.DUPLICATE_KEY, "INSERT INTO p VALUES (1,'b',1)");
            expect(real, connection, FailureClass.OBJECT_EXISTS, "CREATE TABLE p (id INT)");
            expect(real, connection, FailureClass.OBJECT_EXISTS, "ALTER TABLE p ADD n INT");
            expect(real, connection, FailureClass.OBJECT_MISSING, "DROP TABLE nothere");
            expect(real, connection, FailureClass.OBJECT_MISSING, "SELECT * FROM nothere");
            expect(real, connection, FailureClass.OBJECT_MISSING, "SELECT nothere FROM p");
            expect(real, connection, FailureClass.FOREIGN_KEY, "DELETE FROM p");
            expect(real, connection, FailureClass.FOREIGN_KEY, "INSERT INTO c VALUES (2, 9)");
            expect(real, connection, FailureClass.CONSTRAINT, "INSERT INTO p VALUES (2,NULL,1)");
            expect(real, connection, FailureClass.CONSTRAINT, "INSERT INTO p VALUES (2,'a',-1)");
            expect(real, connection, FailureClass.SYNTAX, "SELEKT * FROM p");
            expect(real, connection, FailureClass.DATA, "INSERT INTO p VALUES (2, 'long', 1)");
            expect(
                    real,
                    connection,
                    FailureClass.OBJECT_EXISTS,
                    "ALTER TABLE p ADD PRIMARY KEY (id)");
            connection.release();
        }
    }

    /** Derby reports an index of the same columns or name as a warning or an object. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void indexesThatExistOrDoNot(Engine engine) throws SQLException {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            BackendConnection connection = real.borrow();
            RealBackend.execute(connection, "CREATE TABLE p (id INT, n INT)");
            RealBackend.execute(connection, "CREATE INDEX px ON p (n)");
            expect(real, connection, FailureClass.OBJECT_EXISTS, "CREATE INDEX px ON p (id)");
            String drop = engine == Engine.MARIADB ? "DROP INDEX nx ON p" : "DROP INDEX nx";
            expect(real, connection, FailureClass.OBJECT_MISSING, drop);
            connection.release();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aFailedBatchSaysWhy(Engine engine) throws SQLException {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            BackendConnection connection = real.borrow();
            RealBackend.execute(connection, "CREATE TABLE t (id INT NOT NULL PRIMARY KEY)");
            connection.begin(READ_COMMITTED, false);
            PreparedStatement insert =
                    connection.prepare("INSERT INTO t VALUES (?)", KeyColumns.NONE);
            for (int id : new int[] {1, 2, 1}) {
                insert.setInt(1, id);
                insert.addBatch();
            }
            assertThat(classOf(real, insert::executeBatch)).isEqualTo(FailureClass.DUPLICATE_KEY);
            connection.giveBack(insert);
            connection.rollback();
            connection.release();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aLockWaitEndsAtItsLimit(Engine engine) throws SQLException {
        Duration limit = Duration.ofSeconds(1);
        try (RealBackend real = RealBackend.open(engine, limit)) {
            BackendConnection holder = twoRows(real);
            BackendConnection waiter = real.borrow();
            holder.begin(READ_COMMITTED, false);
            RealBackend.execute(holder, "UPDATE t SET n = 1 WHERE id = 1");
            waiter.begin(READ_COMMITTED, false);
            long start = System.nanoTime();
            assertThat(
                            classOf(
                                    real,
                                    () ->
                                            RealBackend.execute(
                                                    waiter, "UPDATE t SET n = 2 WHERE id = 1")))
                    .isEqualTo(FailureClass.LOCK_TIMEOUT);
            Duration waited = Duration.ofNanos(System.nanoTime() - start);
            assertThat(waited).isBetween(limit.dividedBy(2), limit.multipliedBy(3));
            waiter.release();
            holder.release();
        }
    }

    /** On every engine one of the two ends as deadlock victim, or at worst by the lock limit. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void aDeadlockHasAVictimOfATransientClass(Engine engine) throws Exception {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            BackendConnection first = twoRows(real);
            BackendConnection second = real.borrow();
            first.begin(READ_COMMITTED, false);
            second.begin(READ_COMMITTED, false);
            RealBackend.execute(first, "UPDATE t SET n = 1 WHERE id = 1");
            RealBackend.execute(second, "UPDATE t SET n = 1 WHERE id = 2");
            CompletableFuture<FailureClass> other =
                    CompletableFuture.supplyAsync(
                            () ->
                                    classOf(
                                            real,
                                            () ->
                                                    RealBackend.execute(
                                                            first,
                                                            "UPDATE t SET n = 1 WHERE id = 2")));
            FailureClass mine =
                    classOf(
                            real,
                            () -> RealBackend.execute(second, "UPDATE t SET n = 1 WHERE id = 1"));
            if (mine != null) {
                second.rollback();
            }
            FailureClass theirs = other.get(20, TimeUnit.SECONDS);
            System.out.println(engine + ": deadlock ended as " + mine + " and " + theirs);
            FailureClass victim = mine == null ? theirs : mine;
            assertThat(victim).isNotNull();
            assertThat(victim.isTransient()).isTrue();
            first.release();
            second.release();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aCancelledStatementEndsSoonAndAloneAsCancelled(Engine engine) throws Exception {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            BackendConnection connection = real.borrow();
            Statement statement = connection.createStatement();
            CompletableFuture<FailureClass> running =
                    CompletableFuture.supplyAsync(
                            () ->
                                    classOf(
                                            real,
                                            () -> {
                                                connection.running(statement);
                                                try (ResultSet rows =
                                                        statement.executeQuery(endless(engine))) {
                                                    rows.next();
                                                } finally {
                                                    connection.running(null);
                                                }
                                            }));
            long start = System.nanoTime();
            Awaitility.await()
                    .atMost(RealBackend.WAIT)
                    .pollInterval(Duration.ofMillis(100))
                    .until(
                            () -> {
                                connection.cancelRunning();
                                return running.isDone();
                            });
            System.out.println(
                    engine
                            + ": cancel took "
                            + Duration.ofNanos(System.nanoTime() - start)
                            + " in all");
            // Derby's network server cannot be asked, so the connection is cut.
            assertThat(running.get())
                    .isEqualTo(
                            engine == Engine.DERBY
                                    ? FailureClass.CONNECTION
                                    : FailureClass.CANCELLED);
            if (engine != Engine.DERBY) {
                RealBackend.execute(connection, "CREATE TABLE after_cancel (id INT)");
            }
            connection.release();
        }
    }

    private static String endless(Engine engine) {
        return switch (engine) {
            case POSTGRESQL -> "SELECT pg_sleep(600)";
            case MARIADB ->
                    "SELECT COUNT(*) FROM seq_1_to_1000000 a, seq_1_to_1000000 b WHERE MOD(a.seq *"
                            + " b.seq, 7) = 3";
            case H2 ->
                    "SELECT COUNT(*) FROM SYSTEM_RANGE(1, 1000000) a, SYSTEM_RANGE(1, 1000000) b"
                            + " WHERE MOD(a.x * b.x, 7) = 3";
            case DERBY ->
                    "SELECT COUNT(*) FROM SYS.SYSCOLUMNS a, SYS.SYSCOLUMNS b, SYS.SYSCOLUMNS c,"
                            + " SYS.SYSCOLUMNS d WHERE a.COLUMNNUMBER + b.COLUMNNUMBER +"
                            + " c.COLUMNNUMBER + d.COLUMNNUMBER = 5";
        };
    }

    /** pgjdbc's commit of a failed transaction returns as if it had worked. */
    @ParameterizedTest
    @EnumSource(
            value = Engine.class,
            names = {"POSTGRESQL"})
    void aCommitOfAFailedTransactionFails(Engine engine) throws SQLException {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            BackendConnection connection = twoRows(real);
            connection.begin(READ_COMMITTED, false);
            RealBackend.execute(connection, "UPDATE t SET n = 5 WHERE id = 1");
            assertThat(classOf(real, () -> RealBackend.execute(connection, "SELECT nothere")))
                    .isEqualTo(FailureClass.OBJECT_MISSING);
            assertThat(classOf(real, () -> RealBackend.execute(connection, "SELECT 1")))
                    .isEqualTo(FailureClass.DOOMED);
            assertThat(classOf(real, connection::commit)).isEqualTo(FailureClass.DOOMED);
            assertThat(connection.inTransaction()).isFalse();
            connection.release();
        }
    }

    /** The schema changes behind a prepared statement, on another connection. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void aPreparedStatementSurvivesAChangeOfTheSchema(Engine engine) throws SQLException {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            BackendConnection changing = twoRows(real);
            BackendConnection reading = real.borrow();
            for (int i = 0; i < 10; i++) {
                assertThat(columns(reading)).isEqualTo(2);
            }
            RealBackend.execute(changing, "ALTER TABLE t ADD COLUMN m INT");
            real.backend().schemaChanged();
            reading.begin(READ_COMMITTED, false);
            assertThat(columns(reading)).isEqualTo(3);
            reading.commit();
            reading.release();
            changing.release();
        }
    }

    private static int columns(BackendConnection connection) throws SQLException {
        PreparedStatement select = connection.prepare("SELECT * FROM t", KeyColumns.NONE);
        try (ResultSet rows = select.executeQuery()) {
            assertThat(rows.next()).isTrue();
            return rows.getMetaData().getColumnCount();
        } finally {
            connection.giveBack(select);
        }
    }

    private static BackendConnection twoRows(RealBackend real) throws SQLException {
        BackendConnection connection = real.borrow();
        for (String sql :
                List.of(
                        "CREATE TABLE t (id INT NOT NULL PRIMARY KEY, n INT)",
                        "INSERT INTO t VALUES (1, 0)",
                        "INSERT INTO t VALUES (2, 0)")) {
            RealBackend.execute(connection, sql);
        }
        return connection;
    }

    private static void expect(
            RealBackend real, BackendConnection connection, FailureClass expected, String sql) {
        assertThat(classOf(real, () -> RealBackend.execute(connection, sql)))
                .as(sql)
                .isEqualTo(expected);
    }

    /** Null if nothing failed. */
    private static FailureClass classOf(RealBackend real, ThrowingCallable call) {
        SQLException failure = catchThrowableOfType(SQLException.class, call);
        if (failure == null) {
            return null;
        }
        FailureClass found = real.backend().dialect().classify(failure);
        if (found == FailureClass.OTHER) {
            System.out.println(
                    "unclassified: "
                            + failure.getSQLState()
                            + " "
                            + failure.getErrorCode()
                            + " "
                            + failure);
        }
        return found;
    }
}
