package io.lockstep.tests.backends;

import static io.lockstep.tests.backends.RealMarkersTest.begin;
import static io.lockstep.tests.backends.RealMarkersTest.insertRow;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.markers.Marker;
import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A database killed in the middle of commits: what it holds afterwards, it has the markers of, and
 * no others.
 */
class MarkersAfterKillTest {
    private static final int WRITERS = 6;
    private static final int COMMITS_BEFORE = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ParameterizedTest
    @EnumSource(Engine.class)
    void rowAndMarkerAreThereTogetherOrNotAtAll(Engine engine) throws Exception {
        AtomicInteger sequence = new AtomicInteger();
        Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (RealBackend real = RealMarkersTest.open(engine)) {
            for (int round = 0; round < TestSettings.scale(10, 2); round++) {
                int before = acknowledged.size();
                List<Future<Integer>> writers = new ArrayList<>();
                for (int i = 0; i < WRITERS; i++) {
                    BackendConnection connection = real.borrow();
                    writers.add(
                            threads.submit(
                                    () -> writeUntilLost(connection, sequence, acknowledged)));
                }
                Awaitility.await()
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> acknowledged.size() >= before + COMMITS_BEFORE);
                real.server().kill();
                for (Future<Integer> writer : writers) {
                    writer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                }
                real.backend().cutAll();
                real.backend().newTerm();
                real.server().start();

                long[] markers = real.backend().markers().position().markers();
                assertThat(markers).isEqualTo(rows(real.database()));
                if (engine != Engine.H2) { // which forgets what it has acknowledged
                    assertThat(markers)
                            .contains(acknowledged.stream().mapToLong(Long::longValue).toArray());
                }
                assertThat(real.backend().markers().claim()).contains(RealMarkersTest.claim(1));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** How many it has committed. */
    private static int writeUntilLost(
            BackendConnection connection, AtomicInteger sequence, Set<Long> acknowledged) {
        int committed = 0;
        try {
            while (true) {
                int mine = sequence.incrementAndGet();
                begin(connection);
                insertRow(connection, mine);
                connection.prepareMarker(new Marker(mine, 1));
                connection.commit(new Marker(mine, 1));
                acknowledged.add((long) mine);
                committed++;
            }
        } catch (SQLException e) {
            return committed; // the database has been killed, as the test wants it
        } finally {
            connection.discard("its database was killed");
        }
    }

    private static long[] rows(Database database) throws SQLException {
        List<Long> rows = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id FROM t ORDER BY id")) {
            while (row.next()) {
                rows.add(row.getLong(1));
            }
        }
        return rows.stream().mapToLong(Long::longValue).toArray();
    }
}
