package io.lockstep.tests.divergence.workload;

import java.sql.SQLException;
import java.util.List;

/**
 * Tables that come, go and change beside statements that use them. What a statement finds gone or
 * there already is its client's affair; all databases must have found the same.
 */
final class SchemaChanges implements Workload {
    private static final int DDL_TIMES = 4;
    private static final int NAMES = 3;

    private final Numbers ids;
    private final Ledger rows = new Ledger("rows of a table that changes");

    SchemaChanges(Numbers numbers) {
        this.ids = numbers;
    }

    @Override
    public List<String> schema() {
        return List.of(
                "CREATE TABLE changing (id INT NOT NULL PRIMARY KEY, n INT DEFAULT 7, c INT)");
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        try {
            if (session.onceIn(DDL_TIMES)) {
                change(session);
            } else {
                use(session);
            }
        } catch (SQLException e) {
            if (!isAboutObjects(e) && !ClientSession.violates(e)) {
                throw e;
            }
        }
    }

    private static void change(ClientSession session) throws SQLException {
        int name = session.below(NAMES);
        switch (session.below(7)) {
            case 0 ->
                    session.update(
                            "CREATE TABLE fleeting%d (id INT NOT NULL PRIMARY KEY, n INT)"
                                    .formatted(name));
            case 1 -> session.update("DROP TABLE fleeting" + name);
            case 2 -> session.update("CREATE INDEX changing_n%d ON changing (n)".formatted(name));
            case 3 -> session.update("ALTER TABLE changing ADD COLUMN extra%d INT".formatted(name));
            case 4 -> session.update("ALTER TABLE changing DROP COLUMN extra" + name);
            case 5 -> session.update("TRUNCATE TABLE fleeting" + name);
            default ->
                    session.update(
                            "CREATE UNIQUE INDEX changing_u ON fleeting%d (n)".formatted(name));
        }
    }

    private void use(ClientSession session) throws SQLException {
        int id = ids.next();
        int name = session.below(NAMES);
        switch (session.below(6)) {
            case 0 ->
                    session.update(
                            "INSERT INTO fleeting%d VALUES (?, ?)".formatted(name), id, id % 50);
            case 1 ->
                    session.update(
                            "UPDATE changing SET extra%d = ? WHERE n = 7".formatted(name), id);
            case 2 -> session.number("SELECT COUNT(*) FROM fleeting" + name);
            case 3 -> {
                session.begin();
                session.update("INSERT INTO changing (id, c) VALUES (?, ?)", id, id);
                session.update("UPDATE changing SET n = n + 1 WHERE id = ?", id);
                session.finish(rows, 1);
            }
            default ->
                    rows.enter(1, () -> session.update("INSERT INTO changing (id) VALUES (?)", id));
        }
    }

    /** Something exists already or no longer. */
    private static boolean isAboutObjects(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("42") || state.startsWith("X0");
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        rows.check(evidence, "SELECT COUNT(*) FROM changing");
    }
}
