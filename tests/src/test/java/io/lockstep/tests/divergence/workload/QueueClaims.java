package io.lockstep.tests.divergence.workload;

import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;

/**
 * Workers that take the first free task of a queue: SELECT .. FOR UPDATE SKIP LOCKED, then UPDATE.
 * Nobody may take what another has.
 */
final class QueueClaims implements Workload {
    private final Numbers ids;
    private final Ledger tasks = new Ledger("tasks put into the queue");
    private final Ledger claims = new Ledger("tasks claimed");

    QueueClaims(Numbers numbers) {
        this.ids = numbers;
    }

    @Override
    public List<String> schema() {
        return List.of(
                "CREATE TABLE tasks (id INT NOT NULL PRIMARY KEY, owner INT, grade INT NOT NULL)",
                "CREATE TABLE claims (task INT NOT NULL, number INT NOT NULL PRIMARY KEY)");
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        if (session.onceIn(2)) {
            int id = ids.next();
            tasks.enter(
                    1, () -> session.update("INSERT INTO tasks VALUES (?, NULL, ?)", id, id % 3));
        } else {
            claim(session);
        }
    }

    private void claim(ClientSession session) throws SQLException {
        session.begin();
        String grade = session.onceIn(3) ? " AND grade = " + session.below(3) : "";
        OptionalLong free =
                session.number(
                        "SELECT id FROM tasks WHERE owner IS NULL"
                                + grade
                                + " ORDER BY id FETCH FIRST 1 ROWS ONLY FOR UPDATE SKIP LOCKED");
        if (free.isEmpty()) {
            session.rollback();
            return;
        }
        int number = ids.next();
        int changed =
                session.update("UPDATE tasks SET owner = ? WHERE id = ?", number, free.getAsLong());
        if (changed != 1) {
            throw new AssertionError("the claimed task " + free.getAsLong() + " is gone");
        }
        session.update("INSERT INTO claims VALUES (?, ?)", free.getAsLong(), number);
        session.finish(claims, 1);
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        tasks.check(evidence, "SELECT COUNT(*) FROM tasks");
        claims.check(evidence, "SELECT COUNT(*) FROM claims");
        List<Long> twice =
                evidence.numbers("SELECT task FROM claims GROUP BY task HAVING COUNT(*) > 1");
        if (!twice.isEmpty()) {
            throw new AssertionError("claimed twice: " + twice);
        }
        long mismatch =
                evidence.number(
                        "SELECT COUNT(*) FROM tasks t WHERE t.owner IS NOT NULL AND NOT EXISTS"
                                + " (SELECT 1 FROM claims c WHERE c.task = t.id AND c.number = t.owner)");
        if (mismatch != 0) {
            throw new AssertionError(mismatch + " tasks have an owner without a claim");
        }
    }
}
