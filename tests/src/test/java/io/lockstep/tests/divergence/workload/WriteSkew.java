package io.lockstep.tests.divergence.workload;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Each pair must hold something: at SERIALIZABLE nobody takes the last from under another's eyes.
 */
final class WriteSkew implements Workload {
    private static final int PAIRS = 3;

    @Override
    public List<String> schema() {
        return List.of(
                "CREATE TABLE pairs (pair INT NOT NULL, side INT NOT NULL, n INT NOT NULL, PRIMARY KEY (pair, side))",
                "INSERT INTO pairs VALUES (0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1), (2, 0, 1), (2, 1, 1)");
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        int pair = session.below(PAIRS);
        int side = session.below(2);
        session.begin(Connection.TRANSACTION_SERIALIZABLE);
        long sum = session.number("SELECT SUM(n) FROM pairs WHERE pair = ?", pair).orElseThrow();
        if (sum < 1) {
            throw new AssertionError("a pair holds " + sum);
        }
        int change = sum > 1 ? -1 : 1;
        session.update(
                "UPDATE pairs SET n = n + ? WHERE pair = ? AND side = ?", change, pair, side);
        session.commit();
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        List<Long> broken =
                evidence.numbers("SELECT pair FROM pairs GROUP BY pair HAVING SUM(n) < 1");
        if (!broken.isEmpty()) {
            throw new AssertionError("pairs that hold nothing: " + broken);
        }
    }
}
