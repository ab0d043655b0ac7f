package io.lockstep.driver.wire;

import io.lockstep.driver.settings.HostAddress;
import io.lockstep.protocol.ErrorDetail;
import io.lockstep.protocol.FrameInput;
import io.lockstep.protocol.FrameReader;
import io.lockstep.protocol.FrameWriter;
import io.lockstep.protocol.LargeValueResolver;
import io.lockstep.protocol.LargeValues;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.ProtocolException;
import io.lockstep.protocol.RequestTag;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.ResponseTag;
import io.lockstep.protocol.ValueWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;

/**
 * A socket to a controller, with frames written to it and read from it.
 *
 * <p>Frames are collected in {@link #values} and leave with one write in {@link #send}, except
 * where a large value makes chunks go ahead. Used by one thread at a time, but for {@link #close},
 * which any thread may call to break off what the others do.
 */
final class ControllerLink implements Closeable, RequestOutput {
    /**
     * Content of all large values in front of one frame; rows are in memory, so this bounds a row.
     */
    private static final long LARGE_VALUE_BYTES_MAX = 1L << 30;

    private final HostAddress host;
    private final Socket socket;
    private final OutputStream out;
    private final FrameInput in;
    private final FrameReader reader = new FrameReader();
    private final FrameWriter frames = new FrameWriter();
    private final ValueWriter values = new ValueWriter(frames, this::sendChunk);
    private final FrameWriter chunkFrame = new FrameWriter();

    /** Bytes of {@link #frames} that went out already, because a chunk had to follow them. */
    private int sentBytes;

    private boolean partlySent;

    ControllerLink(HostAddress host, Socket socket) throws IOException {
        this.host = host;
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.in = new FrameInput(socket.getInputStream());
    }

    HostAddress host() {
        return host;
    }

    /** Where the frames of the next {@link #send} are written. */
    @Override
    public ValueWriter values() {
        return values;
    }

    /** Sends every frame written so far, with one write. */
    void send() throws IOException {
        sendUpTo(frames.size());
        frames.clear();
        sentBytes = 0;
        partlySent = false;
    }

    @Override
    public void sendPart() throws IOException {
        send();
        partlySent = true;
    }

    /** Whether something has gone out since the last {@link #send}: more must follow it. */
    boolean isPartlySent() {
        return partlySent;
    }

    /** Forgets the frames written since the last {@link #send}; an unfinished one, too. */
    void discard() {
        frames.clear();
        sentBytes = 0;
    }

    private void sendUpTo(int end) throws IOException {
        out.write(frames.array(), sentBytes, end - sentBytes);
        sentBytes = end;
    }

    /** Sends a piece of a large value in front of the frame being written, after those finished. */
    private void sendChunk(int valueId, boolean last, byte[] bytes, int offset, int length)
            throws IOException {
        int frameStart = frames.size() - frames.bodyBytes() - Protocol.HEADER_BYTES;
        partlySent = true;
        sendUpTo(frameStart);
        chunkFrame.begin(RequestTag.VALUE_CHUNK);
        chunkFrame.writeInt(valueId);
        chunkFrame.writeBoolean(last);
        chunkFrame.writeBytes(bytes, offset, length);
        chunkFrame.end();
        chunkFrame.writeTo(out);
        chunkFrame.clear();
    }

    /**
     * Waits for the next frame other than a chunk; rows in it keep the large values that came
     * before.
     */
    Response receive() throws IOException {
        LargeValues large = null;
        while (true) {
            byte[] body = in.next();
            ResponseTag tag = ResponseTag.of(in.tag());
            LargeValueResolver resolver = large == null ? LargeValueResolver.NONE : large;
            Response response = Response.decode(tag, reader.wrap(body, 0, body.length, resolver));
            if (!(response instanceof Response.ValueChunk chunk)) {
                return response;
            }
            if (large == null) {
                large = new LargeValues(LARGE_VALUE_BYTES_MAX);
            }
            large.add(chunk.valueId(), chunk.last(), chunk.bytes());
        }
    }

    /** Waits for the next frame, which must answer a request of an open session. */
    Response.Reply receiveReply() throws IOException {
        if (receive() instanceof Response.Reply reply) {
            return reply;
        }
        throw new ProtocolException("a message of the login within a session");
    }

    /** How long {@link #receive} waits for the next bytes; zero for ever. */
    void setReadTimeout(Duration timeout) throws SocketException {
        socket.setSoTimeout(SocketTimeouts.millis(timeout));
    }

    /** Closes the socket at once; whoever is reading from it gets an exception. */
    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** The first error in words, with its state. */
    static String text(ErrorDetail error) {
        return error.message() + " (SQLState " + error.sqlState() + ")";
    }
}
