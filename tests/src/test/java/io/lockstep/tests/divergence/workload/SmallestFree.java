package io.lockstep.tests.divergence.workload;

import java.sql.SQLException;
import java.util.List;

/** Takes the row with the smallest free number by a subquery on the updated table. */
final class SmallestFree implements Workload {
    private final Numbers ids;
    private final Ledger seats = new Ledger("seats");
    private final Ledger taken = new Ledger("seats taken");

    SmallestFree(Numbers numbers) {
        this.ids = numbers;
    }

    @Override
    public List<String> schema() {
        return List.of("CREATE TABLE seats (id INT NOT NULL PRIMARY KEY, owner INT)");
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        int id = ids.next();
        switch (session.below(4)) {
            case 0 -> {
                session.begin();
                int count = take(session, id);
                session.finish(taken, count);
            }
            case 1 -> taken.enterCount(1, 1, () -> take(session, id));
            case 2 ->
                    taken.enterCount(
                            -1,
                            1,
                            () ->
                                    session.update(
                                            "UPDATE seats SET owner = NULL WHERE id = (SELECT MAX(id) FROM seats WHERE owner IS NOT NULL)"));
            default ->
                    seats.enter(1, () -> session.update("INSERT INTO seats VALUES (?, NULL)", id));
        }
    }

    private static int take(ClientSession session, int owner) throws SQLException {
        return session.update(
                "UPDATE seats SET owner = ? WHERE id = (SELECT MIN(id) FROM seats WHERE owner IS NULL)",
                owner);
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        seats.check(evidence, "SELECT COUNT(*) FROM seats");
        taken.check(evidence, "SELECT COUNT(*) FROM seats WHERE owner IS NOT NULL");
        List<Long> twice =
                evidence.numbers(
                        "SELECT owner FROM seats WHERE owner IS NOT NULL GROUP BY owner HAVING COUNT(*) > 1");
        if (!twice.isEmpty()) {
            throw new AssertionError("owners of several seats: " + twice);
        }
    }
}
