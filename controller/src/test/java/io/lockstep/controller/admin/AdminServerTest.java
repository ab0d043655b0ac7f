package io.lockstep.controller.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final FakeOperations operations = new FakeOperations();
    private final HttpClient http = HttpClient.newHttpClient();
    private AdminServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void statusIsTheRecordAsJson() throws Exception {
        start(Optional.empty());
        JsonNode status = ok(get("/api/v1/status"));
        assertThat(status.path("version").asText()).isEqualTo("1.2.3");
        assertThat(status.path("startedAt").asText()).isEqualTo("2026-01-02T03:04:05Z");
        JsonNode shop = status.path("virtualDatabases").path(0);
        assertThat(shop.path("backends").path(0).path("pool").path("max").asInt()).isEqualTo(20);
        assertThat(shop.path("backends").path(1).path("pool").isNull()).isTrue();
    }

    @Test
    void backendsAreListedShownAndDisabled() throws Exception {
        start(Optional.empty());
        assertThat(ok(get("/api/v1/backends"))).hasSize(2);
        assertThat(ok(get("/api/v1/backends/b?vdb=shop")).path("state").asText()).isEqualTo("lost");
        JsonNode disabled = ok(post("/api/v1/backends/b/disable", "{\"reason\": \"new disk\"}"));
        assertThat(disabled.path("state").asText()).isEqualTo("disabled");
        JsonNode counters = ok(post("/api/v1/backends/b/counters", ""));
        assertThat(counters.path("moved").asInt()).isEqualTo(2);
        JsonNode enabled = ok(post("/api/v1/backends/b/enable", ""));
        assertThat(enabled.path("state").asText()).isEqualTo("enabled");
        assertThat(operations.calls)
                .containsExactly("disable shop/b new disk", "counters shop/b", "enable shop/b");
        assertError(get("/api/v1/backends/c"), 404, "no backend c in shop", "there are a, b");
        assertError(
                post("/api/v1/backends/a/disable", ""),
                409,
                "a is the last in service",
                "enable b first");
    }

    @Test
    void sessionsLocksExplainAndConfigCheckAnswer() throws Exception {
        start(Optional.empty());
        assertThat(ok(get("/api/v1/sessions")).path(0).path("id").asText()).isEqualTo("a7");
        assertThat(ok(send("DELETE", "/api/v1/sessions/a7", "")).path("killed").asText())
                .isEqualTo("a7");
        assertError(
                send("DELETE", "/api/v1/sessions/8", ""),
                404,
                "no session 8",
                "session list shows all");
        assertThat(send("DELETE", "/api/v1/sessions/x", "").statusCode()).isEqualTo(400);
        JsonNode locks = ok(get("/api/v1/locks"));
        assertThat(locks.path("waiting").path(0).path("waitsFor").path(0).asText()).isEqualTo("s1");
        assertThat(locks.path("held").path(0).path("mode").asText()).isEqualTo("EXCLUSIVE");
        JsonNode explained = ok(post("/api/v1/explain", "{\"sql\": \"SELECT 1\"}"));
        assertThat(explained.path("kind").asText()).isEqualTo("read");
        assertThat(ok(get("/api/v1/outcomes/a1-2")).path("outcome").asText())
                .isEqualTo("COMMITTED");
        assertThat(operations.calls).contains("outcome shop a1-2");
        assertThat(get("/api/v1/outcomes/a1").statusCode()).isEqualTo(400);
        assertThat(get("/api/v1/outcomes/x-y").statusCode()).isEqualTo(400);
        assertThat(ok(post("/api/v1/config/check", "good")).path("valid").asBoolean()).isTrue();
        assertThat(ok(post("/api/v1/config/check", "x")).path("problems").path(0).asText())
                .isEqualTo("listen: is missing (line 1)");
    }

    @Test
    void theLogIsDescribedAndRead() throws Exception {
        start(Optional.empty());
        assertThat(ok(get("/api/v1/log")).path("forcedSequence").asLong()).isEqualTo(8);
        assertThat(ok(get("/api/v1/log/verify/9")).path("damage").asText())
                .isEqualTo("record 9 is wrong");
        assertThat(ok(get("/api/v1/log/records/4")).path("lines").path(0).asText())
                .isEqualTo("4 COMMIT");
        assertThat(get("/api/v1/log/records/x").statusCode()).isEqualTo(400);
        assertThat(get("/api/v1/log/else/1").statusCode()).isEqualTo(404);
        assertThat(get("/api/v1/log/verify").statusCode()).isEqualTo(404);
    }

    @Test
    void theVirtualDatabaseMayBeLeftOutOnlyWhereThereIsOne() throws Exception {
        start(Optional.empty());
        operations.names = List.of("shop", "stock");
        assertError(
                get("/api/v1/backends"),
                400,
                "there are several virtual databases, and none was named",
                "name one of shop, stock (CLI: --vdb NAME)");
        assertThat(get("/api/v1/backends?vdb=stock").statusCode()).isEqualTo(200);
        assertError(
                get("/api/v1/backends?vdb=x"),
                404,
                "no virtual database x",
                "there are shop, stock");
    }

    @Test
    void healthNeedsNoTokenAndFollowsTheState() throws Exception {
        start(Optional.of("secret-token"));
        assertThat(get("/health").statusCode()).isEqualTo(200);
        operations.serving = false;
        assertThat(get("/health").statusCode()).isEqualTo(503);
    }

    @Test
    void everythingElseNeedsTheToken() throws Exception {
        start(Optional.of("secret-token"));
        for (String path : List.of("/api/v1/status", "/metrics", "/", "/health/../metrics")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(401);
            assertThat(withHeader(path, "Authorization", "Bearer wrong").statusCode())
                    .as(path)
                    .isEqualTo(401);
        }
        assertThat(
                        withHeader("/api/v1/status", "Authorization", "Bearer secret-token")
                                .statusCode())
                .isEqualTo(200);
    }

    @Test
    void pagesInABrowserAreRefused() throws Exception {
        start(Optional.empty());
        assertThat(withHeader("/api/v1/status", "Origin", "http://evil.example").statusCode())
                .isEqualTo(403);
        assertThat(raw("GET /api/v1/status HTTP/1.1\r\nHost: evil.example:25323\r\n\r\n"))
                .startsWith("HTTP/1.1 403");
        assertThat(raw("GET /api/v1/status HTTP/1.1\r\nHost: localhost:25323\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void metricsHaveTheFiguresOfTheStatus() throws Exception {
        start(Optional.empty());
        for (int i = 0; i < 2; i++) {
            String metrics = get("/metrics").body();
            assertThat(metrics)
                    .contains("lockstep_sessions{vdb=\"shop\"} 3.0")
                    .contains("lockstep_backend_enabled{backend=\"a\",vdb=\"shop\"} 1.0")
                    .contains("lockstep_backend_enabled{backend=\"b\",vdb=\"shop\"} 0.0")
                    .contains("lockstep_backend_requests_total{backend=\"a\",vdb=\"shop\"} 42.0")
                    .contains("lockstep_locks_waited_total{vdb=\"shop\"} 2.0")
                    .contains("lockstep_commits_total{vdb=\"shop\"} 11.0")
                    .contains("lockstep_conflicts_total{vdb=\"shop\"} 12.0")
                    .contains("lockstep_disagreements_total{vdb=\"shop\"} 13.0")
                    .contains("lockstep_reruns_total{vdb=\"shop\"} 14.0")
                    .contains("lockstep_group_members_total{vdb=\"shop\"} 9.0")
                    .contains("jvm_memory_used_bytes");
        }
    }

    @Test
    void badRequestsGetAClearAnswer() throws Exception {
        start(Optional.empty());
        assertThat(get("/nowhere").statusCode()).isEqualTo(404);
        assertThat(get("/api/v1/nowhere").statusCode()).isEqualTo(404);
        assertError(
                post("/api/v1/status", ""), 400, "/api/v1/status does not take POST", "use GET");
        assertError(
                post("/api/v1/explain", "{}"),
                400,
                "there is no statement to explain",
                "send {\"sql\": \"SELECT ...\"}");
        assertThat(post("/api/v1/explain", "[1").statusCode()).isEqualTo(400);
        assertThat(post("/api/v1/explain", "{\"sql\": 1}").statusCode()).isEqualTo(400);
        assertError(
                post("/api/v1/explain", "{\"sql\": \"boom\"}"),
                500,
                "internal error: java.lang.IllegalStateException: boom",
                "the controller's log has the details");
        assertError(
                post("/api/v1/config/check", "x".repeat((1 << 20) + 1)),
                413,
                "the request is larger than 1 MB",
                "send less");
        assertThat(raw("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    void slowOperationsHoldUpNobodyElseUntilTheQueueIsFull() throws Exception {
        start(Optional.empty());
        operations.explainGate = new CountDownLatch(1);
        List<CompletableFuture<HttpResponse<String>>> slow = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            slow.add(http.sendAsync(explain(), HttpResponse.BodyHandlers.ofString()));
        }
        Awaitility.await().until(() -> operations.calls.size() == 3);
        assertThat(get("/health").statusCode()).isEqualTo(200);
        for (int i = 0; i < 40; i++) {
            slow.add(http.sendAsync(explain(), HttpResponse.BodyHandlers.ofString()));
        }
        Awaitility.await()
                .until(
                        () ->
                                slow.stream()
                                        .anyMatch(
                                                answer ->
                                                        answer.isDone()
                                                                && answer.join().statusCode()
                                                                        == 503));
        operations.explainGate.countDown();
        operations.explainGate = null;
        for (CompletableFuture<HttpResponse<String>> answer : slow) {
            assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isIn(200, 503);
        }
    }

    @Test
    void aPortInUseIsSaidToBeInUse() throws Exception {
        start(Optional.empty());
        assertThatThrownBy(() -> AdminServer.start(server.address(), Optional.empty(), operations))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("admin.listen 127.0.0.1:" + server.address().getPort())
                .hasMessageContaining("in use");
    }

    private void start(Optional<String> token) throws IOException {
        server = AdminServer.start(ANY_PORT, token, operations);
    }

    private HttpRequest explain() {
        return request("/api/v1/explain")
                .POST(HttpRequest.BodyPublishers.ofString("{\"sql\": \"SELECT 1\"}"))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                .timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> withHeader(String path, String name, String value)
            throws Exception {
        return http.send(
                request(path).header(name, value).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send("POST", path, body);
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return http.send(
                request(path).method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JsonNode ok(HttpResponse<String> response) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new ObjectMapper().readTree(response.body());
    }

    private static void assertError(
            HttpResponse<String> response, int status, String error, String hint)
            throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode body = new ObjectMapper().readTree(response.body());
        assertThat(body.path("error").asText()).isEqualTo(error);
        assertThat(body.path("hint").asText()).isEqualTo(hint);
    }
}
