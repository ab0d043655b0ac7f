package io.lockstep.tests.divergence.workload;

import io.lockstep.tests.harness.database.Engine;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rows that the databases number: identity by default and always, serial, AUTO_INCREMENT. Numbers
 * are taken by inserts that fail and by transactions that are rolled back, too.
 */
final class NumberedRows implements Workload {
    private final List<String> declarations;
    private final boolean tellsSeveralKeys;
    private final Ledger rows = new Ledger("numbered rows");
    private final Numbers tags;

    /** The key that each acknowledged row's client was told. */
    private final Map<String, Long> keys = new ConcurrentHashMap<>();

    NumberedRows(Spelling spelling, Numbers numbers) {
        this.tags = numbers;
        declarations = spelling.numberedKeys();
        // Derby's driver tells a number of another statement, MariaDB's the first only.
        tellsSeveralKeys = !spelling.has(Engine.DERBY) && !spelling.has(Engine.MARIADB);
    }

    private static String table(int index) {
        return "numbered" + index;
    }

    @Override
    public List<String> schema() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < declarations.size(); i++) {
            all.add(
                    "CREATE TABLE %s (id %s, tag INT NOT NULL, amount INT CHECK (amount < 10))"
                            .formatted(table(i), declarations.get(i)));
        }
        return all;
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        int index = session.below(declarations.size());
        switch (session.below(6)) {
            case 0 -> fails(session, table(index));
            case 1 -> inTransaction(session, index);
            case 2 -> {
                if (tellsSeveralKeys) {
                    several(session, index);
                }
            }
            case 3 -> batch(session, table(index));
            default -> one(session, index);
        }
    }

    private void one(ClientSession session, int index) throws SQLException {
        int tag = tags.next();
        rows.enter(1, () -> note(index, tag, insert(session, index, tag)));
    }

    private static long insert(ClientSession session, int index, int tag) throws SQLException {
        List<Long> told =
                session.insertNumbered(
                        "INSERT INTO " + table(index) + " (tag, amount) VALUES (?, ?)", tag, 1);
        if (told.size() != 1) {
            throw new AssertionError("one row was inserted, and these are its keys: " + told);
        }
        return told.get(0);
    }

    private void note(int index, int tag, long key) {
        keys.put(table(index) + "." + tag, key);
    }

    private static void fails(ClientSession session, String table) throws SQLException {
        try {
            session.update("INSERT INTO " + table + " (tag, amount) VALUES (?, ?)", 0, 10);
            throw new AssertionError("a row that violates a constraint was inserted");
        } catch (SQLException e) {
            if (!ClientSession.violates(e)) {
                throw e;
            }
        }
    }

    private void inTransaction(ClientSession session, int index) throws SQLException {
        int first = tags.next();
        int second = tags.next();
        session.begin();
        long firstKey = insert(session, index, first);
        long secondKey = insert(session, index, second);
        if (session.onceIn(3)) {
            session.rollback();
            return;
        }
        rows.enter(2, session::commit);
        note(index, first, firstKey);
        note(index, second, secondKey);
    }

    private void several(ClientSession session, int index) throws SQLException {
        int first = tags.next();
        int second = tags.next();
        rows.enter(
                2,
                () -> {
                    List<Long> told =
                            session.insertNumbered(
                                    "INSERT INTO "
                                            + table(index)
                                            + " (tag, amount) VALUES (?, ?), (?, ?)",
                                    first,
                                    1,
                                    second,
                                    2);
                    note(index, first, told.get(0));
                    note(index, second, told.get(1));
                });
    }

    private void batch(ClientSession session, String table) throws SQLException {
        List<Object[]> parameters = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            parameters.add(new Object[] {tags.next(), 3});
        }
        rows.enter(
                3,
                () ->
                        session.batch(
                                "INSERT INTO " + table + " (tag, amount) VALUES (?, ?)",
                                parameters));
    }

    @Override
    public void afterwards(ClientSession session) throws SQLException {
        for (int i = 0; i < declarations.size(); i++) {
            one(session, i);
        }
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        long count = 0;
        for (int i = 0; i < declarations.size(); i++) {
            count += evidence.number("SELECT COUNT(*) FROM " + table(i));
        }
        rows.check(evidence, count);
        for (Map.Entry<String, Long> told : keys.entrySet()) {
            String[] place = told.getKey().split("\\.", 2);
            List<Long> stored =
                    evidence.numbers("SELECT id FROM " + place[0] + " WHERE tag = " + place[1]);
            if (!stored.equals(List.of(told.getValue()))) {
                throw new AssertionError(
                        "the row with tag %s of %s has number %s, its client was told %d"
                                .formatted(place[1], place[0], stored, told.getValue()));
            }
        }
    }
}
