package io.lockstep.tests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where things are in the source tree the tests run in, and where they leave their files. */
public final class BuildLayout {
    private static final int OLD_RUNS_KEPT = 2;

    private static final Path RUN_DIRECTORY = createRunDirectory();

    private BuildLayout() {}

    /**
     * The root of the source tree: what the build names in the system property, else where we run
     * or the directory above.
     */
    public static Path root() {
        String root = System.getProperty("lockstep.root");
        if (root != null) {
            return Path.of(root).toAbsolutePath();
        }
        Path here = Path.of("").toAbsolutePath();
        return Files.isRegularFile(here.resolve("tests/pom.xml")) ? here : here.getParent();
    }

    public static Path testsTarget() {
        return root().resolve("tests/target");
    }

    /** All files of this JVM's processes: data directories, configurations, logs. */
    public static Path runDirectory() {
        return RUN_DIRECTORY;
    }

    /**
     * A jar of another module.
     *
     * @throws IllegalStateException if it is not there; says how to build it
     */
    public static Path jar(String path) {
        Path jar = root().resolve(path);
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(
                    jar + " is missing. Build it, from " + root() + ": mvn -q -DskipTests package");
        }
        return jar;
    }

    private static Path createRunDirectory() {
        Path runs = testsTarget().resolve("runs");
        String time =
                LocalDateTime.now(ZoneId.systemDefault())
                        .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
        try {
            Files.createDirectories(runs);
            deleteOldRuns(runs);
            return Files.createDirectories(
                    runs.resolve(time + "-" + ProcessHandle.current().pid()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare " + runs, e);
        }
    }

    /** A run leaves some hundred megabytes; the newest are kept for looking at failures. */
    private static void deleteOldRuns(Path runs) throws IOException {
        List<Path> newestFirst;
        try (Stream<Path> all = Files.list(runs)) {
            newestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path run :
                newestFirst.subList(
                        Math.min(OLD_RUNS_KEPT, newestFirst.size()), newestFirst.size())) {
            if (!belongsToRunningJvm(run)) {
                deleteTree(run);
            }
        }
    }

    private static boolean belongsToRunningJvm(Path run) {
        String name = run.getFileName().toString();
        return ProcessHandle.of(Long.parseLong(name.substring(name.lastIndexOf('-') + 1)))
                .isPresent();
    }

    private static void deleteTree(Path tree) throws IOException {
        List<Path> contentsFirst;
        try (Stream<Path> all = Files.walk(tree)) {
            contentsFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : contentsFirst) {
            Files.delete(path);
        }
    }
}
