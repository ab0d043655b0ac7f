package io.lockstep.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers requests of the CLI with prepared JSON and remembers them. */
final class FakeController implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, Queue<Answer>> first = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    private record Answer(int status, String body) {}

    /** A request as it arrived; {@code uri} with the query. */
    record Asked(String method, String uri, String authorization, String body) {}

    FakeController() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    FakeController answers(String methodAndPath, int status, String body) {
        answers.put(methodAndPath, new Answer(status, body));
        return this;
    }

    /** The first requests of this kind get this, in turn; {@link #answers} is for those after. */
    FakeController answersFirst(String methodAndPath, int status, String body) {
        first.computeIfAbsent(methodAndPath, key -> new ConcurrentLinkedQueue<>())
                .add(new Answer(status, body));
        return this;
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    List<Asked> asked() {
        return Collections.unmodifiableList(asked);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(
                new Asked(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        exchange.getRequestHeaders().getFirst("Authorization"),
                        body));
        String asks = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        Queue<Answer> queued = first.get(asks);
        Answer answer = queued == null ? null : queued.poll();
        if (answer == null) {
            answer =
                    answers.getOrDefault(
                            asks,
                            new Answer(404, "{\"error\": \"nothing there\", \"hint\": \"\"}"));
        }
        byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
