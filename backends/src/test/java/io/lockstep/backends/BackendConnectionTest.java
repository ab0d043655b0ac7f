package io.lockstep.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.backends.BackendConnection.KeyColumns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leases, statements and transactions on real embedded engines. */
class BackendConnectionTest {
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final int READ_COMMITTED = Connection.TRANSACTION_READ_COMMITTED;
    private static final String INSERT = "INSERT INTO t VALUES (?)";
    private static final String COUNT = "SELECT COUNT(*) FROM t";

    private Backend backend;

    private BackendConnection start(String engine) throws SQLException {
        backend = engine.equals("h2") ? EmbeddedDatabases.h2() : EmbeddedDatabases.derby();
        BackendConnection connection = backend.borrow(WAIT);
        execute(connection, "CREATE TABLE t (id INT NOT NULL PRIMARY KEY)");
        return connection;
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private static void execute(BackendConnection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void insert(BackendConnection connection, int id) throws SQLException {
        PreparedStatement statement = connection.prepare(INSERT, KeyColumns.NONE);
        statement.setInt(1, id);
        assertThat(statement.executeUpdate()).isEqualTo(1);
        connection.giveBack(statement);
    }

    private int countElsewhere() throws SQLException {
        BackendConnection other = backend.borrow(WAIT);
        try {
            return count(other);
        } finally {
            other.release();
        }
    }

    private static int count(BackendConnection connection) throws SQLException {
        PreparedStatement statement = connection.prepare(COUNT, KeyColumns.NONE);
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getInt(1);
        } finally {
            connection.giveBack(statement);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "derby"})
    void aTransactionEndsAsAsked(String engine) throws SQLException {
        BackendConnection connection = start(engine);
        connection.begin(READ_COMMITTED, false);
        insert(connection, 1);
        assertThat(connection.inTransaction()).isTrue();
        connection.rollback();
        assertThat(countElsewhere()).isZero();

        connection.begin(READ_COMMITTED, false);
        insert(connection, 2);
        connection.commit();
        assertThat(connection.inTransaction()).isFalse();
        assertThat(countElsewhere()).isEqualTo(1);
        connection.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "derby"})
    void autoCommitFollowsATransactionAtOnce(String engine) throws SQLException {
        BackendConnection connection = start(engine);
        connection.begin(READ_COMMITTED, false);
        insert(connection, 1);
        connection.commit();
        insert(connection, 2);
        assertThat(countElsewhere()).isEqualTo(2);
        connection.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "derby"})
    void aStatementHeldAcrossACommitRunsInAutoCommitMode(String engine) throws SQLException {
        BackendConnection connection = start(engine);
        connection.begin(READ_COMMITTED, false);
        PreparedStatement statement = connection.prepare(INSERT, KeyColumns.NONE);
        statement.setInt(1, 1);
        statement.executeUpdate();
        connection.commit();
        statement.setInt(1, 2);
        statement.executeUpdate();
        connection.giveBack(statement);
        assertThat(countElsewhere()).isEqualTo(2);
        connection.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "derby"})
    void releaseRollsBackWhatIsOpen(String engine) throws SQLException {
        BackendConnection connection = start(engine);
        connection.begin(READ_COMMITTED, false);
        insert(connection, 1);
        connection.release();
        assertThat(countElsewhere()).isZero();
        assertThat(backend.pool().active()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "derby"})
    void discardRollsBackWhatIsOpenAndFreesItsLocks(String engine) throws SQLException {
        BackendConnection connection = start(engine);
        connection.begin(READ_COMMITTED, false);
        insert(connection, 1);
        connection.discard("test");
        BackendConnection other = backend.borrow(WAIT);
        insert(other, 1);
        assertThat(count(other)).isEqualTo(1);
        other.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "derby"})
    void theNextLeaseStartsWithDefaults(String engine) throws SQLException {
        BackendConnection connection = start(engine);
        connection.useIsolation(Connection.TRANSACTION_SERIALIZABLE);
        assertThat(count(connection)).isZero();
        Connection physical = connection.jdbc();
        assertThat(physical.getTransactionIsolation())
                .isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
        connection.release();

        BackendConnection next = backend.borrow(WAIT);
        assertThat(next.jdbc()).isSameAs(physical);
        assertThat(count(next)).isZero();
        assertThat(physical.getTransactionIsolation()).isEqualTo(READ_COMMITTED);
        next.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "derby"})
    void aLeasedStatementIsNobodyElses(String engine) throws SQLException {
        BackendConnection connection = start(engine);
        PreparedStatement first = connection.prepare(COUNT, KeyColumns.NONE);
        PreparedStatement second = connection.prepare(COUNT, KeyColumns.NONE);
        assertThat(second).isNotSameAs(first);
        first.setMaxRows(7);
        connection.giveBack(first);
        connection.giveBack(second);
        assertThat(second.isClosed()).isTrue();
        PreparedStatement third = connection.prepare(COUNT, KeyColumns.NONE);
        assertThat(third).isSameAs(first);
        assertThat(third.getMaxRows()).isZero();
        connection.giveBack(third);
        connection.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "derby"})
    void generatedKeysAreAskedForSeparately(String engine) throws SQLException {
        BackendConnection connection = start(engine);
        execute(
                connection,
                "CREATE TABLE k (id INT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, v INT)");
        String insert = "INSERT INTO k (v) VALUES (1)";
        PreparedStatement plain = connection.prepare(insert, KeyColumns.NONE);
        connection.giveBack(plain);
        for (KeyColumns keys : List.of(new KeyColumns.All(), new KeyColumns.Named(List.of("ID")))) {
            PreparedStatement statement = connection.prepare(insert, keys);
            assertThat(statement).isNotSameAs(plain);
            statement.executeUpdate();
            try (ResultSet row = statement.getGeneratedKeys()) {
                assertThat(row.next()).isTrue();
            }
            connection.giveBack(statement);
        }
        connection.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "derby"})
    void aChangedSessionIsNotPassedOn(String engine) throws SQLException {
        BackendConnection connection = start(engine);
        Connection physical = connection.jdbc();
        connection.markSessionStateChanged();
        connection.release();
        BackendConnection next = backend.borrow(WAIT);
        assertThat(next.jdbc()).isNotSameAs(physical);
        next.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "derby"})
    void cutAllHarmsNobodyWhenEmbedded(String engine) throws SQLException {
        BackendConnection connection = start(engine);
        backend.cutAll();
        insert(connection, 1);
        connection.release();
        assertThat(countElsewhere()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "derby"})
    void aFullPoolSaysSo(String engine) throws SQLException {
        BackendConnection connection = start(engine);
        List<BackendConnection> others =
                List.of(backend.borrow(WAIT), backend.borrow(WAIT), backend.borrow(WAIT));
        assertThatThrownBy(() -> backend.borrow(Duration.ofMillis(50)))
                .isInstanceOf(BackendBusyException.class)
                .hasMessageContaining("all 4 connections");
        others.forEach(BackendConnection::release);
        connection.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "derby"})
    void itTellsItsProductAndAnswersAPing(String engine) throws SQLException {
        start(engine).release();
        assertThat(backend.productVersion().product()).containsIgnoringCase(engine);
        backend.ping(WAIT);
        backend.ping(WAIT);
    }
}
