package io.lockstep.controller.frontend;

import io.lockstep.protocol.ChunkSink;
import io.lockstep.protocol.FrameInput;
import io.lockstep.protocol.FrameReader;
import io.lockstep.protocol.FrameWriter;
import io.lockstep.protocol.LargeValues;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.RequestTag;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.ResponseTag;
import io.lockstep.protocol.ScramClient;
import io.lockstep.protocol.ValueWriter;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A blocking client of the protocol, as simple as one can be. */
final class TestClient implements Closeable {
    static final String USER = "app";
    static final String PASSWORD = "secret";
    static final String DATABASE = "shop";
    private static final int READ_TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final FrameInput in;
    private final FrameWriter frames = new FrameWriter();
    private final ChunkSink chunks = this::sendChunk;
    private final ValueWriter values = new ValueWriter(frames, chunks);
    private Response.Welcome welcome;

    TestClient(InetSocketAddress address) throws IOException {
        this(new Socket(address.getAddress(), address.getPort()));
    }

    TestClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        in = new FrameInput(socket.getInputStream());
    }

    /** Connects and logs in. */
    static TestClient open(Listener listener) throws IOException {
        TestClient client = new TestClient(listener.address());
        Response response = client.login(DATABASE, USER, PASSWORD);
        if (!(response instanceof Response.Welcome)) {
            throw new IOException("login failed: " + response);
        }
        return client;
    }

    static Request.Hello hello(String database, String user, ScramClient scram) {
        return new Request.Hello(
                Protocol.MAGIC,
                Protocol.VERSION_MIN,
                Protocol.VERSION_MAX,
                0,
                database,
                user,
                "test",
                scram.clientFirst());
    }

    Response login(String database, String user, String password) throws IOException {
        ScramClient scram = new ScramClient(user, password);
        send(hello(database, user, scram));
        Response first = receive();
        if (!(first instanceof Response.Challenge challenge)) {
            return first;
        }
        send(new Request.ScramFinal(scram.clientFinal(challenge.scramServerFirst())));
        Response second = receive();
        if (second instanceof Response.Welcome accepted) {
            scram.verifyServer(accepted.scramServerFinal());
            welcome = accepted;
        }
        return second;
    }

    Response.Welcome welcome() {
        return welcome;
    }

    /** Sends requests with one write. */
    void send(Request... requests) throws IOException {
        for (Request request : requests) {
            request.writeTo(values);
        }
        frames.writeTo(socket.getOutputStream());
        frames.clear();
    }

    void sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    private void sendChunk(int valueId, boolean last, byte[] bytes, int offset, int length)
            throws IOException {
        FrameWriter chunk = new FrameWriter();
        chunk.begin(RequestTag.VALUE_CHUNK);
        chunk.writeInt(valueId);
        chunk.writeBoolean(last);
        chunk.writeBytes(bytes, offset, length);
        chunk.end();
        chunk.writeTo(socket.getOutputStream());
    }

    Response receive() throws IOException {
        LargeValues large = new LargeValues(64 << 20);
        while (true) {
            byte[] body = in.next();
            Response response =
                    Response.decode(
                            ResponseTag.of(in.tag()),
                            new FrameReader().wrap(body, 0, body.length, large));
            if (!(response instanceof Response.ValueChunk chunk)) {
                return response;
            }
            large.add(chunk.valueId(), chunk.last(), chunk.bytes());
        }
    }

    Response call(Request request) throws IOException {
        send(request);
        return receive();
    }

    /** Ends the connection without a word, as the kernel does for a killed process. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
