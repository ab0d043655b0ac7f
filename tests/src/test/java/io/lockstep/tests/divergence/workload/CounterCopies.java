package io.lockstep.tests.divergence.workload;

import java.sql.SQLException;
import java.util.List;

/** Counters that are raised while INSERT .. SELECT copies them, one or summed up. */
final class CounterCopies implements Workload {
    private static final int COUNTERS = 4;

    private final Numbers ids;
    private final Ledger raised = new Ledger("times a counter was raised");
    private final Ledger copies = new Ledger("copies of counters");

    CounterCopies(Numbers numbers) {
        this.ids = numbers;
    }

    @Override
    public List<String> schema() {
        return List.of(
                "CREATE TABLE counters (id INT NOT NULL PRIMARY KEY, n INT NOT NULL)",
                "INSERT INTO counters VALUES (0, 0), (1, 0), (2, 0), (3, 0)",
                "CREATE TABLE copies (id INT NOT NULL PRIMARY KEY, n INT)");
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        int id = ids.next();
        int counter = session.below(COUNTERS);
        switch (session.below(5)) {
            case 0 ->
                    copies.enter(
                            1,
                            () ->
                                    session.update(
                                            "INSERT INTO copies SELECT CAST(? AS INT), n FROM counters WHERE id = ?",
                                            id,
                                            counter));
            case 1 ->
                    copies.enter(
                            1,
                            () ->
                                    session.update(
                                            "INSERT INTO copies (id, n) SELECT CAST(? AS INT), SUM(n) FROM counters",
                                            id));
            case 2 -> {
                session.begin();
                raise(session, counter);
                session.update(
                        "INSERT INTO copies (id, n) SELECT CAST(? AS INT), n FROM counters WHERE id = ?",
                        id,
                        counter);
                if (session.onceIn(5)) {
                    session.rollback();
                } else {
                    copies.enter(1, () -> raised.enter(1, session::commit));
                }
            }
            default -> raised.enter(1, () -> raise(session, counter));
        }
    }

    private static void raise(ClientSession session, int counter) throws SQLException {
        session.update("UPDATE counters SET n = n + 1 WHERE id = ?", counter);
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        raised.check(evidence, "SELECT SUM(n) FROM counters");
        copies.check(evidence, "SELECT COUNT(*) FROM copies");
    }
}
