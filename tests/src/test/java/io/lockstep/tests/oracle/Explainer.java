package io.lockstep.tests.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lockstep.tests.harness.controller.ControllerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Asks a controller what it takes a text for. */
final class Explainer {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /**
     * The controller's answer.
     *
     * @param kind name of its {@code StatementKind}
     * @param locks such as {@code EXCLUSIVE item[p:2]}
     * @param whole everything it said, for messages
     */
    record Explanation(String kind, List<String> locks, String whole) {
        /** All backends get it: nothing it changes is changed on one of them alone. */
        boolean runsEverywhere() {
            return switch (kind) {
                case "WRITE", "DDL", "UNKNOWN_WRITE", "REFUSED" -> true;
                case "READ", "LOCKING_READ", "LOCK_TABLE", "TRANSACTION", "SESSION" -> false;
                default -> throw new IllegalStateException("unknown kind in " + whole);
            };
        }

        /** It may change the connection it runs on: the session knows, or refuses. */
        boolean mayChangeSession() {
            return !kind.equals("READ") && !kind.equals("LOCKING_READ") && !kind.equals("WRITE");
        }

        /** Nobody else writes rows of the table that this statement may write. */
        boolean locksForWriting(String table) {
            String name = table.toLowerCase(Locale.ROOT);
            return kind.equals("REFUSED") || locks.stream().anyMatch(lock -> covers(lock, name));
        }

        private static boolean covers(String lock, String table) {
            int space = lock.indexOf(' ');
            String mode = lock.substring(0, space);
            String resource = lock.substring(space + 1).toLowerCase(Locale.ROOT);
            boolean exclusive = mode.equals("EXCLUSIVE") || mode.equals("ACCESS_EXCLUSIVE");
            return (exclusive && resource.equals("database"))
                    || ((exclusive || mode.equals("INTENT_EXCLUSIVE")) && resource.equals(table));
        }
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final URI uri;

    Explainer(ControllerProcess controller) {
        this.uri = URI.create("http://127.0.0.1:" + controller.adminPort() + "/api/v1/explain");
    }

    Explanation explain(String sql) {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(uri)
                            .timeout(TIMEOUT)
                            .header("Content-Type", "application/json")
                            .POST(
                                    BodyPublishers.ofString(
                                            json.writeValueAsString(Map.of("sql", sql))))
                            .build();
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            JsonNode answer = json.readTree(response.body());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(
                        "explain answered " + response.statusCode() + " " + answer + " to " + sql);
            }
            List<String> locks = new ArrayList<>();
            answer.path("locks").forEach(lock -> locks.add(lock.asText()));
            return new Explanation(answer.path("kind").asText(), locks, answer.toString());
        } catch (IOException e) {
            throw new IllegalStateException("cannot explain " + sql, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while explaining " + sql, e);
        }
    }
}
