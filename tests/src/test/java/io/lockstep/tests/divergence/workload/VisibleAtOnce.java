package io.lockstep.tests.divergence.workload;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * An acknowledged write is seen by every later read of every session, and no session reads
 * backwards.
 */
final class VisibleAtOnce implements Workload {
    private static final int ROWS = 8;

    private final AtomicLongArray acknowledged = new AtomicLongArray(ROWS);

    @Override
    public List<String> schema() {
        List<String> all = new ArrayList<>();
        all.add("CREATE TABLE signs (id INT NOT NULL PRIMARY KEY, n BIGINT NOT NULL)");
        for (int id = 0; id < ROWS; id++) {
            all.add("INSERT INTO signs VALUES (%d, 0)".formatted(id));
        }
        return all;
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        int id = session.below(ROWS);
        if (session.onceIn(3)) {
            session.begin();
            session.update("UPDATE signs SET n = n + 1 WHERE id = ?", id);
            long n = read(session, id);
            session.commit();
            acknowledged.accumulateAndGet(id, n, Math::max);
            return;
        }
        long least = acknowledged.get(id);
        long first = read(session, id);
        long second = read(session, id);
        if (first < least || second < first) {
            throw new AssertionError(
                    "row %d: %d was acknowledged, then read were %d and %d"
                            .formatted(id, least, first, second));
        }
    }

    private static long read(ClientSession session, int id) throws SQLException {
        return session.number("SELECT n FROM signs WHERE id = ?", id).orElseThrow();
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        for (int id = 0; id < ROWS; id++) {
            long n = evidence.number("SELECT n FROM signs WHERE id = " + id);
            if (n < acknowledged.get(id)) {
                throw new AssertionError(
                        "row %d holds %d, %d was acknowledged"
                                .formatted(id, n, acknowledged.get(id)));
            }
        }
    }
}
