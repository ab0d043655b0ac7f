package io.lockstep.cli.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Requests to one controller's admin API. */
public final class AdminClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String controller;
    private final Optional<String> token;
    private final Optional<String> virtualDatabase;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build();

    /**
     * @param controller {@code host:port} of the admin listener
     * @param virtualDatabase sent with every request; may be left out where there is only one
     */
    public AdminClient(
            String controller, Optional<String> token, Optional<String> virtualDatabase) {
        this.controller = controller;
        this.token = token;
        this.virtualDatabase = virtualDatabase;
    }

    /** Host part of the controller's address. */
    public String host() {
        return controller.substring(0, controller.lastIndexOf(':'));
    }

    public JsonNode get(String... path) throws AdminClientException {
        return send("GET", BodyPublishers.noBody(), path);
    }

    public JsonNode post(Map<String, String> body, String... path) throws AdminClientException {
        try {
            return send("POST", BodyPublishers.ofString(JSON.writeValueAsString(body)), path);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings is always JSON", e);
        }
    }

    public JsonNode postText(String body, String... path) throws AdminClientException {
        return send("POST", BodyPublishers.ofString(body), path);
    }

    public JsonNode delete(String... path) throws AdminClientException {
        return send("DELETE", BodyPublishers.noBody(), path);
    }

    private JsonNode send(String method, BodyPublisher body, String... path)
            throws AdminClientException {
        HttpResponse<String> response = exchange(method, body, path);
        JsonNode json;
        try {
            json = JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AdminClientException.Refused(
                    controller + " answered something that is not JSON",
                    "is that the admin port of a Lockstep controller?");
        }
        if (response.statusCode() / 100 != 2) {
            throw new AdminClientException.Refused(
                    json.path("error").asText("HTTP status " + response.statusCode()),
                    json.path("hint").asText(""));
        }
        return json;
    }

    private HttpResponse<String> exchange(String method, BodyPublisher body, String... path)
            throws AdminClientException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path))
                        .timeout(ANSWER_TIMEOUT)
                        .method(method, body)
                        .header("Accept", "application/json");
        token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
        try {
            return http.send(
                    request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (HttpTimeoutException e) {
            throw unreachable("does not answer", e);
        } catch (ConnectException e) {
            boolean unknown = e.getCause() instanceof UnresolvedAddressException;
            throw unreachable(unknown ? "is not known: no such host" : "is not reachable", e);
        } catch (IOException e) {
            throw unreachable("does not answer as an admin API does", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("was given up", e);
        }
    }

    private AdminClientException unreachable(String what, Exception cause) {
        // It may quote what a server of another kind has sent.
        String message = cause.getMessage() == null ? "" : cause.getMessage();
        String why =
                message.isEmpty() ? "" : " (" + message.replaceAll("[^\\x20-\\x7e]+", ".") + ")";
        return new AdminClientException.NotReachable(
                "no controller: " + controller + " " + what + why,
                "is it running, and is --controller its admin address?",
                cause);
    }

    private URI uri(String... path) throws AdminClientException {
        StringBuilder text = new StringBuilder("http://").append(controller).append("/api/v1");
        for (String part : path) {
            text.append('/').append(encoded(part));
        }
        virtualDatabase.ifPresent(name -> text.append("?vdb=").append(encoded(name)));
        try {
            return URI.create(text.toString());
        } catch (IllegalArgumentException e) {
            throw new AdminClientException.NotReachable(
                    "\"" + controller + "\" is no address", "expected host:port", e);
        }
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
