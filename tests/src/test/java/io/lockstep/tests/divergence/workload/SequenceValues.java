package io.lockstep.tests.divergence.workload;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Values of a sequence, taken in VALUES, in INSERT .. SELECT, and by a query beforehand. */
final class SequenceValues implements Workload {
    private final Spelling spelling;
    private final String next;
    private final Ledger rows = new Ledger("rows with a value of a sequence");
    private final Numbers tags;
    private final Set<Long> handedOut = ConcurrentHashMap.newKeySet();

    SequenceValues(Spelling spelling, Numbers numbers) {
        this.tags = numbers;
        this.spelling = spelling;
        this.next = spelling.nextValue("tickets").orElseThrow();
    }

    @Override
    public List<String> schema() {
        return List.of(
                "CREATE SEQUENCE tickets",
                "CREATE TABLE ticketed (tag INT NOT NULL PRIMARY KEY, ticket BIGINT)");
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        int tag = tags.next();
        switch (session.below(4)) {
            case 0 -> asked(session, tag);
            case 1 -> {
                session.begin();
                inserted(session, tag);
                session.finish(rows, 1);
            }
            case 2 -> fails(session, tag);
            default -> rows.enter(1, () -> inserted(session, tag));
        }
    }

    private void inserted(ClientSession session, int tag) throws SQLException {
        session.update("INSERT INTO ticketed (tag, ticket) VALUES (?, " + next + ")", tag);
    }

    private void asked(ClientSession session, int tag) throws SQLException {
        long ticket = session.number(spelling.selectNextValue("tickets")).orElseThrow();
        if (!handedOut.add(ticket)) {
            throw new AssertionError("ticket " + ticket + " was handed out twice");
        }
        rows.enter(
                1,
                () ->
                        session.update(
                                "INSERT INTO ticketed (tag, ticket) VALUES (?, ?)", tag, ticket));
    }

    /** The value is gone, the row is not there. */
    private void fails(ClientSession session, int tag) throws SQLException {
        rows.enter(1, () -> inserted(session, tag));
        try {
            inserted(session, tag);
            throw new AssertionError("a duplicate key was inserted");
        } catch (SQLException e) {
            if (!ClientSession.violates(e)) {
                throw e;
            }
        }
    }

    @Override
    public void afterwards(ClientSession session) throws SQLException {
        asked(session, tags.next());
        int tag = tags.next();
        rows.enter(1, () -> inserted(session, tag));
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        rows.check(evidence, "SELECT COUNT(*) FROM ticketed");
        List<Long> twice =
                evidence.numbers("SELECT ticket FROM ticketed GROUP BY ticket HAVING COUNT(*) > 1");
        if (!twice.isEmpty()) {
            throw new AssertionError("tickets given to several rows: " + twice);
        }
    }
}
