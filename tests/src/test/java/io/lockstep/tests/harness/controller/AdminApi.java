package io.lockstep.tests.harness.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A controller's own account of itself, asked over HTTP: quicker than {@link AdminCli}. */
public final class AdminApi {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String address;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    private AdminApi(String address) {
        this.address = address;
    }

    public static AdminApi of(ControllerProcess controller) {
        return new AdminApi("http://127.0.0.1:" + controller.adminPort());
    }

    /** Names of the backends in service. */
    public List<String> inService() {
        List<String> names = new ArrayList<>();
        for (JsonNode backend : json("/api/v1/backends")) {
            if (backend.get("state").asText().equals("enabled")) {
                names.add(backend.get("name").asText());
            }
        }
        return names;
    }

    /** Requests that wait for locks now. */
    public int lockWaits() {
        return json("/api/v1/locks").get("waiting").size();
    }

    public JsonNode json(String path) {
        try {
            return JSON.readTree(get(path));
        } catch (IOException e) {
            throw new UncheckedIOException("no JSON from " + address + path, e);
        }
    }

    private String get(String path) throws IOException {
        try {
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(URI.create(address + path))
                                    .timeout(TIMEOUT)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException("status " + response.statusCode());
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
