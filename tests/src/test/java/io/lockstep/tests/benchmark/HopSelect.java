package io.lockstep.tests.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.SplittableRandom;

/** The point SELECT through {@link BareHopMain}. */
final class HopSelect implements Steps {
    private final Socket socket;
    private final SplittableRandom random;
    private final byte[] buffer = new byte[4096];

    HopSelect(int port, int client) throws SQLException {
        random = new SplittableRandom(client);
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
        } catch (IOException e) {
            throw new SQLException("no connection to the hop at port " + port, e);
        }
    }

    @Override
    public void step() throws SQLException {
        int id = random.nextInt(PointSelect.ROWS);
        try {
            ByteBuffer.wrap(buffer).putLong(id);
            socket.getOutputStream().write(buffer, 0, BareHopMain.REQUEST_BYTES);
            int count = socket.getInputStream().read(buffer);
            if (count <= Long.BYTES || ByteBuffer.wrap(buffer).getLong() != id * 7L) {
                throw new IllegalStateException("wrong answer for item " + id);
            }
        } catch (IOException e) {
            throw new SQLException("the hop broke off", e);
        }
    }

    @Override
    public void close() throws SQLException {
        try {
            socket.close();
        } catch (IOException e) {
            throw new SQLException("cannot close the connection to the hop", e);
        }
    }
}
