package io.lockstep.tests.divergence.workload;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Read, add one in the client, write back: at REPEATABLE READ, at SERIALIZABLE, with FOR UPDATE,
 * and with a version that must not have changed. No addition may be lost.
 */
final class LostUpdates implements Workload {
    private static final int REGISTERS = 5;
    private static final List<String> TABLES =
            List.of("repeatable", "strict", "locked", "versioned");

    private final List<Ledger> sums =
            TABLES.stream().map(table -> new Ledger("additions to " + table)).toList();

    @Override
    public List<String> schema() {
        List<String> all = new ArrayList<>();
        for (String table : TABLES) {
            all.add(
                    "CREATE TABLE %s_registers (id INT NOT NULL PRIMARY KEY, n INT NOT NULL)"
                            .formatted(table));
            for (int id = 0; id < REGISTERS; id++) {
                all.add("INSERT INTO %s_registers VALUES (%d, 0)".formatted(table, id));
            }
        }
        return all;
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        int id = session.below(REGISTERS);
        int mode = session.below(TABLES.size());
        String table = TABLES.get(mode) + "_registers";
        String read = "SELECT n FROM " + table + " WHERE id = ?";
        switch (mode) {
            case 0 -> session.begin(Connection.TRANSACTION_REPEATABLE_READ);
            case 1 -> session.begin(Connection.TRANSACTION_SERIALIZABLE);
            default -> session.begin();
        }
        long n = session.number(mode == 2 ? read + " FOR UPDATE" : read, id).orElseThrow();
        String write = "UPDATE " + table + " SET n = ? WHERE id = ?";
        int changed =
                mode == 3
                        ? session.update(write + " AND n = ?", n + 1, id, n)
                        : session.update(write, n + 1, id);
        session.finish(sums.get(mode), changed);
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        for (int i = 0; i < TABLES.size(); i++) {
            sums.get(i).check(evidence, "SELECT SUM(n) FROM " + TABLES.get(i) + "_registers");
        }
    }
}
