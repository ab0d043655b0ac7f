package io.lockstep.tests.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The least that can stand between a client and a database: a thread per connection that reads a
 * number, asks the database and writes the row. No login, no parsing, no locks, no second database.
 * What is lost here nobody in this place can win back.
 *
 * <p>Arguments: JDBC URL, user, password. Prints {@code PORT n} and serves until it is ended.
 */
final class BareHopMain {
    /** A request is as long as Lockstep's for the same statement; the number comes first. */
    static final int REQUEST_BYTES = 39;

    private final String[] database;

    private BareHopMain(String[] database) {
        this.database = database;
    }

    public static void main(String[] arguments) throws IOException {
        BareHopMain hop = new BareHopMain(arguments);
        try (ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            System.out.println("PORT " + listener.getLocalPort());
            while (true) {
                Socket client = listener.accept();
                new Thread(() -> hop.serve(client), "lockstep-benchmark-hop").start();
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Connection connection =
                        DriverManager.getConnection(database[0], database[1], database[2]);
                PreparedStatement select = connection.prepareStatement(PointSelect.SQL)) {
            client.setTcpNoDelay(true);
            InputStream in = client.getInputStream();
            byte[] request = new byte[REQUEST_BYTES];
            while (in.readNBytes(request, 0, REQUEST_BYTES) == REQUEST_BYTES) {
                client.getOutputStream().write(answer(select, ByteBuffer.wrap(request).getLong()));
            }
        } catch (IOException | SQLException e) {
            System.err.println("a connection of the hop broke off: " + e);
        }
    }

    private static byte[] answer(PreparedStatement select, long id) throws SQLException {
        select.setLong(1, id);
        try (ResultSet result = select.executeQuery()) {
            result.next();
            byte[] name = result.getString(1).getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(Long.BYTES + name.length)
                    .putLong(result.getLong(2))
                    .put(name)
                    .array();
        }
    }
}
