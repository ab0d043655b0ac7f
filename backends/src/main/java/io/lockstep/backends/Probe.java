package io.lockstep.backends;

import io.lockstep.backends.dialect.DriverControl;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Asks one database whether it lives, on a connection of its own. Thread-safe. */
final class Probe implements AutoCloseable {
    private final PhysicalConnections connections;
    private final DriverControl control;
    private final WatchedCalls calls;

    /** Written by the helper thread only; others may cut it. */
    private volatile Connection connection;

    Probe(String backend, PhysicalConnections connections, DriverControl control) {
        this.connections = connections;
        this.control = control;
        this.calls =
                new WatchedCalls("lockstep-probe-" + backend, "the probe of backend " + backend);
    }

    /**
     * @throws SQLException if no answer came within about {@code timeout}
     */
    void ping(Duration timeout) throws SQLException {
        try {
            calls.call(
                    () -> {
                        ask();
                        return true;
                    },
                    timeout,
                    late -> {});
        } catch (SQLException e) {
            // Frees the helper thread if it is the one that still waits.
            cut();
            throw e;
        }
    }

    /** On the helper thread. A kept connection that fails says nothing yet: a new one decides. */
    private void ask() throws SQLException {
        Connection kept = connection;
        if (kept != null) {
            try {
                ask(kept);
                return;
            } catch (SQLException e) {
                connection = null;
                cutAndClose(kept);
            }
        }
        Connection fresh = connections.loginForProbe();
        connection = fresh;
        try {
            ask(fresh);
        } catch (SQLException e) {
            connection = null;
            cutAndClose(fresh);
            throw e;
        }
    }

    private void ask(Connection jdbc) throws SQLException {
        try (Statement statement = jdbc.createStatement()) {
            statement.execute(control.probe());
        }
    }

    private void cutAndClose(Connection jdbc) {
        control.cut(jdbc);
        PhysicalConnections.closeQuietly(jdbc);
    }

    void cut() {
        Connection current = connection;
        if (current != null) {
            control.cut(current);
        }
    }

    @Override
    public void close() {
        Connection current = connection;
        connection = null;
        if (current != null) {
            cutAndClose(current);
        }
        calls.close();
    }
}
