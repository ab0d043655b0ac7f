package io.lockstep.tests.benchmark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A message through a store in one transaction: SELECT, INSERT of 1 KB, UPDATE, SELECT, DELETE,
 * commit.
 */
final class MessageTransaction extends WorkloadClient {
    /**
     * Clients of one cell have numbers that follow each other, so up to this many have a row of
     * acknowledgements of their own.
     */
    private static final int SUBSCRIBERS = 256;

    private final PreparedStatement selectLast;
    private final PreparedStatement insert;
    private final PreparedStatement acknowledge;
    private final PreparedStatement selectMessage;
    private final PreparedStatement delete;
    private final byte[] body = new byte[1024];
    private final int subscriber;
    private long nextId;

    MessageTransaction(Connection connection, int client) throws SQLException {
        super(connection);
        connection.setAutoCommit(false);
        subscriber = client % SUBSCRIBERS;
        nextId = client * IDS_PER_CLIENT;
        selectLast = prepare("SELECT last_id FROM acks WHERE subscriber = ?");
        insert = prepare("INSERT INTO messages (id, container, body) VALUES (?, ?, ?)");
        acknowledge = prepare("UPDATE acks SET last_id = ? WHERE subscriber = ?");
        selectMessage = prepare("SELECT body FROM messages WHERE id = ?");
        delete = prepare("DELETE FROM messages WHERE id = ?");
    }

    static void createTables(Connection connection) throws SQLException {
        execute(
                connection,
                "CREATE TABLE messages (id BIGINT PRIMARY KEY, container VARCHAR(250) NOT NULL, body BYTEA)",
                "CREATE TABLE acks (subscriber BIGINT PRIMARY KEY, last_id BIGINT NOT NULL)");
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO acks VALUES (?, 0)")) {
            for (int subscriber = 0; subscriber < SUBSCRIBERS; subscriber++) {
                insert.setLong(1, subscriber);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    @Override
    public void step() throws SQLException {
        long id = nextId++;
        selectLast.setLong(1, subscriber);
        requireRow(selectLast);
        insert.setLong(1, id);
        insert.setString(2, "queue://orders");
        insert.setBytes(3, body);
        requireCount(1, insert.executeUpdate());
        acknowledge.setLong(1, id);
        acknowledge.setLong(2, subscriber);
        requireCount(1, acknowledge.executeUpdate());
        selectMessage.setLong(1, id);
        requireRow(selectMessage);
        delete.setLong(1, id);
        requireCount(1, delete.executeUpdate());
        connection().commit();
    }

    private static void requireRow(PreparedStatement select) throws SQLException {
        try (ResultSet result = select.executeQuery()) {
            if (!result.next() || result.getObject(1) == null) {
                throw new IllegalStateException("a row is missing");
            }
        }
    }
}
