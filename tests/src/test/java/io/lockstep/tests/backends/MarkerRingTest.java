package io.lockstep.tests.backends;

import static io.lockstep.tests.backends.RealMarkersTest.begin;
import static io.lockstep.tests.backends.RealMarkersTest.count;
import static io.lockstep.tests.backends.RealMarkersTest.insertRow;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.markers.Marker;
import io.lockstep.backends.markers.MarkerTables;
import io.lockstep.backends.markers.Markers;
import io.lockstep.backends.markers.Markers.Position;
import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Engine;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The marker tables are emptied while commits go on, and no marker that counts is lost. */
class MarkerRingTest {
    private static final int WRITERS = 6;
    private static final int LOOKS_AT_LEAST = 5;
    private static final int COMMITS_BETWEEN_LOOKS = 25;
    private static final int LONGEST_STEP = 200;

    static String table(Database database, int table) {
        return database.server().engine() == Engine.MARIADB
                ? "lockstep.marker_" + table + "_" + database.name()
                : "lockstep.marker_" + table;
    }

    private static void commit(RealBackend real, long sequence) throws SQLException {
        BackendConnection connection = real.borrow();
        try {
            begin(connection);
            insertRow(connection, (int) sequence);
            connection.commit(new Marker(sequence, 1));
        } finally {
            connection.release();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    @Timeout(60)
    void aTableInUseStaysAndNobodyWaits(Engine engine) throws Exception {
        try (RealBackend real = RealMarkersTest.open(engine, Duration.ofSeconds(30))) {
            Markers markers = real.backend().markers();
            long round = MarkerTables.TABLES * MarkerTables.RANGE;
            for (long sequence : new long[] {5, round / 2 - 1, round - 1}) {
                commit(real, sequence);
            }
            BackendConnection redo = real.borrow();
            try {
                begin(redo);
                assertThat(redo.insert(new Marker(round + 5, 1))).isTrue();
                long before = System.nanoTime();
                markers.advance(round - 1, 1);
                commit(real, round + 6);
                markers.advance(round - 1, 1);
                assertThat(Duration.ofNanos(System.nanoTime() - before))
                        .isLessThan(Duration.ofSeconds(20)); // far from the wait for a lock
                redo.commit();
            } finally {
                redo.release();
            }
            assertThat(markers.position().watermark()).isEqualTo(round - 1);
            assertThat(markers.position().markers()).containsExactly(round + 5, round + 6);
            commit(real, 2 * round - 1);
            markers.advance(2 * round - 1, 1);
            markers.advance(2 * round, 1);
            assertThat(count(real.database(), table(real.database(), 0))).isZero();
            assertThat(count(real.database(), table(real.database(), 1))).isZero();
            assertThat(markers.position().markers()).isEmpty();
        }
    }

    /** Sequences jump so that the ring comes round several times. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void noMarkerAboveTheWatermarkIsLost(Engine engine) throws Exception {
        long last =
                MarkerTables.TABLES * MarkerTables.RANGE * TestSettings.scale(10, 1)
                        + MarkerTables.RANGE / 2;
        Random random = TestSettings.random("marker ring on " + engine);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (RealBackend real = RealMarkersTest.open(engine)) {
            Markers markers = real.backend().markers();
            AtomicLong next = new AtomicLong();
            AtomicBoolean finished = new AtomicBoolean();
            NavigableSet<Long> open = new ConcurrentSkipListSet<>();
            SortedSet<Long> done = new ConcurrentSkipListSet<>();
            List<Future<Void>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Random own = new Random(random.nextLong());
                writers.add(
                        threads.submit(
                                () -> {
                                    BackendConnection connection = real.borrow();
                                    try {
                                        write(connection, finished, next, open, done, own);
                                    } finally {
                                        connection.release();
                                    }
                                    return null;
                                }));
            }
            int looks = 0;
            while (writers.stream().noneMatch(Future::isDone)
                    && (looks < LOOKS_AT_LEAST || next.get() < last)) {
                long lowest = lowestOpen(next, open);
                markers.advance(lowest - 1, 1);
                SortedSet<Long> doneBefore = new TreeSet<>(done.tailSet(lowest));
                assertThat(markers.position().markers())
                        .contains(doneBefore.stream().mapToLong(Long::longValue).toArray());
                looks++;
                int seen = done.size();
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(2))
                        .until(
                                () ->
                                        done.size() >= seen + COMMITS_BETWEEN_LOOKS
                                                || writers.stream().anyMatch(Future::isDone));
            }
            finished.set(true);
            for (Future<Void> writer : writers) {
                writer.get();
            }
            Position position = markers.position();
            assertThat(position.markers())
                    .containsExactly(
                            done.tailSet(position.watermark() + 1).stream()
                                    .mapToLong(Long::longValue)
                                    .toArray());
            markers.advance(next.get(), 1);
            for (int table = 0; table < MarkerTables.TABLES; table++) {
                if (table != MarkerTables.table(next.get())) {
                    assertThat(count(real.database(), table(real.database(), table))).isZero();
                }
            }
            assertThat(count(real.database(), "t")).isEqualTo(done.size());
        } finally {
            threads.shutdownNow();
        }
    }

    /** Below it everything is done. */
    private static long lowestOpen(AtomicLong next, NavigableSet<Long> open) {
        synchronized (next) {
            Long first = open.ceiling(0L); // null if the last one ends at this moment
            return first == null ? next.get() + 1 : first;
        }
    }

    private static void write(
            BackendConnection connection,
            AtomicBoolean finished,
            AtomicLong next,
            NavigableSet<Long> open,
            SortedSet<Long> done,
            Random random)
            throws SQLException {
        while (!finished.get()) {
            long sequence;
            synchronized (next) { // drawn and open at one moment
                sequence = next.addAndGet(1 + random.nextInt(LONGEST_STEP));
                open.add(sequence);
            }
            begin(connection);
            insertRow(connection, (int) sequence);
            connection.commit(new Marker(sequence, 1));
            done.add(sequence);
            open.remove(sequence);
        }
    }
}
