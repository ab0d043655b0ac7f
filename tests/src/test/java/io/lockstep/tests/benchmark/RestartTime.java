package io.lockstep.tests.benchmark;

import io.lockstep.tests.harness.BuildLayout;
import io.lockstep.tests.harness.ChildProcess;
import io.lockstep.tests.harness.controller.ControllerConfig;
import io.lockstep.tests.harness.controller.ControllerProcess;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Databases;
import io.lockstep.tests.harness.database.Engine;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How long a killed controller takes from the start of its process to ready when the databases lack
 * nothing, with a log of no commits and with one of a million, in turns. Over two PostgreSQL.
 *
 * <p>The commits are written by the controller's own classes before its first start, at which the
 * databases are taken for level with the log: what they hold is none of its business then.
 * Argument: number of commits.
 */
final class RestartTime {
    private static final int ROUNDS = 5;

    private RestartTime() {}

    public static void main(String[] arguments) throws IOException {
        int commits = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        Path empty = directory("empty", 0, 0);
        Path full = directory("full", 2, commits);
        System.out.printf("%d commits: %d MB%n", commits, bytes(full) >> 20);
        List<Long> ofEmpty = new ArrayList<>();
        List<Long> ofFull = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            ofEmpty.add(restart(empty));
            ofFull.add(restart(full));
        }
        print("no commits", ofEmpty);
        print(commits + " commits", ofFull);
        System.exit(0); // the servers end with this process
    }

    /** A configuration over two fresh databases, and a log that has never had a controller. */
    private static Path directory(String name, int firstServer, int commits) throws IOException {
        ControllerConfig config = new ControllerConfig();
        for (int i = 0; i < 2; i++) {
            Database database = Databases.fresh(Engine.POSTGRESQL, firstServer + i);
            config.backend("b" + i, database);
        }
        Path directory = Files.createDirectories(BuildLayout.runDirectory().resolve(name));
        Files.writeString(directory.resolve("lockstep.yaml"), config.yaml());
        Path log = directory.resolve("data/log").resolve(ControllerConfig.VIRTUAL_DATABASE);
        if (commits > 0) {
            write(log, commits);
        }
        return directory;
    }

    private static void write(Path directory, int commits) {
        Path classes = BuildLayout.root().resolve("controller/target/test-classes");
        Path jar = BuildLayout.jar("controller/target/lockstep-controller.jar");
        List<String> command =
                List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        classes + File.pathSeparator + jar,
                        "io.lockstep.controller.redo.LogOfCommits",
                        directory.toString(),
                        String.valueOf(commits));
        try (ChildProcess writer =
                ChildProcess.start(
                        "log-of-commits", BuildLayout.runDirectory(), Map.of(), command)) {
            int exitCode = writer.awaitExit(Duration.ofMinutes(5));
            if (exitCode != 0) {
                throw writer.failure("ended with exit code " + exitCode);
            }
        }
    }

    private static long restart(Path directory) {
        Path file = directory.resolve("lockstep.yaml");
        long begun = System.nanoTime();
        try (ControllerProcess controller = ControllerProcess.start(file, Map.of())) {
            long ready = System.nanoTime();
            controller.kill();
            return (ready - begun) / 1_000_000;
        }
    }

    private static void print(String what, List<Long> millis) {
        List<Long> restarts = millis.subList(1, millis.size()).stream().sorted().toList();
        System.out.printf(
                "%s: %d ms to ready (%d to %d in %d restarts)%n",
                what,
                restarts.get(restarts.size() / 2),
                restarts.get(0),
                restarts.get(restarts.size() - 1),
                restarts.size());
    }

    private static long bytes(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
        }
    }
}
