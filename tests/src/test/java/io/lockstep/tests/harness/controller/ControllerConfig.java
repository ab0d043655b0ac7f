package io.lockstep.tests.harness.controller;

import io.lockstep.tests.harness.JavaCommand;
import io.lockstep.tests.harness.LoopbackPorts;
import io.lockstep.tests.harness.database.Database;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration file of a controller with one virtual database, and how its JVM is started.
 * Mutable until started.
 */
public final class ControllerConfig {
    public static final String VIRTUAL_DATABASE = "shop";

    private record Backend(String name, String url, String options) {}

    private final int clientPort = LoopbackPorts.next();
    private final int adminPort = LoopbackPorts.next();
    private final List<Backend> backends = new ArrayList<>();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> jvmOptions =
            new ArrayList<>(List.of("-XX:+UseSerialGC", JavaCommand.SHORT_LIVED));
    private String heap = "256m";
    private Path jar; // null: the one of this source tree

    public ControllerConfig backend(String name, Database database) {
        return backend(name, database.url());
    }

    /** A backend behind any URL, such as a proxy's; its user is the one of the test databases. */
    public ControllerConfig backend(String name, String url) {
        return backend(name, url, "");
    }

    /**
     * A backend with more keys.
     *
     * @param options more keys of the backend, in YAML's flow style: {@code "weight: 3, pool: {max:
     *     5}"}
     */
    public ControllerConfig backend(String name, String url, String options) {
        backends.add(new Backend(name, url, options));
        return this;
    }

    /**
     * Sets a key of the virtual database, such as {@code lockTimeout} to {@code 2s}; a value in
     * YAML's flow style.
     */
    public ControllerConfig set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** The controller's largest heap, 256m unless told otherwise. */
    public ControllerConfig heap(String maximumHeap) {
        heap = maximumHeap;
        return this;
    }

    /** Another controller than the one built in this source tree. */
    public ControllerConfig jar(Path controllerJar) {
        jar = controllerJar;
        return this;
    }

    /** With the JVM's second compiler: worth its price for a controller that is measured. */
    public ControllerConfig longRunning() {
        jvmOptions.remove(JavaCommand.SHORT_LIVED);
        return this;
    }

    public ControllerConfig jvmOption(String option) {
        jvmOptions.add(option);
        return this;
    }

    public int clientPort() {
        return clientPort;
    }

    public int adminPort() {
        return adminPort;
    }

    Optional<Path> jar() {
        return Optional.ofNullable(jar);
    }

    String heap() {
        return heap;
    }

    List<String> jvmOptions() {
        return List.copyOf(jvmOptions);
    }

    /**
     * The file's text; {@code dataDir} is relative to the file. Ports are fixed, so that a
     * controller comes back where it was.
     */
    public String yaml() {
        StringBuilder yaml = new StringBuilder();
        yaml.append("listen: 127.0.0.1:").append(clientPort).append('\n');
        yaml.append("admin: {listen: \"127.0.0.1:").append(adminPort).append("\"}\n");
        yaml.append("dataDir: data\n");
        yaml.append("log: {segmentBytes: 4MB}\n"); // hundreds of controllers leave their logs
        yaml.append("virtualDatabases:\n  - name: ").append(VIRTUAL_DATABASE).append('\n');
        yaml.append("    users: [{name: ")
                .append(Database.USER)
                .append(", password: ")
                .append(Database.PASSWORD)
                .append("}]\n");
        settings.forEach(
                (key, value) ->
                        yaml.append("    ").append(key).append(": ").append(value).append('\n'));
        yaml.append("    backends:\n");
        for (Backend backend : backends) {
            yaml.append(
                    "      - {name: %s, url: \"%s\", user: %s, password: %s%s}%n"
                            .formatted(
                                    backend.name,
                                    backend.url,
                                    Database.USER,
                                    Database.PASSWORD,
                                    backend.options.isEmpty() ? "" : ", " + backend.options));
        }
        return yaml.toString();
    }
}
