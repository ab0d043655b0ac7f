package io.lockstep.controller.session;

import io.lockstep.protocol.ChunkSink;
import io.lockstep.protocol.ExecuteOptions;
import io.lockstep.protocol.FrameReader;
import io.lockstep.protocol.FrameWriter;
import io.lockstep.protocol.GeneratedKeys;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.ProtocolException;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.ResponseTag;
import io.lockstep.protocol.RowSet;
import io.lockstep.protocol.RowsReader;
import io.lockstep.protocol.RowsWriter;
import io.lockstep.protocol.ValueWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** One session on a thread of its own, as the frontend would run it. */
final class TestSession implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 60;

    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final SessionHandler handler;
    private final Recorder recorder = new Recorder();
    private final long id;
    private int transaction;
    private boolean gone;

    TestSession(long id, Sessions sessions) throws Exception {
        this.id = id;
        SessionStart start =
                new SessionStart(
                        id,
                        "shop",
                        "app",
                        "test",
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                        loop,
                        () -> {});
        handler = loop.submit(() -> sessions.open(start)).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Its client sends this and goes away, which the loop sees before it goes on with the rest.
     * Returns when the request is finished.
     */
    void sendAndVanish(Request request) {
        CompletableFuture<List<Response.Reply>> finished = recorder.next();
        gone = true;
        loop.execute(
                () -> {
                    loop.execute(handler::clientGone); // in front of what this leaves for later
                    handler.handle(request, recorder);
                });
        finished.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Every frame that answers the request, once it is finished. */
    List<Response.Reply> send(Request request) {
        CompletableFuture<List<Response.Reply>> finished = recorder.next();
        loop.execute(
                () -> {
                    try {
                        handler.handle(request, recorder);
                    } catch (RuntimeException | Error e) {
                        finished.completeExceptionally(e);
                    }
                });
        return finished.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    }

    /** The one frame that answers it. */
    Response.Reply ask(Request request) {
        List<Response.Reply> replies = send(request);
        if (replies.size() != 1) {
            throw new AssertionError(request + " was answered by " + replies);
        }
        return replies.get(0);
    }

    long id() {
        return id;
    }

    /** From here on requests have the next number. */
    int newTransaction() {
        return ++transaction;
    }

    Request.ExecuteDirect text(String sql, Object... parameters) {
        return new Request.ExecuteDirect(
                options(0), sql, GeneratedKeys.NONE, Arrays.asList(parameters));
    }

    ExecuteOptions options(int fetchSize) {
        return new ExecuteOptions(transaction, 0, 0, fetchSize, 0);
    }

    Response.Reply execute(String sql, Object... parameters) {
        return ask(text(sql, parameters));
    }

    /** Auto-commit on or off. */
    void autoCommit(boolean on) {
        send(new Request.SetOptions(on, 2, false, null, null));
    }

    static List<List<Object>> rows(RowSet rowSet) {
        List<List<Object>> rows = new ArrayList<>();
        RowsReader reader = rowSet.rows().reader();
        try {
            while (reader.next()) {
                List<Object> row = new ArrayList<>();
                for (int column = 0; column < rowSet.rows().columnCount(); column++) {
                    row.add(reader.value(column));
                }
                rows.add(row);
            }
        } catch (ProtocolException e) {
            throw new AssertionError("a reply cannot be read", e);
        }
        return rows;
    }

    @Override
    public void close() {
        if (loop.isShutdown()) {
            return;
        }
        if (!gone) {
            loop.execute(handler::clientGone);
        }
        loop.shutdown();
        try {
            if (!loop.awaitTermination(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the session did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Decodes what a session writes, frame by frame. */
    private static final class Recorder implements Replies {
        private final FrameWriter frames = new FrameWriter();
        private final ValueWriter values = new ValueWriter(frames, ChunkSink.NONE);
        private final RowsWriter rows = new RowsWriter(values);
        private final List<Response.Reply> sent = new ArrayList<>();
        private volatile CompletableFuture<List<Response.Reply>> finished;

        CompletableFuture<List<Response.Reply>> next() {
            finished = new CompletableFuture<>();
            return finished;
        }

        @Override
        public RowsWriter rows() {
            return rows;
        }

        @Override
        public void add(Response response) {
            try {
                response.writeTo(values);
            } catch (IOException e) {
                throw new IllegalStateException("writing to memory failed", e);
            }
        }

        @Override
        public void reset() {
            frames.clear();
        }

        @Override
        public void flush() {
            ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(frames.array(), frames.size()));
            frames.clear();
            while (bytes.hasRemaining()) {
                try {
                    ResponseTag tag = ResponseTag.of(bytes.get() & 0xFF);
                    byte[] body = new byte[bytes.getInt()];
                    if (body.length > Protocol.MAX_FRAME_BYTES) {
                        throw new AssertionError("a frame of " + body.length + " bytes");
                    }
                    bytes.get(body);
                    sent.add((Response.Reply) Response.decode(tag, new FrameReader(body)));
                } catch (ProtocolException e) {
                    throw new AssertionError("a reply cannot be decoded", e);
                }
            }
        }

        @Override
        public void finish() {
            flush();
            List<Response.Reply> all = List.copyOf(sent);
            sent.clear();
            finished.complete(all);
        }

        @Override
        public void finish(Response last) {
            add(last);
            finish();
        }

        @Override
        public void finishAndClose(Response last) {
            finish(last);
        }
    }
}
