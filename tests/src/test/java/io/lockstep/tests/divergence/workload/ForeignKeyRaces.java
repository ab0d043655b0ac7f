package io.lockstep.tests.divergence.workload;

import java.sql.SQLException;
import java.util.List;

/** Children come while their parents go: one kind of child goes with them, the other keeps them. */
final class ForeignKeyRaces implements Workload {
    private static final int PARENTS = 8;

    private final Numbers ids;

    ForeignKeyRaces(Numbers numbers) {
        this.ids = numbers;
    }

    @Override
    public List<String> schema() {
        return List.of(
                "CREATE TABLE parents (id INT NOT NULL PRIMARY KEY, n INT NOT NULL)",
                "CREATE TABLE followers (id INT NOT NULL PRIMARY KEY, parent INT NOT NULL, CONSTRAINT followers_parent FOREIGN KEY (parent) REFERENCES parents (id) ON DELETE CASCADE)",
                "CREATE TABLE keepers (id INT NOT NULL PRIMARY KEY, parent INT NOT NULL, CONSTRAINT keepers_parent FOREIGN KEY (parent) REFERENCES parents (id))");
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        int parent = session.below(PARENTS);
        int id = ids.next();
        try {
            switch (session.below(8)) {
                case 0 -> session.update("INSERT INTO parents VALUES (?, 0)", parent);
                case 1 -> session.update("DELETE FROM parents WHERE id = ?", parent);
                case 2 -> session.update("INSERT INTO keepers VALUES (?, ?)", id, parent);
                case 3 -> session.update("DELETE FROM keepers WHERE parent = ?", parent);
                case 4 -> session.update("UPDATE parents SET n = n + 1 WHERE id = ?", parent);
                case 5 ->
                        session.update(
                                "UPDATE followers SET parent = ? WHERE id = ?",
                                parent,
                                1 + session.below(id));
                case 6 -> {
                    session.begin();
                    session.update("INSERT INTO followers VALUES (?, ?)", id, parent);
                    session.update("UPDATE parents SET n = n + 1 WHERE id = ?", parent);
                    if (session.onceIn(4)) {
                        session.rollback();
                    } else {
                        session.commit();
                    }
                }
                default -> session.update("INSERT INTO followers VALUES (?, ?)", id, parent);
            }
        } catch (SQLException e) {
            if (!ClientSession.violates(e)) {
                throw e;
            }
        }
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        for (String child : List.of("followers", "keepers")) {
            long orphans =
                    evidence.number(
                            "SELECT COUNT(*) FROM %s c WHERE NOT EXISTS (SELECT 1 FROM parents p WHERE p.id = c.parent)"
                                    .formatted(child));
            if (orphans != 0) {
                throw new AssertionError(orphans + " " + child + " have no parent");
            }
        }
    }
}
