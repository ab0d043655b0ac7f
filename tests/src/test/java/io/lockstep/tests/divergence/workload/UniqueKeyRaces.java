package io.lockstep.tests.divergence.workload;

import java.sql.SQLException;
import java.util.List;

/** Rows with two unique keys, put in, renamed and taken out by either of them. */
final class UniqueKeyRaces implements Workload {
    private static final int KEYS = 12;

    private final Ledger rows = new Ledger("rows with two unique keys");

    @Override
    public List<String> schema() {
        return List.of(
                "CREATE TABLE people (id INT NOT NULL PRIMARY KEY, mail VARCHAR(20) NOT NULL, n INT NOT NULL, CONSTRAINT people_mail UNIQUE (mail))");
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        int id = session.below(KEYS);
        String mail = "m" + session.below(KEYS);
        try {
            switch (session.below(7)) {
                case 0 ->
                        rows.enterCount(
                                -1, 1, () -> session.update("DELETE FROM people WHERE id = ?", id));
                case 1 ->
                        rows.enterCount(
                                -1,
                                1,
                                () -> session.update("DELETE FROM people WHERE mail = ?", mail));
                case 2 -> session.update("UPDATE people SET mail = ? WHERE id = ?", mail, id);
                case 3 -> session.update("UPDATE people SET n = n + 1 WHERE mail = ?", mail);
                case 4 -> session.update("UPDATE people SET n = n + 1 WHERE id = ?", id);
                case 5 -> {
                    session.begin();
                    int removed = session.update("DELETE FROM people WHERE id = ?", id);
                    insert(session, id, mail);
                    session.finish(rows, 1 - removed);
                }
                default -> rows.enter(1, () -> insert(session, id, mail));
            }
        } catch (SQLException e) {
            if (!ClientSession.violates(e)) {
                throw e;
            }
        }
    }

    private static void insert(ClientSession session, int id, String mail) throws SQLException {
        session.update("INSERT INTO people (id, mail, n) VALUES (?, ?, 0)", id, mail);
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        rows.check(evidence, "SELECT COUNT(*) FROM people");
    }
}
