package io.lockstep.tests.backends;

import io.lockstep.backends.Backend;
import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.BackendSettings;
import io.lockstep.backends.Backends;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.DatabaseProcess;
import io.lockstep.tests.harness.database.Databases;
import io.lockstep.tests.harness.database.Engine;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;

/** A backend over a fresh database on a real server, as the controller would open it. */
record RealBackend(Backend backend, Database database) implements AutoCloseable {
    static final Duration WAIT = Duration.ofSeconds(20);
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    static RealBackend open(Engine engine, Duration lockWait) {
        return open(Databases.fresh(engine, 0), lockWait);
    }

    static RealBackend open(Database database, Duration lockWait) {
        return open(database, database.url(), lockWait);
    }

    static RealBackend open(Database database, String url, Duration lockWait) {
        return open(database, url, lockWait, 4);
    }

    static RealBackend open(Database database, String url, Duration lockWait, int poolMax) {
        BackendSettings settings =
                new BackendSettings(
                        database.server().engine().name().toLowerCase(Locale.ROOT),
                        url,
                        Database.USER,
                        Database.PASSWORD,
                        1,
                        poolMax,
                        CONNECT_TIMEOUT,
                        lockWait);
        return new RealBackend(
                Backends.open(settings, RealBackend.class.getClassLoader()), database);
    }

    DatabaseProcess server() {
        return database.server();
    }

    BackendConnection borrow() throws SQLException {
        return backend.borrow(WAIT);
    }

    static void execute(BackendConnection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        backend.close();
    }
}
