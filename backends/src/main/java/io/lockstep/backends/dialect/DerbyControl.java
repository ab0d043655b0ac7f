package io.lockstep.backends.dialect;

import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.apache.derby.client.am.ClientConnection;
import org.apache.derby.iapi.jdbc.AutoloadedDriver;
import org.apache.derby.impl.jdbc.EmbedConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Derby's two drivers: the engine itself, and the network client. */
final class DerbyControl implements DriverControl {
    static final DerbyControl INSTANCE = new DerbyControl();

    private static final Logger LOG = LoggerFactory.getLogger(DerbyControl.class);
    private static final int DEFAULT_PORT = 1527;
    private static final String EMBEDDED_DRIVER = AutoloadedDriver.class.getName();
    private static final String CLIENT_DRIVER = "org.apache.derby.client.ClientAutoloadedDriver";
    private static final String WAIT_TIMEOUT = "derby.locks.waitTimeout";
    private static final String DEADLOCK_TIMEOUT = "derby.locks.deadlockTimeout";

    private DerbyControl() {}

    static UrlSettings settings(String url) {
        return new UrlSettings(url, ';', ';');
    }

    static boolean remote(String url) {
        return url.toLowerCase(Locale.ROOT).startsWith("jdbc:derby://");
    }

    static boolean inMemory(String url) {
        String lower = url.toLowerCase(Locale.ROOT);
        return lower.startsWith("jdbc:derby:memory:") || lower.contains("/memory:");
    }

    @Override
    public String driverClass(String url) {
        if (remote(url)) {
            return CLIENT_DRIVER;
        }
        DerbyLog.redirect();
        return EMBEDDED_DRIVER;
    }

    @Override
    public Properties properties(String url, Duration connectTimeout) {
        return new Properties();
    }

    /** The client has no limit of its own and refuses {@code setNetworkTimeout}. */
    @Override
    public boolean loginMayHang(String url) {
        return remote(url);
    }

    @Override
    public void afterLogin(Connection connection) throws SQLException {
        try {
            Socket socket = socket(connection);
            if (socket != null) {
                socket.setKeepAlive(true);
                socket.setTcpNoDelay(true);
            }
        } catch (ReflectiveOperationException | SocketException e) {
            LOG.debug("keepalive not set on a Derby connection", e);
        }
    }

    /**
     * Lock waits and the pause before Derby looks for deadlocks are properties of the database.
     * They take effect at once and stay.
     */
    @Override
    public void prepareDatabase(Connection connection, Duration lockWait) throws SQLException {
        long wait = Math.max(1, lockWait.toSeconds());
        require(connection, WAIT_TIMEOUT, wait);
        require(connection, DEADLOCK_TIMEOUT, Math.max(1, wait / 3));
    }

    private static void require(Connection connection, String property, long seconds)
            throws SQLException {
        String wanted = Long.toString(seconds);
        try (PreparedStatement get =
                connection.prepareStatement(
                        "VALUES SYSCS_UTIL.SYSCS_GET_DATABASE_PROPERTY(CAST(? AS VARCHAR(128)))")) {
            get.setString(1, property);
            try (ResultSet row = get.executeQuery()) {
                if (row.next() && wanted.equals(row.getString(1))) {
                    return;
                }
            }
        }
        try (CallableStatement set =
                connection.prepareCall("CALL SYSCS_UTIL.SYSCS_SET_DATABASE_PROPERTY(?, ?)")) {
            set.setString(1, property);
            set.setString(2, wanted);
            set.execute();
        } catch (SQLException e) {
            LOG.warn(
                    "could not set {}={} in a Derby database ({}); lock waits there last as long as"
                            + " the database says. Let its owner set the property",
                    property,
                    wanted,
                    e.getMessage());
        }
    }

    @Override
    public Optional<String> databaseIdentity(Connection connection, String url) {
        String name = withoutAttributes(url);
        if (remote(url)) {
            String path = name.substring(name.indexOf('/', "jdbc:derby://".length()) + 1);
            return UrlServer.of(url, DEFAULT_PORT).map(server -> server + " " + path);
        }
        String path = name.replaceFirst("(?i)^jdbc:derby:(directory:)?", "");
        return Optional.of(
                path.indexOf(':') > 1 // memory: and the like, but not a drive's letter
                        ? path
                        : Path.of(path).toAbsolutePath().normalize().toString());
    }

    private static String withoutAttributes(String url) {
        int attributes = url.indexOf(';');
        return attributes < 0 ? url : url.substring(0, attributes);
    }

    /** An embedded statement waiting for a lock is not cut: its wait has a limit. */
    @Override
    public void cut(Connection connection) {
        try {
            DriverSocket.close(socket(connection));
        } catch (ReflectiveOperationException | SQLException | RuntimeException e) {
            DriverSocket.abortInstead(connection, e);
        }
    }

    /** Null for an embedded database. */
    private static Socket socket(Connection connection)
            throws ReflectiveOperationException, SQLException {
        if (connection instanceof ClientConnection client) {
            return (Socket) DriverSocket.field(DriverSocket.field(client, "agent_"), "socket_");
        }
        return null;
    }

    /** Neither driver has {@code Statement.cancel}; the engine has a call of its own. */
    @Override
    public boolean cancel(Connection connection, Statement running) throws SQLException {
        if (connection instanceof EmbedConnection embedded) {
            embedded.cancelRunningStatement();
            return true;
        }
        cut(connection);
        return false;
    }

    @Override
    public boolean autoCommitSwitchIsFree() {
        return true;
    }

    @Override
    public String probe() {
        return "VALUES 1";
    }

    /** Derby writes a checkpoint and frees its files only when told so. */
    @Override
    public void afterClose(String url) {
        if (remote(url)) {
            return;
        }
        String database = withoutAttributes(url);
        try {
            new AutoloadedDriver().connect(database + ";shutdown=true", new Properties());
        } catch (SQLException e) {
            // Derby reports a successful shutdown as an exception, and "not booted" as another.
            LOG.debug("Derby on shutdown of {}: {}", database, e.getMessage());
        }
    }
}
