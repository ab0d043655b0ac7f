package io.lockstep.backends.dialect;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** MariaDB Connector/J. */
final class MariaDbControl implements DriverControl {
    static final MariaDbControl INSTANCE = new MariaDbControl();

    private MariaDbControl() {}

    static UrlSettings settings(String url) {
        return new UrlSettings(url, '?', '&');
    }

    /** The database that the URL names; an empty name if none. */
    static String database(String url) {
        int slashes = url.indexOf("//");
        int start = slashes < 0 ? -1 : url.indexOf('/', slashes + 2);
        if (start < 0) {
            return "";
        }
        int end = url.indexOf('?', start);
        return end < 0 ? url.substring(start + 1) : url.substring(start + 1, end);
    }

    @Override
    public String driverClass(String url) {
        return "org.mariadb.jdbc.Driver";
    }

    @Override
    public Properties properties(String url, Duration connectTimeout) {
        String millis = Long.toString(Math.max(1, connectTimeout.toMillis()));
        Map<String, String> wanted =
                Map.of(
                        "connectTimeout", millis,
                        "socketTimeout", millis,
                        "tcpKeepAlive", "true",
                        "useAffectedRows", "false",
                        "allowMultiQueries", "false",
                        "allowLocalInfile", "false",
                        // Bulk execution answers with one count for the whole batch.
                        "useBulkStmts", "false",
                        "useBulkStmtsForInserts", "false",
                        "connectionAttributes", "program_name:lockstep");
        UrlSettings settings = settings(url);
        Properties properties = new Properties();
        wanted.forEach(
                (key, value) -> {
                    if (!settings.has(key)) {
                        properties.setProperty(key, value);
                    }
                });
        return properties;
    }

    @Override
    public boolean loginMayHang(String url) {
        return false;
    }

    /** From here on liveness is judged from outside; a statement may take as long as it takes. */
    @Override
    public void afterLogin(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, 0);
    }

    /** From 10.11 on; without {@code server_uid} servers of equal setup could not be told apart. */
    @Override
    public Optional<String> databaseIdentity(Connection connection, String url)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT GROUP_CONCAT(variable_value ORDER BY variable_name"
                                        + " SEPARATOR ' '), DATABASE(),"
                                        + " MAX(variable_name = 'SERVER_UID')"
                                        + " FROM information_schema.global_variables"
                                        + " WHERE variable_name IN"
                                        + " ('SERVER_UID', 'HOSTNAME', 'PORT', 'DATADIR')")) {
            row.next();
            return row.getBoolean(3)
                    ? Optional.of(row.getString(1) + " " + row.getString(2))
                    : Optional.empty();
        }
    }

    @Override
    public List<String> durabilityWarnings(Connection connection) throws SQLException {
        List<String> warnings = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT @@innodb_flush_log_at_trx_commit, @@innodb_doublewrite")) {
            row.next();
            if (!"1".equals(row.getString(1)) && !"3".equals(row.getString(1))) {
                warnings.add(
                        "innodb_flush_log_at_trx_commit="
                                + row.getString(1)
                                + ": the server loses acknowledged writes when its machine stops;"
                                + " set it to 1");
            }
            if ("0".equals(row.getString(2)) || "OFF".equalsIgnoreCase(row.getString(2))) {
                warnings.add(
                        "innodb_doublewrite=0: a machine that stops can leave torn pages; set it"
                                + " to 1");
            }
        }
        return warnings;
    }

    /**
     * The driver puts values into the text itself, so that only the text as a whole is known to the
     * server; PREPARE as a statement shows it that text. It allows parameters in fewer places than
     * the driver does: with them an error would not be certain.
     */
    @Override
    public void parse(Connection connection, String sql, boolean parameters) throws SQLException {
        if (parameters) {
            return;
        }
        try (PreparedStatement prepare =
                        connection.prepareStatement("PREPARE lockstep_parse FROM ?");
                Statement forget = connection.createStatement()) {
            prepare.setString(1, connection.nativeSQL(sql));
            prepare.execute();
            forget.execute("DEALLOCATE PREPARE lockstep_parse");
        }
    }

    @Override
    public void cut(Connection connection) {
        try {
            org.mariadb.jdbc.Connection mariadb =
                    connection.unwrap(org.mariadb.jdbc.Connection.class);
            DriverSocket.close(DriverSocket.field(mariadb.getClient(), "socket"));
        } catch (ReflectiveOperationException | SQLException | RuntimeException e) {
            DriverSocket.abortInstead(connection, e);
        }
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
