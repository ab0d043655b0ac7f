package io.lockstep.tests.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.BackendSettings;
import io.lockstep.backends.Backends;
import io.lockstep.backends.catalogue.TableName;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.backends.markers.FencedException;
import io.lockstep.backends.markers.LostCommitsException;
import io.lockstep.backends.markers.Marker;
import io.lockstep.backends.markers.Markers;
import io.lockstep.backends.markers.Markers.Claim;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Databases;
import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commits with markers, and who may commit, on the real engines. */
class RealMarkersTest {
    private static final Duration LOCK_WAIT = Duration.ofSeconds(5);
    private static final int CONNECTIONS = 12;
    static final UUID LOG = UUID.fromString("00000000-0000-4000-8000-000000000001");

    static Claim claim(long epoch) {
        return new Claim("shop", LOG, epoch, 1, "controller " + epoch, epoch * 1_000);
    }

    /** Claimed under epoch 1, with an empty table t. */
    static RealBackend open(Engine engine) throws SQLException {
        return open(engine, LOCK_WAIT);
    }

    static RealBackend open(Engine engine, Duration lockWait) throws SQLException {
        Database database = Databases.fresh(engine, 0);
        RealBackend real = RealBackend.open(database, database.url(), lockWait, CONNECTIONS);
        real.database().execute("CREATE TABLE t (id INT PRIMARY KEY)");
        real.backend().markers().create();
        real.backend().markers().raise(null, claim(1));
        return real;
    }

    static void begin(BackendConnection connection) throws SQLException {
        connection.begin(Connection.TRANSACTION_READ_COMMITTED, false);
    }

    static void insertRow(BackendConnection connection, int id) throws SQLException {
        PreparedStatement insert =
                connection.prepare("INSERT INTO t VALUES (?)", BackendConnection.KeyColumns.NONE);
        try {
            insert.setInt(1, id);
            assertThat(insert.executeUpdate()).isEqualTo(1);
        } finally {
            connection.giveBack(insert);
        }
    }

    static long count(Database database, String what) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + what)) {
            row.next();
            return row.getLong(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aDatabaseIsClaimedOnceAndTellsByWhom(Engine engine) throws SQLException {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            Markers markers = real.backend().markers();
            assertThat(markers.claim()).isEmpty();
            markers.create();
            markers.create();
            assertThat(markers.claim()).isEmpty();
            assertThat(markers.position().watermark()).isEqualTo(Markers.NO_WATERMARK);

            markers.raise(null, claim(1));
            markers.raise(null, claim(1)); // its answer was lost, say
            assertThat(markers.claim()).contains(claim(1));
            assertThatThrownBy(() -> markers.raise(null, claim(2)))
                    .isInstanceOf(FencedException.class)
                    .hasMessageContaining("controller 1 for virtual database shop");
            markers.raise(claim(1), claim(2));
            assertThatThrownBy(() -> markers.raise(claim(1), claim(3)))
                    .isInstanceOf(FencedException.class);
            Claim newView = new Claim("shop", LOG, 2, 7, "controller 2", 9);
            markers.raise(claim(2), newView);
            assertThat(markers.claim()).contains(newView);
            markers.create();
            assertThat(markers.claim()).contains(newView);
        }
    }

    /** Killed, restored or exchanged between two requests: the first new connection tells. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void aDatabaseThatHasForgottenWhatItConfirmedIsFoundOut(Engine engine) throws SQLException {
        try (RealBackend real = open(engine)) {
            BackendConnection connection = real.borrow();
            for (int id = 1; id <= 40; id++) {
                begin(connection);
                insertRow(connection, id);
                connection.commit(new Marker(19_980 + id, 1));
            }
            connection.discard("so that the next one is new");
            real.backend().markers().advance(20_015, 1);
            real.backend().renewConnections();
            real.borrow().discard("it holds all");

            String newest = MarkerRingTest.table(real.database(), 1);
            real.database().execute("DELETE FROM " + newest + " WHERE seq = 20019");
            real.backend().renewConnections();
            assertThatThrownBy(real::borrow)
                    .isInstanceOf(LostCommitsException.class)
                    .hasMessageContaining("commit 20019");
            real.backend().cutAll(); // it has left service, and is found out still
            assertThatThrownBy(real::borrow).isInstanceOf(LostCommitsException.class);
            assertThatThrownBy(() -> real.backend().markers().advance(20_019, 1))
                    .isInstanceOf(LostCommitsException.class);

            real.backend().newTerm(); // now it is to be looked at
            assertThatThrownBy(() -> real.backend().markers().advance(20_019, 1))
                    .hasMessageContaining("has left");
            assertThat(real.backend().markers().position().markers())
                    .containsExactly(20_016, 20_017, 20_018, 20_020);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void rowsAndMarkerAreCommittedTogetherAndTheConnectionGoesOn(Engine engine)
            throws SQLException {
        try (RealBackend real = open(engine)) {
            Markers markers = real.backend().markers();
            BackendConnection connection = real.borrow();
            try {
                for (int id = 1; id <= 20; id++) {
                    begin(connection);
                    insertRow(connection, id);
                    connection.prepareMarker(new Marker(id * 10_000L, 1));
                    connection.commit(new Marker(id * 10_000L, 1));
                    assertThat(connection.inTransaction()).isFalse();
                    insertRow(connection, 1_000 + id); // auto-commit, at once
                    begin(connection);
                    insertRow(connection, 2_000 + id);
                    connection.rollback();
                    begin(connection);
                    insertRow(connection, 3_000 + id);
                    connection.commit();
                }
            } finally {
                connection.release();
            }
            assertThat(count(real.database(), "t")).isEqualTo(60);
            assertThat(markers.position().markers())
                    .hasSize(20)
                    .startsWith(10_000)
                    .endsWith(200_000);
            markers.advance(195_000, 1);
            assertThat(markers.position().watermark()).isEqualTo(195_000);
            assertThat(markers.position().markers()).containsExactly(200_000);
            markers.advance(100_000, 1);
            assertThat(markers.position().watermark()).isEqualTo(195_000);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aMarkerThatIsThereAlreadyPreventsTheCommit(Engine engine) throws SQLException {
        try (RealBackend real = open(engine)) {
            BackendConnection connection = real.borrow();
            try {
                begin(connection);
                insertRow(connection, 1);
                connection.commit(new Marker(5, 1));

                begin(connection);
                insertRow(connection, 2);
                SQLException refused =
                        catchThrowableOfType(
                                SQLException.class, () -> connection.commit(new Marker(5, 1)));
                assertThat(real.backend().dialect().classify(refused))
                        .isEqualTo(FailureClass.DUPLICATE_KEY);
                assertThat(connection.inTransaction()).isFalse();

                begin(connection);
                assertThat(connection.insert(new Marker(5, 1))).isFalse();
                connection.rollback();
                begin(connection);
                assertThat(connection.insert(new Marker(6, 1))).isTrue();
                insertRow(connection, 3);
                connection.commit();
            } finally {
                connection.release();
            }
            assertThat(count(real.database(), "t")).isEqualTo(2);
            assertThat(real.backend().markers().position().markers()).containsExactly(5, 6);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aDeposedControllerCommitsNothing(Engine engine) throws SQLException {
        try (RealBackend real = open(engine)) {
            real.backend().markers().raise(claim(1), claim(2));
            BackendConnection connection = real.borrow();
            try {
                begin(connection);
                insertRow(connection, 1);
                FencedException fenced =
                        catchThrowableOfType(
                                FencedException.class, () -> connection.commit(new Marker(1, 1)));
                assertThat((Throwable) fenced)
                        .hasMessageContaining("controller 2 for virtual database shop");
                assertThat(fenced.holder()).contains(claim(2));
                assertThat(real.backend().dialect().classify(fenced))
                        .isEqualTo(FailureClass.FENCED);
                begin(connection);
                assertThatThrownBy(() -> connection.insert(new Marker(1, 1)))
                        .isInstanceOf(FencedException.class);
                assertThat(connection.inTransaction()).isFalse();
                begin(connection);
                insertRow(connection, 2);
                connection.commit(new Marker(1, 2));
            } finally {
                connection.release();
            }
            assertThat(count(real.database(), "t")).isEqualTo(1);
            assertThat(real.backend().markers().position().markers()).containsExactly(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void anotherTransactionsFailureLeavesNothing(Engine engine) throws SQLException {
        try (RealBackend real = open(engine)) {
            BackendConnection connection = real.borrow();
            try {
                insertRow(connection, 1);
                begin(connection);
                insertRow(connection, 2);
                assertThatThrownBy(() -> insertRow(connection, 1)).isInstanceOf(SQLException.class);
                if (real.backend().dialect().failureDoomsTransaction()) {
                    assertThatThrownBy(() -> connection.commit(new Marker(1, 1)))
                            .isInstanceOf(SQLException.class)
                            .extracting(e -> ((SQLException) e).getSQLState())
                            .isEqualTo("25P02");
                    assertThat(connection.inTransaction()).isFalse();
                    assertThat(count(real.database(), "t")).isEqualTo(1);
                    assertThat(real.backend().markers().position().markers()).isEmpty();
                } else {
                    connection.commit(new Marker(1, 1));
                    assertThat(count(real.database(), "t")).isEqualTo(2);
                }
                begin(connection);
                insertRow(connection, 3);
                connection.commit(new Marker(2, 1));
            } finally {
                connection.release();
            }
        }
    }

    @Test
    void aConstraintThatFailsAtCommitTakesTheMarkerWithIt() throws SQLException {
        try (RealBackend real = open(Engine.POSTGRESQL)) {
            real.database()
                    .execute(
                            "CREATE TABLE child (id INT PRIMARY KEY, parent INT REFERENCES t"
                                    + " DEFERRABLE INITIALLY DEFERRED)");
            BackendConnection connection = real.borrow();
            try {
                begin(connection);
                RealBackend.execute(connection, "INSERT INTO child VALUES (1, 99)");
                SQLException refused =
                        catchThrowableOfType(
                                SQLException.class, () -> connection.commit(new Marker(1, 1)));
                assertThat(real.backend().dialect().classify(refused))
                        .isEqualTo(FailureClass.FOREIGN_KEY);
                assertThat(connection.inTransaction()).isFalse();
                assertThat(real.backend().markers().position().markers()).isEmpty();
                assertThat(count(real.database(), "child")).isZero();
                begin(connection);
                insertRow(connection, 99);
                RealBackend.execute(connection, "INSERT INTO child VALUES (1, 99)");
                connection.commit(new Marker(1, 1));
            } finally {
                connection.release();
            }
            assertThat(count(real.database(), "child")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aBatchIsCommittedWithItsMarker(Engine engine) throws SQLException {
        try (RealBackend real = open(engine)) {
            BackendConnection connection = real.borrow();
            try {
                begin(connection);
                PreparedStatement insert =
                        connection.prepare(
                                "INSERT INTO t VALUES (?)", BackendConnection.KeyColumns.NONE);
                for (int id = 0; id < 100; id++) {
                    insert.setInt(1, id);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(100);
                connection.giveBack(insert);
                connection.commit(new Marker(1, 1));
            } finally {
                connection.release();
            }
            assertThat(count(real.database(), "t")).isEqualTo(100);
            assertThat(real.backend().markers().position().markers()).containsExactly(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void theCatalogueDoesNotShowThem(Engine engine) throws SQLException {
        Database database = Databases.fresh(engine, 0);
        BackendSettings settings =
                new BackendSettings(
                        "own",
                        database.url(),
                        Database.USER,
                        Database.PASSWORD,
                        1,
                        2,
                        RealBackend.CONNECT_TIMEOUT,
                        LOCK_WAIT,
                        "Kept_By_Lockstep");
        try (RealBackend real =
                new RealBackend(
                        Backends.open(settings, RealMarkersTest.class.getClassLoader()),
                        database)) {
            real.database().execute("CREATE TABLE t (id INT PRIMARY KEY)");
            Markers markers = real.backend().markers();
            markers.create();
            markers.raise(null, claim(1));
            assertThat(markers.claim()).contains(claim(1));
            assertThat(real.backend().readCatalogue().tables().keySet())
                    .singleElement()
                    .extracting(TableName::lockName)
                    .isEqualTo("t");
            assertThat(real.backend().readCatalogue().sequences()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void tablesThatForgetAreNamed(Engine engine) throws SQLException {
        try (RealBackend real = open(engine)) {
            assertThat(real.backend().markers().nonDurableTables()).isEmpty();
            String forgets =
                    switch (engine) {
                        case POSTGRESQL -> "CREATE UNLOGGED TABLE forgets (id INT PRIMARY KEY)";
                        case MARIADB -> "CREATE TABLE forgets (id INT PRIMARY KEY) ENGINE=Aria";
                        case H2 ->
                                "CREATE MEMORY TABLE forgets (id INT PRIMARY KEY) NOT PERSISTENT";
                        case DERBY -> null; // it has none
                    };
            if (forgets != null) {
                real.database().execute(forgets);
                assertThat(real.backend().markers().nonDurableTables())
                        .singleElement()
                        .asString()
                        .endsWithIgnoringCase(".forgets");
            }
        }
    }

    @Test
    void twoVirtualDatabasesShareAMariaDbServer() throws SQLException {
        try (RealBackend one = open(Engine.MARIADB);
                RealBackend other =
                        RealBackend.open(Databases.fresh(Engine.MARIADB, 0), LOCK_WAIT)) {
            assertThat(other.server()).isSameAs(one.server());
            assertThat(other.backend().markers().claim()).isEmpty();
            other.backend().markers().create();
            Claim others = new Claim("depot", UUID.randomUUID(), 40, 1, "another", 5);
            other.backend().markers().raise(null, others);
            BackendConnection connection = one.borrow();
            try {
                begin(connection);
                insertRow(connection, 1);
                connection.commit(new Marker(1, 1));
            } finally {
                connection.release();
            }
            other.backend().markers().advance(100_000, 40);
            assertThat(one.backend().markers().claim()).contains(claim(1));
            assertThat(other.backend().markers().claim()).contains(others);
            assertThat(one.backend().markers().position().markers()).containsExactly(1);
            assertThat(other.backend().markers().position().markers()).isEmpty();
        }
    }
}
