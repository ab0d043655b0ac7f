package io.lockstep.tests.divergence.workload;

import java.sql.SQLException;
import java.util.List;

/**
 * Insert-or-update of the same few keys, in each engine's own spelling, beside deletions. Where
 * there is none (Derby's server breaks the connection that prepares a MERGE) the client does both.
 */
final class Upserts implements Workload {
    private static final int KEYS = 10;

    private final List<String> texts;
    private final Ledger sum = new Ledger("what upserts added");

    Upserts(Spelling spelling) {
        texts = spelling.upserts("tallies", "1");
    }

    @Override
    public List<String> schema() {
        return List.of("CREATE TABLE tallies (id INT NOT NULL PRIMARY KEY, n INT NOT NULL)");
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        switch (session.below(8)) {
            case 0 -> remove(session);
            case 1 -> {
                session.begin();
                if (texts.isEmpty()) {
                    session.update("UPDATE tallies SET n = n WHERE n >= 0"); // nobody else inserts
                }
                upsert(session);
                upsert(session);
                session.finish(sum, 2);
            }
            default -> {
                try {
                    sum.enter(1, () -> upsert(session));
                } catch (SQLException e) {
                    if (!texts.isEmpty() || !ClientSession.violates(e)) {
                        throw e;
                    }
                }
            }
        }
    }

    private void upsert(ClientSession session) throws SQLException {
        int id = session.below(KEYS);
        if (!texts.isEmpty()) {
            session.execute(texts.get(session.below(texts.size())), id);
        } else if (session.update("UPDATE tallies SET n = n + 1 WHERE id = ?", id) == 0) {
            session.update("INSERT INTO tallies VALUES (?, 1)", id);
        }
    }

    private void remove(ClientSession session) throws SQLException {
        int id = session.below(KEYS);
        session.begin();
        long n = session.number("SELECT n FROM tallies WHERE id = ? FOR UPDATE", id).orElse(0);
        session.update("DELETE FROM tallies WHERE id = ?", id);
        session.finish(sum, -n);
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        sum.check(evidence, "SELECT SUM(n) FROM tallies");
    }
}
