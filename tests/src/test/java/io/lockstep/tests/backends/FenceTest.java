package io.lockstep.tests.backends;

import static io.lockstep.tests.backends.RealMarkersTest.begin;
import static io.lockstep.tests.backends.RealMarkersTest.claim;
import static io.lockstep.tests.backends.RealMarkersTest.count;
import static io.lockstep.tests.backends.RealMarkersTest.insertRow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.backends.markers.FencedException;
import io.lockstep.backends.markers.Marker;
import io.lockstep.backends.markers.MarkerTables;
import io.lockstep.backends.markers.Markers;
import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.database.Engine;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Once the fence is raised, no commit under an older epoch becomes visible any more. */
class FenceTest {
    private static final int WRITERS = 8;
    private static final long PATIENCE_SECONDS = 30;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private Future<Void> raising(Markers markers, long epoch) {
        return threads.submit(
                () -> {
                    markers.raise(claim(epoch), claim(epoch + 1));
                    return null;
                });
    }

    private static void assertWaits(Future<Void> raise) {
        assertThatThrownBy(() -> raise.get(300, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aMarkerInsertedBeforeIsWaitedFor(Engine engine) throws Exception {
        try (RealBackend real = RealMarkersTest.open(engine)) {
            Markers markers = real.backend().markers();
            BackendConnection redo = real.borrow();
            BackendConnection late = real.borrow();
            try {
                begin(redo);
                assertThat(redo.insert(new Marker(1, 1))).isTrue();
                begin(late);
                insertRow(late, 2);
                Future<Void> raise = raising(markers, 1);
                assertWaits(raise);
                insertRow(redo, 1);
                redo.commit();
                raise.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertThatThrownBy(() -> late.commit(new Marker(2, 1)))
                        .isInstanceOf(FencedException.class);
                assertThat(late.inTransaction()).isFalse();
                assertThat(markers.position().markers()).containsExactly(1);
                assertThat(count(real.database(), "t")).isEqualTo(1);
            } finally {
                redo.release();
                late.release();
            }
        }
    }

    /**
     * A raise holds what keeps others from inserting markers while it waits for one that has: a
     * commit that comes then has perhaps read the old fence already, but goes on under the new one.
     * H2 keeps only some of them out, those that are through before it has risen.
     */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void aCommitThatMeetsARisingFenceIsRefused(Engine engine) throws Exception {
        long lastTable = 3 * MarkerTables.RANGE;
        try (RealBackend real = RealMarkersTest.open(engine)) {
            Markers markers = real.backend().markers();
            BackendConnection redo = real.borrow();
            BackendConnection late = real.borrow();
            try {
                begin(redo);
                assertThat(redo.insert(new Marker(lastTable, 1))).isTrue();
                Future<Void> raise = raising(markers, 1);
                assertWaits(raise);
                begin(late);
                insertRow(late, 1);
                Future<Void> commit =
                        threads.submit(
                                () -> {
                                    late.commit(new Marker(1, 1));
                                    return null;
                                });
                if (engine == Engine.H2) {
                    Awaitility.await().until(() -> commit.isDone() || !raise.isDone());
                } else {
                    assertWaits(commit);
                }
                redo.commit();
                raise.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                long[] visible = markers.position().markers();
                Throwable refused =
                        catchThrowable(() -> commit.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
                if (engine != Engine.H2) {
                    assertThat(visible).containsExactly(lastTable);
                    assertThat(refused).hasCauseInstanceOf(FencedException.class);
                }
                assertThat(markers.position().markers()).isEqualTo(visible);
                assertThat(count(real.database(), "t")).isEqualTo(visible.length - 1);
            } finally {
                redo.release();
                late.release();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void transactionsWithoutAMarkerAreNotWaitedFor(Engine engine) throws Exception {
        try (RealBackend real = RealMarkersTest.open(engine)) {
            BackendConnection open = real.borrow();
            try {
                begin(open);
                insertRow(open, 1);
                raising(real.backend().markers(), 1).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                open.prepareMarker(new Marker(1, 2));
                open.commit(new Marker(1, 2));
            } finally {
                open.release();
            }
            assertThat(count(real.database(), "t")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aRaiseThatWaitsTooLongChangesNothing(Engine engine) throws Exception {
        try (RealBackend real = RealMarkersTest.open(engine, Duration.ofSeconds(1))) {
            Markers markers = real.backend().markers();
            BackendConnection redo = real.borrow();
            try {
                begin(redo);
                assertThat(redo.insert(new Marker(1, 1))).isTrue();
                assertThatThrownBy(() -> markers.raise(claim(1), claim(2)))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e ->
                                        assertThat(real.backend().dialect().classify(e))
                                                .isEqualTo(FailureClass.LOCK_TIMEOUT));
                assertThat(markers.claim()).contains(claim(1));
                redo.commit();
                markers.raise(claim(1), claim(2));
                assertThat(markers.claim()).contains(claim(2));
            } finally {
                redo.release();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void ofTwoWhoClaimAtOnceOneIsRefused(Engine engine) throws Exception {
        try (RealBackend real = RealMarkersTest.open(engine)) {
            Markers markers = real.backend().markers();
            int rounds = TestSettings.scale(100, 10);
            for (long epoch = 1; epoch <= rounds; epoch++) {
                long now = epoch;
                Markers.Claim before = markers.claim().orElseThrow();
                List<Future<Boolean>> claims = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    var mine =
                            new Markers.Claim(
                                    "shop", RealMarkersTest.LOG, now + 1, 1, "claimant " + i, i);
                    claims.add(threads.submit(() -> isRaised(markers, before, mine)));
                }
                int won = 0;
                for (Future<Boolean> claim : claims) {
                    won += claim.get(PATIENCE_SECONDS, TimeUnit.SECONDS) ? 1 : 0;
                }
                assertThat(won).as("epoch " + now).isEqualTo(1);
            }
        }
    }

    private static boolean isRaised(Markers markers, Markers.Claim expected, Markers.Claim next)
            throws SQLException {
        try {
            markers.raise(expected, next);
            return true;
        } catch (FencedException e) {
            return false;
        }
    }

    /**
     * Writers commit as fast as they can under an epoch until they are refused; meanwhile the fence
     * is raised, again and again. What is visible when that returns is all that there ever is of
     * that epoch, and nothing acknowledged is missing.
     */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void noCommitSlipsThroughWhileTheFenceRises(Engine engine) throws Exception {
        try (RealBackend real = RealMarkersTest.open(engine)) {
            Markers markers = real.backend().markers();
            AtomicInteger sequence = new AtomicInteger();
            Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
            int rounds = TestSettings.scale(300, 25);
            for (long epoch = 1; epoch <= rounds; epoch++) {
                long now = epoch;
                int before = acknowledged.size();
                List<Future<Void>> writers = new ArrayList<>();
                for (int i = 0; i < WRITERS; i++) {
                    writers.add(
                            threads.submit(
                                    () -> writeUntilFenced(real, now, sequence, acknowledged)));
                }
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(1))
                        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                        .until(() -> acknowledged.size() >= before + 2 * WRITERS);
                markers.raise(claim(now), claim(now + 1));
                long rows = count(real.database(), "t");
                long[] visible = markers.position().markers();
                for (Future<Void> writer : writers) {
                    writer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                }
                assertThat(markers.position().markers()).as("epoch " + now).isEqualTo(visible);
                assertThat(count(real.database(), "t")).as("epoch " + now).isEqualTo(rows);
                assertThat(rows).isEqualTo(visible.length);
                assertThat(visible).hasSize(acknowledged.size());
            }
        }
    }

    private static Void writeUntilFenced(
            RealBackend real, long epoch, AtomicInteger sequence, Set<Integer> acknowledged)
            throws SQLException {
        BackendConnection connection = real.borrow();
        try {
            while (true) {
                int mine = sequence.incrementAndGet();
                begin(connection);
                insertRow(connection, mine);
                connection.commit(new Marker(mine, epoch));
                acknowledged.add(mine);
            }
        } catch (FencedException e) {
            return null; // what the test waits for
        } finally {
            connection.release();
        }
    }
}
