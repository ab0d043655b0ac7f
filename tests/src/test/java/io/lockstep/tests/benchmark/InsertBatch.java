package io.lockstep.tests.benchmark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A hundred rows in one JDBC batch, then commit. */
final class InsertBatch extends WorkloadClient {
    private static final int ROWS = 100;

    private final PreparedStatement insert;
    private long nextId;

    InsertBatch(Connection connection, int client) throws SQLException {
        super(connection);
        connection.setAutoCommit(false);
        nextId = client * IDS_PER_CLIENT;
        insert = prepare("INSERT INTO imported (id, name, amount) VALUES (?, ?, ?)");
    }

    static void createTables(Connection connection) throws SQLException {
        execute(
                connection,
                "CREATE TABLE imported (id BIGINT PRIMARY KEY, name VARCHAR(100), amount BIGINT)");
    }

    @Override
    public void step() throws SQLException {
        for (int row = 0; row < ROWS; row++) {
            insert.setLong(1, nextId++);
            insert.setString(2, "row " + row + " of a batch, padded to some usual length");
            insert.setLong(3, row);
            insert.addBatch();
        }
        int[] counts = insert.executeBatch();
        requireCount(ROWS, counts.length);
        connection().commit();
    }
}
