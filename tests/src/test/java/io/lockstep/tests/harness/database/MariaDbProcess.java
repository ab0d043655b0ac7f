package io.lockstep.tests.harness.database;

import io.lockstep.tests.harness.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A MariaDB server from the operating system's package, on a data directory of its own. */
final class MariaDbProcess extends DatabaseProcess {
    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(2);
    private static final String FIRST_USER = "root";

    private final Path program;
    private final Path data;
    private final Path socketDirectory;

    MariaDbProcess(String name, Path directory) {
        super(Engine.MARIADB, name, directory);
        this.program = program().orElseThrow();
        this.data = directory.resolve("data");
        try {
            // Not below the build directory: the path of a socket may have 107 bytes only.
            this.socketDirectory = Files.createTempDirectory("lockstep-test-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a directory for a socket", e);
        }
    }

    /** Where the server program is on this machine, if MariaDB is installed. */
    static Optional<Path> program() {
        return Stream.of("/usr/sbin/mariadbd", "/usr/bin/mariadbd", "/usr/libexec/mariadbd")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    ChildProcess launch() {
        if (!Files.isDirectory(data)) {
            ChildProcess.run(
                    name() + "-install",
                    createdDirectory(),
                    INSTALL_TIMEOUT,
                    List.of(
                            "mariadb-install-db",
                            "--no-defaults",
                            "--datadir=" + data,
                            "--auth-root-authentication-method=normal",
                            "--skip-test-db"));
        }
        return launch(
                List.of(
                        program.toString(),
                        "--no-defaults",
                        "--user=" + System.getProperty("user.name"),
                        "--datadir=" + data,
                        // A server that starts deletes the temporary tables of those that share it.
                        "--tmpdir=" + temporaryDirectory(data),
                        "--bind-address=127.0.0.1",
                        "--port=" + port(),
                        "--socket=" + socketDirectory.resolve("mariadb.sock"),
                        "--pid-file=" + data.resolve("mariadb.pid"),
                        "--max-connections=300"));
    }

    private Path createdDirectory() {
        try {
            return Files.createDirectories(directory());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + directory(), e);
        }
    }

    private static Path temporaryDirectory(Path data) {
        try {
            return Files.createDirectories(data.resolveSibling("tmp"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a directory for temporary tables", e);
        }
    }

    @Override
    public Database createDatabase(String databaseName) throws SQLException {
        try (Connection connection = connectFirstUser();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + databaseName);
        }
        return new Database(this, databaseName);
    }

    @Override
    String url(int clientPort, String databaseName) {
        return "jdbc:mariadb://127.0.0.1:" + clientPort + "/" + databaseName;
    }

    @Override
    void probe() throws SQLException {
        try (Connection connection = connectFirstUser();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE USER IF NOT EXISTS %s@'127.0.0.1' IDENTIFIED BY '%s'"
                            .formatted(Database.USER, Database.PASSWORD));
            statement.execute(
                    "CREATE USER IF NOT EXISTS %s@localhost IDENTIFIED BY '%s'"
                            .formatted(Database.USER, Database.PASSWORD));
            statement.execute(
                    "GRANT ALL ON *.* TO %s@'127.0.0.1', %s@localhost"
                            .formatted(Database.USER, Database.USER));
        }
    }

    private Connection connectFirstUser() throws SQLException {
        return DriverManager.getConnection(url(port(), "mysql"), FIRST_USER, "");
    }
}
