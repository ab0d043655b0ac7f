package io.lockstep.tests.divergence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lockstep.tests.harness.controller.ControllerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A controller's own account of a run, from its metrics and its admin API. */
final class ControllerFigures {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final String address;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    ControllerFigures(ControllerProcess controller) {
        address = "http://127.0.0.1:" + controller.adminPort();
    }

    /** Everything counted since the controller started. */
    record Counts(
            long commits,
            long waits,
            long lockTimeouts,
            long deadlocks,
            long conflicts,
            long disagreements,
            long reruns,
            long groups,
            long groupMembers,
            long groupSplits) {
        @Override
        public String toString() {
            return "commits %d (groups %d of %d writes, %d split), lock waits %d, timed out %d, deadlocks %d, backend conflicts %d, disagreements %d, re-runs %d"
                    .formatted(
                            commits,
                            groups,
                            groupMembers,
                            groupSplits,
                            waits,
                            lockTimeouts,
                            deadlocks,
                            conflicts,
                            disagreements,
                            reruns);
        }
    }

    Counts counts() throws IOException {
        String metrics = get("/metrics");
        return new Counts(
                counter(metrics, "commits"),
                counter(metrics, "locks_waited"),
                counter(metrics, "locks_timed_out"),
                counter(metrics, "locks_deadlocks"),
                counter(metrics, "conflicts"),
                counter(metrics, "disagreements"),
                counter(metrics, "reruns"),
                counter(metrics, "groups"),
                counter(metrics, "group_members"),
                counter(metrics, "group_splits"));
    }

    private static long counter(String metrics, String name) {
        Matcher line =
                Pattern.compile(
                                "^lockstep_" + name + "_total\\{[^}]*\\} ([0-9.E]+)$",
                                Pattern.MULTILINE)
                        .matcher(metrics);
        if (!line.find()) {
            throw new AssertionError("no counter " + name + " in:\n" + metrics);
        }
        return (long) Double.parseDouble(line.group(1));
    }

    /** Backends as {@code name state}, in the order of the configuration. */
    List<String> backendStates() throws IOException {
        List<String> states = new ArrayList<>();
        for (JsonNode backend : json("/api/v1/backends")) {
            states.add(backend.get("name").asText() + " " + backend.get("state").asText());
        }
        return states;
    }

    /** What is still held or waited for: nothing, once no client does anything. */
    List<String> leftovers() throws IOException {
        List<String> left = new ArrayList<>();
        JsonNode locks = json("/api/v1/locks");
        locks.get("held").forEach(held -> left.add("held: " + held));
        locks.get("waiting").forEach(waiting -> left.add("waiting: " + waiting));
        if (locks.get("permitsInUse").asInt() != 0) {
            left.add(locks.get("permitsInUse") + " permits");
        }
        for (JsonNode backend : json("/api/v1/backends")) {
            boolean serves = backend.get("state").asText().equals("enabled");
            if (serves && backend.get("pool").get("active").asInt() != 0) {
                left.add(
                        "connections in use on "
                                + backend.get("name")
                                + ": "
                                + backend.get("pool"));
            }
        }
        return left;
    }

    /** Ids of the connected clients' sessions. */
    List<String> sessionIds() throws IOException {
        List<String> ids = new ArrayList<>();
        json("/api/v1/sessions").forEach(session -> ids.add(session.get("id").asText()));
        return ids;
    }

    /** Ends a session as an operator would; false if it has ended by itself. */
    boolean killSession(String id) throws IOException {
        return send(request("/api/v1/sessions/" + id).DELETE()).statusCode() == 200;
    }

    String locks() throws IOException {
        return json("/api/v1/locks").toPrettyString();
    }

    private JsonNode json(String path) throws IOException {
        return new ObjectMapper().readTree(get(path));
    }

    private String get(String path) throws IOException {
        HttpResponse<String> response = send(request(path).GET());
        if (response.statusCode() != 200) {
            throw new IOException(path + " answers " + response.statusCode());
        }
        return response.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path)).timeout(TIMEOUT);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking " + address, e);
        }
    }
}
