package io.lockstep.tests.harness.database;

import io.lockstep.tests.harness.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A PostgreSQL server with its durable defaults: every commit is forced to disk before it is
 * acknowledged.
 */
final class PostgresProcess extends DatabaseProcess {
    private static final String MAINTENANCE_DATABASE = "postgres";
    private static final Duration INITDB_TIMEOUT = Duration.ofMinutes(2);

    private final PostgresBinaries binaries;
    private final Path data;

    PostgresProcess(String name, Path directory, PostgresBinaries binaries) {
        super(Engine.POSTGRESQL, name, directory);
        this.binaries = binaries;
        this.data = directory.resolve("data");
    }

    @Override
    ChildProcess launch() {
        if (!Files.isDirectory(data)) {
            initialize();
        }
        return launch(
                asOrdinaryUser(
                        List.of(
                                binaries.program("postgres").toString(),
                                "-D",
                                data.toString(),
                                "-p",
                                Integer.toString(port()),
                                "-c",
                                "listen_addresses=127.0.0.1",
                                "-c",
                                "unix_socket_directories=",
                                "-c",
                                "max_connections=300")));
    }

    private void initialize() {
        try {
            Files.createDirectories(directory());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + directory(), e);
        }
        ChildProcess.run(
                name() + "-initdb",
                directory(),
                INITDB_TIMEOUT,
                asOrdinaryUser(
                        List.of(
                                binaries.program("initdb").toString(),
                                "-D",
                                data.toString(),
                                "-U",
                                Database.USER,
                                "-A",
                                "trust",
                                "-E",
                                "UTF8",
                                "--locale=C",
                                "--no-instructions")));
    }

    /**
     * PostgreSQL refuses to run as root, and tests in a container often do. In a user namespace
     * without a user map the same process counts as nobody, who there also owns the files.
     */
    private static List<String> asOrdinaryUser(List<String> command) {
        if (!"root".equals(System.getProperty("user.name"))) {
            return command;
        }
        List<String> wrapped = new ArrayList<>(List.of("unshare", "-U"));
        wrapped.addAll(command);
        return wrapped;
    }

    @Override
    public Database createDatabase(String databaseName) throws SQLException {
        new Database(this, MAINTENANCE_DATABASE).execute("CREATE DATABASE " + databaseName);
        return new Database(this, databaseName);
    }

    @Override
    String url(int clientPort, String databaseName) {
        return "jdbc:postgresql://127.0.0.1:" + clientPort + "/" + databaseName;
    }

    @Override
    void probe() throws SQLException {
        try (Connection connection = connect(MAINTENANCE_DATABASE);
                Statement statement = connection.createStatement()) {
            requireOn(statement, "fsync");
            requireOn(statement, "synchronous_commit");
        }
    }

    /** A test of durability on a server that does not force its log would prove nothing. */
    private static void requireOn(Statement statement, String setting) throws SQLException {
        try (ResultSet result = statement.executeQuery("SHOW " + setting)) {
            result.next();
            if (!"on".equals(result.getString(1))) {
                throw new IllegalStateException(
                        "PostgreSQL runs with "
                                + setting
                                + "="
                                + result.getString(1)
                                + ", the tests need on");
            }
        }
    }
}
