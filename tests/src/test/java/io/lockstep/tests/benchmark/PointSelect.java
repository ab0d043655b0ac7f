package io.lockstep.tests.benchmark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SplittableRandom;

/** One row of ten thousand by its primary key, auto-commit. */
final class PointSelect extends WorkloadClient {
    static final int ROWS = 10_000;
    static final String SQL = "SELECT name, amount FROM items WHERE id = ?";

    private final PreparedStatement select;
    private final SplittableRandom random;

    PointSelect(Connection connection, int client) throws SQLException {
        super(connection);
        random = new SplittableRandom(client);
        select = prepare(SQL);
    }

    static void createTables(Connection connection) throws SQLException {
        execute(
                connection,
                "CREATE TABLE items (id BIGINT PRIMARY KEY, name VARCHAR(100), amount BIGINT)");
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO items VALUES (?, ?, ?)")) {
            for (int id = 0; id < ROWS; id++) {
                insert.setLong(1, id);
                insert.setString(
                        2, "item number " + id + " of the benchmark, padded to some length");
                insert.setLong(3, id * 7L);
                insert.addBatch();
                if (id % 1000 == 999) {
                    insert.executeBatch();
                }
            }
        }
    }

    @Override
    public void step() throws SQLException {
        int id = random.nextInt(ROWS);
        select.setLong(1, id);
        try (ResultSet result = select.executeQuery()) {
            if (!result.next() || result.getLong(2) != id * 7L || result.getString(1).isEmpty()) {
                throw new IllegalStateException("wrong answer for item " + id);
            }
        }
    }
}
