package io.lockstep.tests.divergence.workload;

import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Statements that fail in every way, alone, in the middle of transactions and batches, with
 * savepoints to go back to.
 */
final class SavepointsAndFailures implements Workload {
    private final boolean nest;
    private final Numbers ids;
    private final Ledger rows = new Ledger("rows beside failed statements");

    SavepointsAndFailures(Spelling spelling, Numbers numbers) {
        this.ids = numbers;
        nest = spelling.nestsSavepoints();
    }

    @Override
    public List<String> schema() {
        return List.of(
                "CREATE TABLE notes (id INT NOT NULL PRIMARY KEY, text VARCHAR(5), n INT CHECK (n >= 0))",
                "INSERT INTO notes VALUES (0, 'zero', 0)");
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        switch (session.below(5)) {
            case 0 -> fail(session);
            case 1 -> batch(session);
            case 2 -> rows.enter(1, () -> insert(session));
            default -> transaction(session);
        }
    }

    private void insert(ClientSession session) throws SQLException {
        session.update("INSERT INTO notes VALUES (?, ?, 1)", ids.next(), "ok");
    }

    /** Nothing of a batch in auto-commit is there if one of it fails. */
    private void batch(ClientSession session) throws SQLException {
        List<Object[]> batch = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            batch.add(new Object[] {ids.next(), "ok"});
        }
        boolean bad = session.onceIn(3);
        if (bad) {
            batch.add(new Object[] {0, "again"});
        }
        try {
            rows.enter(4, () -> session.batch("INSERT INTO notes (id, text) VALUES (?, ?)", batch));
            if (bad) {
                throw new AssertionError("a batch with a duplicate key succeeded");
            }
        } catch (SQLException e) {
            if (!bad || !ClientSession.violates(e)) {
                throw e;
            }
        }
    }

    private void transaction(ClientSession session) throws SQLException {
        session.begin();
        insert(session);
        int inserted = 1;
        for (int i = 0; i < 1 + session.below(3); i++) {
            Savepoint savepoint = session.savepoint();
            insert(session);
            if (session.onceIn(3)) {
                session.release(savepoint);
                inserted++;
            } else {
                fail(session);
                session.rollback(savepoint);
                if (!nest || session.onceIn(2)) {
                    session.release(savepoint);
                }
            }
        }
        session.finish(rows, inserted);
    }

    private static void fail(ClientSession session) throws SQLException {
        try {
            switch (session.below(5)) {
                case 0 -> session.update("INSERT INTO notes VALUES (0, 'again', 1)");
                case 1 -> session.update("INSERT INTO notes VALUES (?, 'much too long', 1)", -1);
                case 2 -> session.update("UPDATE notes SET n = -1 WHERE id = 0");
                case 3 -> session.update("INSERT INTO missing VALUES (?)", 1);
                default -> session.update("UPDATE notes SET id = NULL WHERE id = 0");
            }
            throw new AssertionError("a statement succeeded that cannot");
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            boolean expected =
                    state.startsWith("22") || state.startsWith("23") || state.startsWith("42");
            if (!expected) {
                throw e;
            }
        }
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        rows.check(evidence, "SELECT COUNT(*) FROM notes WHERE id > 0");
        if (evidence.number("SELECT COUNT(*) FROM notes WHERE id = 0 AND n = 0") != 1) {
            throw new AssertionError("a failed statement has changed the row it was about");
        }
    }
}
