package io.lockstep.backends;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Backends over embedded databases in fresh directories under {@code target}. */
final class EmbeddedDatabases {
    private EmbeddedDatabases() {}

    static Backend h2() {
        return open("h2", "jdbc:h2:file:" + directory() + "/db;WRITE_DELAY=0", 4);
    }

    static Backend derby() {
        return open("derby", "jdbc:derby:" + directory() + "/db;create=true", 4);
    }

    static Backend open(String name, String url, int poolMax) {
        return Backends.open(
                new BackendSettings(
                        name,
                        url,
                        "sa",
                        "sa",
                        1,
                        poolMax,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(1)),
                EmbeddedDatabases.class.getClassLoader());
    }

    private static Path directory() {
        try {
            Path target = Path.of("target", "databases").toAbsolutePath();
            return Files.createTempDirectory(Files.createDirectories(target), "db");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
