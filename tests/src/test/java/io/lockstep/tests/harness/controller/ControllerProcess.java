package io.lockstep.tests.harness.controller;

import io.lockstep.tests.harness.BuildLayout;
import io.lockstep.tests.harness.ChildProcess;
import io.lockstep.tests.harness.JavaCommand;
import io.lockstep.tests.harness.database.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The controller under test: always the built jar as a process of its own, in a directory of its
 * own.
 */
public final class ControllerProcess implements AutoCloseable {
    private static final String JAR = "controller/target/lockstep-controller.jar";
    private static final Pattern READY =
            Pattern.compile("^ready clients=127\\.0\\.0\\.1:(\\d+) admin=127\\.0\\.0\\.1:(\\d+)$");
    private static final Pattern HEAP_USED = Pattern.compile("used (\\d+)K");
    private static final String ZONE = "-Duser.timezone=";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    /** Those that run, or ran in the current test. */
    private static final Set<ControllerProcess> REMEMBERED = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final List<String> command;
    private final Map<String, String> environment;

    /** Guarded by this; the newest process, running or not. */
    private ChildProcess process;

    private int clientPort; // guarded by this
    private int adminPort; // guarded by this

    private ControllerProcess(
            Path directory, List<String> command, Map<String, String> environment) {
        this.directory = directory;
        this.command = command;
        this.environment = environment;
        REMEMBERED.add(this);
        restart();
    }

    /** Starts a controller and waits until it says that it is ready. */
    public static ControllerProcess start(ControllerConfig config) {
        Path directory = newDirectory();
        Path file = write(directory, config.yaml());
        return new ControllerProcess(
                directory,
                command(
                        config.jar().orElseGet(() -> BuildLayout.jar(JAR)),
                        config.heap(),
                        config.jvmOptions(),
                        file.toString()),
                Map.of());
    }

    /** Starts a controller on a configuration file as a user would have written it. */
    public static ControllerProcess start(Path configurationFile, Map<String, String> environment) {
        return new ControllerProcess(
                newDirectory(),
                command(BuildLayout.jar(JAR), "256m", List.of(), configurationFile.toString()),
                environment);
    }

    /**
     * Runs a controller that is expected to end by itself, as with {@code --check} or a bad file,
     * to its end.
     */
    public static Ended runToEnd(String yaml, String... options) {
        return runToEnd(yaml, child -> {}, options);
    }

    /** Runs a controller and sends it SIGTERM once {@code moment} has passed, ready or not. */
    public static Ended terminateAfter(Callable<?> moment, String yaml) {
        return runToEnd(
                yaml,
                child -> {
                    try {
                        moment.call();
                    } catch (Exception e) {
                        throw child.failure("the moment to stop it did not come: " + e);
                    }
                    child.terminate();
                });
    }

    private static Ended runToEnd(
            String yaml, Consumer<ChildProcess> meanwhile, String... options) {
        Path directory = newDirectory();
        Path file = write(directory, yaml);
        String[] arguments =
                java.util.stream.Stream.concat(
                                java.util.Arrays.stream(options),
                                java.util.stream.Stream.of(file.toString()))
                        .toArray(String[]::new);
        try (ChildProcess child =
                ChildProcess.start(
                        "controller",
                        directory,
                        Map.of(),
                        command(BuildLayout.jar(JAR), "128m", List.of(), arguments))) {
            meanwhile.accept(child);
            int exitCode = child.awaitExit(START_TIMEOUT);
            return new Ended(exitCode, child.output(), child.errorOutput());
        }
    }

    /** What a program that ran to its end left. */
    public record Ended(int exitCode, String output, String errors) {}

    private static List<String> command(
            Path jar, String heap, List<String> jvmOptions, String... arguments) {
        JavaCommand java =
                JavaCommand.plain().option("-Xmx" + heap).option(SharedClasses.option(jar));
        jvmOptions.forEach(java::option);
        return java.jar(jar, arguments);
    }

    private static Path newDirectory() {
        try {
            return Files.createDirectories(
                    BuildLayout.runDirectory().resolve("controller-" + NUMBERS.incrementAndGet()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a directory for a controller", e);
        }
    }

    private static Path write(Path directory, String yaml) {
        try {
            return Files.writeString(directory.resolve("controller.yaml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a configuration into " + directory, e);
        }
    }

    /** Starts it again on its data directory, after {@link #kill} or {@link #stop}. */
    public synchronized void restart() {
        restart(command);
    }

    /** The same on a machine in another time zone. */
    public synchronized void restartIn(String zone) {
        List<String> moved = new ArrayList<>(command);
        moved.removeIf(argument -> argument.startsWith(ZONE));
        moved.add(1, ZONE + zone);
        restart(moved);
    }

    private synchronized void restart(List<String> how) {
        process = ChildProcess.start("controller", directory, environment, how);
        try {
            Matcher ready = process.awaitLine(READY, START_TIMEOUT);
            clientPort = Integer.parseInt(ready.group(1));
            adminPort = Integer.parseInt(ready.group(2));
        } catch (IllegalStateException e) {
            process.close();
            throw e;
        }
    }

    static void forgetEnded() {
        REMEMBERED.removeIf(controller -> !controller.isRunning());
    }

    static Set<ControllerProcess> remembered() {
        return Set.copyOf(REMEMBERED);
    }

    /** The JDBC URL of the test's virtual database. */
    public String url() {
        return url(ControllerConfig.VIRTUAL_DATABASE);
    }

    public synchronized String url(String virtualDatabase) {
        return "jdbc:lockstep://127.0.0.1:" + clientPort + "/" + virtualDatabase;
    }

    public synchronized int clientPort() {
        return clientPort;
    }

    public synchronized int adminPort() {
        return adminPort;
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), Database.USER, Database.PASSWORD);
    }

    public synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** SIGKILL. */
    public synchronized void kill() {
        process.kill();
    }

    /** SIGTERM, and waits for the clean end. */
    public synchronized int stop() {
        process.terminate();
        return process.awaitExit(STOP_TIMEOUT);
    }

    /** Everything the controller logged since the directory was made, over all its restarts. */
    public synchronized String log() {
        return process.errorOutput();
    }

    /** The files of this controller: configuration, data directory, logs. */
    public Path directory() {
        return directory;
    }

    /** Bytes of live objects in the controller's heap, after a full collection. */
    public synchronized long liveHeapBytes() {
        String pid = Long.toString(process.pid());
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        ChildProcess.run(
                "jcmd-gc", directory, START_TIMEOUT, List.of(jcmd.toString(), pid, "GC.run"));
        String heap =
                ChildProcess.run(
                        "jcmd-heap",
                        directory,
                        START_TIMEOUT,
                        List.of(jcmd.toString(), pid, "GC.heap_info"));
        // The serial collector prints a line for each generation, then metaspace, which is not
        // heap.
        return heap.lines()
                .filter(line -> line.contains("generation"))
                .map(HEAP_USED::matcher)
                .filter(Matcher::find)
                .mapToLong(matcher -> Long.parseLong(matcher.group(1)) * 1024)
                .sum();
    }

    /** An exception with the end of the controller's log. */
    public synchronized IllegalStateException failure(String what) {
        return process.failure(what);
    }

    @Override
    public synchronized void close() {
        process.close();
    }
}
