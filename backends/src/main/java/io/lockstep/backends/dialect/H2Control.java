package io.lockstep.backends.dialect;

import java.net.Socket;
import java.net.SocketException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.h2.engine.SessionRemote;
import org.h2.jdbc.JdbcConnection;
import org.h2.value.Transfer;

/** H2's JDBC driver. */
final class H2Control implements DriverControl {
    static final H2Control INSTANCE = new H2Control();

    private static final int DEFAULT_PORT = 9092;
    private static final String CONNECT_RETRY = "h2.socketConnectRetry";

    private H2Control() {}

    static UrlSettings settings(String url) {
        return new UrlSettings(url, ';', ';');
    }

    private static boolean remote(String url) {
        String lower = url.toLowerCase(Locale.ROOT);
        return lower.startsWith("jdbc:h2:tcp:") || lower.startsWith("jdbc:h2:ssl:");
    }

    /**
     * H2 tries a refused connect sixteen times over more than a second. Once is enough: whoever
     * needs the connection decides whether to try again.
     */
    @Override
    public String driverClass(String url) {
        if (System.getProperty(CONNECT_RETRY) == null) {
            System.setProperty(CONNECT_RETRY, "1");
        }
        return "org.h2.Driver";
    }

    @Override
    public Properties properties(String url, Duration connectTimeout) {
        Properties properties = new Properties();
        if (remote(url) && !settings(url).has("NETWORK_TIMEOUT")) {
            properties.setProperty("NETWORK_TIMEOUT", Long.toString(connectTimeout.toMillis()));
        }
        if (!remote(url) && !settings(url).has("DB_CLOSE_ON_EXIT")) {
            // H2's own shutdown hook would close the database under transactions that are being
            // rolled back; it is closed with its last connection.
            properties.setProperty("DB_CLOSE_ON_EXIT", "FALSE");
        }
        return properties;
    }

    @Override
    public boolean loginMayHang(String url) {
        return false;
    }

    @Override
    public void afterLogin(Connection connection) throws SQLException {
        try {
            for (Socket socket : sockets(connection)) {
                socket.setSoTimeout(0);
                socket.setKeepAlive(true);
            }
        } catch (ReflectiveOperationException | SocketException e) {
            throw new SQLException("cannot lift the login's read limit on H2's socket", "08001", e);
        }
        // H2 asks the server for the query timeout once and then remembers it.
        try (var statement = connection.createStatement()) {
            statement.getQueryTimeout();
        }
    }

    @Override
    public Optional<String> databaseIdentity(Connection connection, String url)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT DATABASE_PATH()")) {
            row.next();
            String path = row.getString(1);
            if (path == null) { // in memory
                path = url.substring(0, (url + ";").indexOf(';'));
            }
            if (!remote(url)) {
                return Optional.of(path);
            }
            String shown = path;
            return UrlServer.of(url, DEFAULT_PORT).map(server -> server + " " + shown);
        }
    }

    @Override
    public void cut(Connection connection) {
        try {
            sockets(connection).forEach(DriverSocket::close);
        } catch (ReflectiveOperationException | SQLException | RuntimeException e) {
            DriverSocket.abortInstead(connection, e);
        }
    }

    /** Empty for an embedded database. */
    private static List<Socket> sockets(Connection connection)
            throws SQLException, ReflectiveOperationException {
        if (connection.unwrap(JdbcConnection.class).getSession() instanceof SessionRemote remote) {
            List<?> transfers = (List<?>) DriverSocket.field(remote, "transferList");
            if (transfers == null) {
                return List.of(); // closed meanwhile by the thread that uses it, sockets and all
            }
            // A copy: the thread that uses the connection takes what is broken out of the list.
            return Stream.of(transfers.toArray())
                    .filter(Objects::nonNull)
                    .map(transfer -> ((Transfer) transfer).getSocket())
                    .toList();
        }
        return List.of();
    }

    @Override
    public boolean autoCommitSwitchIsFree() {
        return false;
    }

    @Override
    public String probe() {
        return "SELECT 1";
    }
}
