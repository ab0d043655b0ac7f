package io.lockstep.tests.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.tests.harness.FaultProxy;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Databases;
import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing may wait for a server that is frozen, gone or silent. */
class LivenessTest {
    private static final Duration LOCK_WAIT = Duration.ofSeconds(5);
    private static final Duration PING = Duration.ofMillis(500);
    private static final int READ_COMMITTED = Connection.TRANSACTION_READ_COMMITTED;

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aPingOfAFrozenServerEndsInTimeAndOneAfterwardsSucceeds(Engine engine) throws SQLException {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            real.backend().ping(RealBackend.WAIT);
            real.server().freeze();
            try {
                for (int i = 0; i < 3; i++) {
                    long start = System.nanoTime();
                    assertThatThrownBy(() -> real.backend().ping(PING))
                            .isInstanceOf(SQLException.class);
                    assertThat(since(start)).isLessThan(PING.plusMillis(500));
                }
            } finally {
                real.server().thaw();
            }
            Awaitility.await()
                    .atMost(RealBackend.WAIT)
                    .ignoreExceptions()
                    .untilAsserted(() -> real.backend().ping(PING));
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aFirstPingOfAFrozenServerEndsInTime(Engine engine) throws SQLException {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            real.server().freeze();
            try {
                long start = System.nanoTime();
                assertThatThrownBy(() -> real.backend().ping(PING))
                        .isInstanceOf(SQLException.class);
                assertThat(since(start)).isLessThan(PING.plusMillis(500));
            } finally {
                real.server().thaw();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aLoginAtAFrozenServerEndsInTime(Engine engine) throws SQLException {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            real.server().freeze();
            try {
                long start = System.nanoTime();
                assertThatThrownBy(() -> real.borrow())
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e ->
                                        assertThat(real.backend().dialect().classify(e))
                                                .isIn(
                                                        FailureClass.CONNECTION,
                                                        FailureClass.CANCELLED));
                // pgjdbc asks for TLS first and, unanswered, tries once more without.
                assertThat(since(start))
                        .isLessThan(RealBackend.CONNECT_TIMEOUT.multipliedBy(2).plusSeconds(2));
            } finally {
                real.server().thaw();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void cutAllWakesAThreadThatWaitsForAFrozenServer(Engine engine) throws Exception {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            BackendConnection connection = real.borrow();
            RealBackend.execute(connection, "CREATE TABLE t (id INT NOT NULL PRIMARY KEY)");
            connection.begin(READ_COMMITTED, false);
            RealBackend.execute(connection, "INSERT INTO t VALUES (1)");
            real.server().freeze();
            try {
                CompletableFuture<SQLException> blocked = failureOf(connection, "DELETE FROM t");
                long start = System.nanoTime();
                real.backend().cutAll();
                SQLException failure = blocked.get(1, TimeUnit.SECONDS);
                System.out.println(engine + ": cutAll woke a reader after " + since(start));
                assertThat(real.backend().dialect().classify(failure))
                        .isEqualTo(FailureClass.CONNECTION);
                long releasing = System.nanoTime();
                connection.release();
                assertThat(since(releasing)).isLessThan(Duration.ofMillis(500));
            } finally {
                real.server().thaw();
            }
            BackendConnection next = real.borrow();
            RealBackend.execute(next, "INSERT INTO t VALUES (1)");
            next.release();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void abortWakesOneConnectionAndNoOther(Engine engine) throws Exception {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            BackendConnection first = real.borrow();
            BackendConnection second = real.borrow();
            RealBackend.execute(first, "CREATE TABLE t (id INT NOT NULL PRIMARY KEY)");
            real.server().freeze();
            try {
                CompletableFuture<SQLException> blocked = failureOf(first, "DELETE FROM t");
                first.abort();
                assertThat(real.backend().dialect().classify(blocked.get(1, TimeUnit.SECONDS)))
                        .isEqualTo(FailureClass.CONNECTION);
                first.discard("aborted");
            } finally {
                real.server().thaw();
            }
            RealBackend.execute(second, "INSERT INTO t VALUES (1)");
            second.release();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aKilledServerIsNoticedAtOnceAndComesBack(Engine engine) throws Exception {
        try (RealBackend real = RealBackend.open(engine, LOCK_WAIT)) {
            BackendConnection connection = real.borrow();
            RealBackend.execute(connection, "CREATE TABLE t (id INT NOT NULL PRIMARY KEY)");
            real.backend().ping(RealBackend.WAIT);
            real.server().kill();
            Awaitility.await().atMost(RealBackend.WAIT).until(() -> !real.server().isRunning());
            assertThatThrownBy(() -> RealBackend.execute(connection, "INSERT INTO t VALUES (1)"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e ->
                                    assertThat(real.backend().dialect().classify(e))
                                            .isEqualTo(FailureClass.CONNECTION));
            connection.discard("dead");
            real.backend().cutAll();

            long start = System.nanoTime();
            assertThatThrownBy(() -> real.borrow())
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e ->
                                    assertThat(real.backend().dialect().classify(e))
                                            .isEqualTo(FailureClass.CONNECTION))
                    .hasMessageContaining("no connection to jdbc:");
            System.out.println(engine + ": borrow from a dead server failed in " + since(start));
            // H2 reads how often to retry when its classes load: here before the backend's, so it
            // tries for more than a second.
            assertThat(since(start)).isLessThan(Duration.ofSeconds(engine == Engine.H2 ? 3 : 1));
            assertThatThrownBy(() -> real.backend().ping(PING)).isInstanceOf(SQLException.class);

            Databases.server(engine, 0);
            real.backend().ping(RealBackend.WAIT);
            BackendConnection next = real.borrow();
            RealBackend.execute(next, "INSERT INTO t VALUES (1)");
            next.release();
        }
    }

    /** The network between, not the server, goes silent. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void aSilentNetworkIsTheSameAsAFrozenServer(Engine engine) throws Exception {
        Database database = Databases.fresh(engine, 0);
        try (FaultProxy proxy = FaultProxy.to(database.server().port());
                RealBackend real =
                        RealBackend.open(database, database.url(proxy.port()), LOCK_WAIT)) {
            real.backend().ping(RealBackend.WAIT);
            proxy.freeze();
            assertThatThrownBy(() -> real.backend().ping(PING)).isInstanceOf(SQLException.class);
            proxy.thaw();
            Awaitility.await()
                    .atMost(RealBackend.WAIT)
                    .ignoreExceptions()
                    .untilAsserted(() -> real.backend().ping(PING));
        }
    }

    /** What a statement that is certainly on its way ends with. */
    private static CompletableFuture<SQLException> failureOf(
            BackendConnection connection, String sql) throws SQLException {
        Statement statement = connection.createStatement();
        CompletableFuture<SQLException> failure = new CompletableFuture<>();
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                statement.execute(sql);
                                failure.completeExceptionally(
                                        new AssertionError(sql + " succeeded"));
                            } catch (SQLException e) {
                                failure.complete(e);
                            }
                        },
                        "lockstep-test-blocked");
        thread.start();
        Awaitility.await()
                .atMost(RealBackend.WAIT)
                .until(() -> inSocketRead(thread.getStackTrace()));
        return failure;
    }

    private static boolean inSocketRead(StackTraceElement[] stack) {
        for (StackTraceElement element : stack) {
            if (element.getMethodName().contains("read")
                    && element.getClassName()
                            .toLowerCase(java.util.Locale.ROOT)
                            .contains("socket")) {
                return true;
            }
        }
        return false;
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
