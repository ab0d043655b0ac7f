package io.lockstep.tests.harness.database;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.lockstep.tests.harness.BuildLayout;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The servers all tests of this JVM share, each started when first asked for and ended with the
 * JVM.
 *
 * <p>Starting a server costs seconds, creating a database tens of milliseconds: a test takes a
 * fresh database on a shared server. A test may kill or freeze a server; the next one that asks for
 * it gets it running.
 */
public final class Databases {
    private record Key(Engine engine, int index) {}

    /** Guarded by itself. */
    private static final Map<Key, DatabaseProcess> SERVERS = new HashMap<>();

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private Databases() {}

    /**
     * A server of an engine, running.
     *
     * @param index 0, 1, 2 ...: different servers, the same one for the same number
     * @throws org.opentest4j.TestAbortedException for MariaDB where it is not installed, so that
     *     the test is reported as skipped; under continuous integration (environment variable
     *     CI=true) that is a failure
     */
    public static DatabaseProcess server(Engine engine, int index) {
        synchronized (SERVERS) {
            DatabaseProcess server =
                    SERVERS.computeIfAbsent(new Key(engine, index), Databases::create);
            server.ensureRunning();
            return server;
        }
    }

    /** A new, empty database on the server of that number. */
    public static Database fresh(Engine engine, int index) {
        String name = "t" + DATABASES.incrementAndGet();
        try {
            return server(engine, index).createDatabase(name);
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "cannot create database " + name + " on " + engine + " " + index, e);
        }
    }

    private static DatabaseProcess create(Key key) {
        // Directories are this JVM's own: two runs of the tests at the same time must not meet on
        // one data directory.
        Path runDirectory = BuildLayout.runDirectory();
        String name = key.engine.name().toLowerCase(java.util.Locale.ROOT) + "-" + key.index;
        Path directory = runDirectory.resolve(name);
        return switch (key.engine) {
            case POSTGRESQL ->
                    new PostgresProcess(
                            name,
                            directory,
                            PostgresBinaries.unpackedBelow(BuildLayout.testsTarget()));
            case DERBY -> new DerbyProcess(name, directory);
            case H2 -> new H2Process(name, directory);
            case MARIADB -> {
                requireMariaDb();
                yield new MariaDbProcess(name, directory);
            }
        };
    }

    private static void requireMariaDb() {
        if (MariaDbProcess.program().isPresent()) {
            return;
        }
        String message =
                "MariaDB is not installed (no mariadbd found). On Debian and Ubuntu: apt-get install mariadb-server";
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            fail(message);
        }
        abort("skipped: " + message);
    }
}
