package io.lockstep.tests.benchmark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** One row of about 200 bytes, auto-commit: what a broker does for every message sent. */
final class OneRowInsert extends WorkloadClient {
    private final PreparedStatement insert;
    private final byte[] body = new byte[180];
    private long nextId;

    OneRowInsert(Connection connection, int client) throws SQLException {
        super(connection);
        nextId = client * IDS_PER_CLIENT;
        insert = prepare("INSERT INTO events (id, kind, body) VALUES (?, ?, ?)");
    }

    static void createTables(Connection connection) throws SQLException {
        execute(
                connection,
                "CREATE TABLE events (id BIGINT PRIMARY KEY, kind VARCHAR(20), body BYTEA)");
    }

    @Override
    public void step() throws SQLException {
        insert.setLong(1, nextId++);
        insert.setString(2, "created");
        insert.setBytes(3, body);
        requireCount(1, insert.executeUpdate());
    }
}
