package io.lockstep.driver;

import io.lockstep.protocol.ErrorDetail;
import io.lockstep.protocol.FrameInput;
import io.lockstep.protocol.FrameReader;
import io.lockstep.protocol.FrameWriter;
import io.lockstep.protocol.LargeValueResolver;
import io.lockstep.protocol.LargeValues;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.RequestTag;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.ResponseTag;
import io.lockstep.protocol.RowDescription;
import io.lockstep.protocol.RowsWriter;
import io.lockstep.protocol.ScramServer;
import io.lockstep.protocol.ScramVerifier;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionOutcome;
import io.lockstep.protocol.TransactionStatus;
import io.lockstep.protocol.UpdateCounts;
import io.lockstep.protocol.ValueWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Speaks the protocol as a controller would, from a script: what a test does not script gets the
 * plainest answer there is. Remembers every request, and counts those it answered: the round trips.
 */
final class FakeController implements AutoCloseable {
    /** Makes the answers to a request; an empty list means "drop the connection". */
    @FunctionalInterface
    interface Script {
        /** Null leaves the answer to the default. */
        List<Response> answer(Request request) throws Exception;
    }

    /** One row whose values may be larger than a frame, and go ahead of it in chunks. */
    record LargeRow(RowDescription description, List<Object> values) {}

    static final String USER = "app";
    static final String PASSWORD = "secret";
    private static final List<Response> DROP = List.of();

    private final ServerSocket listener;
    private final Thread acceptor;
    private final ScramVerifier verifier = ScramVerifier.of(PASSWORD);
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger roundTrips = new AtomicInteger();
    private final AtomicInteger cancellations = new AtomicInteger();
    private final AtomicInteger logins = new AtomicInteger();
    private final AtomicLong lastSessionId = new AtomicLong(100);
    private volatile Script script = request -> null;
    private volatile LargeRow largeRow;
    private volatile Runnable onCancel = () -> {};
    private volatile Function<Integer, TransactionOutcome> outcomes =
            number -> TransactionOutcome.UNKNOWN;
    private volatile UpdateCounts lostCounts;
    private volatile boolean ddlCommits;
    private volatile int cutReplyAfter = Integer.MAX_VALUE;

    FakeController() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        acceptor = start("lockstep-fake-listener", this::accept);
    }

    static List<Response> drop() {
        return DROP;
    }

    private static Thread start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    int port() {
        return listener.getLocalPort();
    }

    String host() {
        return "127.0.0.1:" + port();
    }

    String url() {
        return "jdbc:lockstep://" + host() + "/shop?user=" + USER + "&password=" + PASSWORD;
    }

    void script(Script newScript) {
        script = newScript;
    }

    /** Answers every execution of a text with this row. */
    void answerWith(LargeRow row) {
        largeRow = row;
    }

    void onCancel(Runnable action) {
        onCancel = action;
    }

    void outcome(TransactionOutcome answer) {
        outcomes = number -> answer;
    }

    /** Nobody knows at first; the second one who asks is told. */
    void outcomeAtSecondAsking(TransactionOutcome answer) {
        AtomicInteger asked = new AtomicInteger();
        outcomes = number -> asked.getAndIncrement() == 0 ? TransactionOutcome.UNKNOWN : answer;
    }

    /** These numbers are of something committed, and no others. */
    void committed(Integer... numbers) {
        Set<Integer> committed = Set.of(numbers);
        outcomes =
                number ->
                        committed.contains(number)
                                ? TransactionOutcome.COMMITTED
                                : TransactionOutcome.ROLLED_BACK;
    }

    /** What goes with the outcome of something committed. */
    void lostCounts(long... counts) {
        lostCounts = UpdateCounts.of(counts);
    }

    /** As with MariaDB and H2. */
    void ddlCommits() {
        ddlCommits = true;
    }

    /** From now on a reply is cut after so many bytes and the connection closed. */
    void cutReplyAfter(int bytes) {
        cutReplyAfter = bytes;
    }

    /** All requests of sessions, without the login's. */
    List<Request> requests() {
        return List.copyOf(requests);
    }

    List<RequestTag> tags() {
        return requests().stream().map(Request::tag).toList();
    }

    <T extends Request> List<T> requests(Class<T> type) {
        return requests().stream().filter(type::isInstance).map(type::cast).toList();
    }

    int roundTrips() {
        return roundTrips.get();
    }

    int cancellations() {
        return cancellations.get();
    }

    int logins() {
        return logins.get();
    }

    /** Forgets what happened so far. */
    void reset() {
        requests.clear();
        roundTrips.set(0);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                start("lockstep-fake-session", () -> serve(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            new Conversation(socket).run();
        } catch (IOException e) {
            // The driver or the test closed the connection; the test looks at what the driver made
            // of it.
            sockets.remove(socket);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Conversation {
        private final FrameInput in;
        private final OutputStream out;
        private final FrameWriter frames = new FrameWriter();
        private final ValueWriter values = new ValueWriter(frames, this::chunk);
        private final FrameReader reader = new FrameReader();
        private boolean autoCommit = true;
        private boolean inTransaction;

        Conversation(Socket socket) throws IOException {
            in = new FrameInput(socket.getInputStream());
            out = socket.getOutputStream();
        }

        private void chunk(int valueId, boolean last, byte[] bytes, int offset, int length)
                throws IOException {
            FrameWriter chunk = new FrameWriter();
            chunk.begin(ResponseTag.VALUE_CHUNK);
            chunk.writeInt(valueId);
            chunk.writeBoolean(last);
            chunk.writeBytes(bytes, offset, length);
            chunk.end();
            chunk.writeTo(out);
        }

        private Request read() throws IOException {
            LargeValues large = new LargeValues(1L << 30);
            while (true) {
                byte[] body = in.next();
                LargeValueResolver resolver = large.isEmpty() ? LargeValueResolver.NONE : large;
                Request request =
                        Request.decode(
                                RequestTag.of(in.tag()),
                                reader.wrap(body, 0, body.length, resolver));
                if (!(request instanceof Request.ValueChunk chunk)) {
                    return request;
                }
                large.add(chunk.valueId(), chunk.last(), chunk.bytes());
            }
        }

        private void send(Response response) throws IOException {
            response.writeTo(values);
            int bytes = Math.min(frames.size(), cutReplyAfter);
            out.write(frames.array(), 0, bytes);
            boolean cut = bytes < frames.size();
            frames.clear();
            if (cut) {
                throw new IOException("cut as the test wants it");
            }
        }

        private void send(LargeRow row) throws IOException {
            RowsWriter rows = new RowsWriter(values);
            rows.begin(row.description());
            for (Object value : row.values()) {
                rows.values().write(value);
            }
            rows.endRow();
            rows.end(true, 0, status());
            frames.writeTo(out);
            frames.clear();
        }

        private void sendLogin(Response response) throws IOException {
            response.writeTo(values);
            frames.writeTo(out);
            frames.clear();
        }

        void run() throws Exception {
            Request first = read();
            if (first instanceof Request.Cancel) {
                cancellations.incrementAndGet();
                onCancel.run();
                return;
            }
            if (!login((Request.Hello) first)) {
                return;
            }
            while (true) {
                Request request = read();
                requests.add(request);
                if (request instanceof Request.Terminate) {
                    return;
                }
                note(request);
                if (request.hasReply()) {
                    roundTrips.incrementAndGet();
                    if (largeRow != null && request instanceof Request.ExecuteDirect) {
                        send(largeRow);
                        continue;
                    }
                    List<Response> answers = script.answer(request);
                    if (answers == DROP) {
                        return;
                    }
                    for (Response answer :
                            answers == null ? List.of(plainAnswer(request)) : answers) {
                        send(answer);
                    }
                }
            }
        }

        private boolean login(Request.Hello hello) throws IOException {
            logins.incrementAndGet();
            ScramServer scram = new ScramServer(verifier);
            sendLogin(
                    new Response.Challenge(
                            scram.serverFirst(hello.user(), hello.scramClientFirst())));
            String serverFinal = scram.serverFinal(((Request.ScramFinal) read()).clientFinal());
            if (serverFinal == null) {
                sendLogin(
                        failed(
                                TransactionStatus.IDLE,
                                SqlState.LOGIN_REFUSED.code(),
                                "wrong password",
                                true));
                return false;
            }
            sendLogin(
                    new Response.Welcome(
                            2,
                            0,
                            lastSessionId.incrementAndGet(),
                            42,
                            serverFinal,
                            "test",
                            "FakeDB",
                            "1.2.3",
                            2,
                            "PUBLIC",
                            null,
                            ddlCommits));
            return true;
        }

        private void note(Request request) {
            if (request instanceof Request.SetOptions options) {
                autoCommit = options.autoCommit();
            } else if (request instanceof Request.Commit || request instanceof Request.Rollback) {
                inTransaction = false;
            } else if (request instanceof Request.ExecuteDirect text && isControl(text.sql())) {
                inTransaction = text.sql().equals("BEGIN");
            } else if (autoCommit && inTransaction) {
                return; // begun by text
            } else if (request instanceof Request.Execute
                    || request instanceof Request.ExecuteDirect
                    || request instanceof Request.Batch
                    || request instanceof Request.BatchDirect
                    || request instanceof Request.Savepoint) {
                inTransaction = !autoCommit;
            }
        }

        private boolean isControl(String sql) {
            return sql.equals("BEGIN")
                    || sql.equals("COMMIT")
                    || (ddlCommits && sql.startsWith("CREATE"));
        }

        private TransactionStatus status() {
            return inTransaction ? TransactionStatus.IN_TRANSACTION : TransactionStatus.IDLE;
        }

        private Response plainAnswer(Request request) {
            if (request instanceof Request.Ping) {
                return new Response.Pong(status());
            }
            if (request instanceof Request.Outcome asked) {
                TransactionOutcome outcome = outcomes.apply(asked.transaction().sequence());
                return new Response.OutcomeIs(
                        status(),
                        outcome,
                        outcome == TransactionOutcome.COMMITTED ? lostCounts : null);
            }
            if (request instanceof Request.Batch batch) {
                return new Response.BatchCounts(
                        status(), false, UpdateCounts.of(ones(batch.rows().size())), null);
            }
            if (request instanceof Request.BatchDirect batch) {
                return new Response.BatchCounts(
                        status(), false, UpdateCounts.of(ones(batch.statements().size())), null);
            }
            if (request instanceof Request.Execute || request instanceof Request.ExecuteDirect) {
                return new Response.UpdateCount(status(), false, 1, null);
            }
            return new Response.Done(status());
        }
    }

    static Response.Failed failed(
            TransactionStatus status, String state, String message, boolean fatal) {
        return new Response.Failed(status, fatal, new ErrorDetail(state, 7, message));
    }

    private static long[] ones(int size) {
        long[] counts = new long[size];
        java.util.Arrays.fill(counts, 1);
        return counts;
    }

    /** Closes all connections, as a killed controller does; new ones are still accepted. */
    void dropAll() throws IOException {
        for (Socket socket : new ArrayList<>(sockets)) {
            socket.close();
        }
        sockets.clear();
    }

    /**
     * Afterwards nobody listens. The kernel keeps a listening socket open for as long as a thread
     * is inside accept(), and that thread may still take a connection: hence the wait for it.
     */
    @Override
    public void close() throws IOException {
        listener.close();
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        dropAll();
    }
}
