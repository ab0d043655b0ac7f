package io.lockstep.driver;

import io.lockstep.driver.settings.ConnectionProperty;
import io.lockstep.driver.settings.ConnectionSettings;
import io.lockstep.driver.settings.ConnectionUrl;
import io.lockstep.driver.settings.HostAddress;
import io.lockstep.driver.settings.InvalidSettingException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A {@link DataSource} without a pool: every getConnection connects anew.
 *
 * <p>Configure it with {@code url}, or with {@code serverName}, {@code portNumber} and {@code
 * databaseName}, and with a bean property for each key of the URL; both notations mean the same,
 * and a key in the URL wins. Configure first, then use; the setters are not meant to run while
 * connections are being made.
 */
public final class LockstepDataSource implements DataSource, JdbcWrapper {
    private final Properties properties = new Properties();
    private String url;
    private String serverName = "localhost";
    private int portNumber = HostAddress.DEFAULT_PORT;
    private String databaseName = "";
    private PrintWriter logWriter;

    /** An unconfigured one. */
    public LockstepDataSource() {}

    @Override
    public Connection getConnection() throws SQLException {
        return JdbcConnection.open(settings());
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return JdbcConnection.open(
                settings().withLogin(user == null ? "" : user, password == null ? "" : password));
    }

    private ConnectionSettings settings() throws InvalidSettingException {
        return ConnectionSettings.of(getUrl(), properties);
    }

    /** The URL given, or the one made of server name, port and database name. */
    public String getUrl() {
        if (url != null) {
            return url;
        }
        String database =
                URLEncoder.encode(databaseName, StandardCharsets.UTF_8).replace("+", "%20");
        return ConnectionUrl.PREFIX + "//" + hosts() + "/" + database;
    }

    private String hosts() {
        // Several hosts, or one with its port, say it all; a lone name gets the port.
        return serverName.indexOf(':') >= 0 || serverName.indexOf(',') >= 0
                ? serverName
                : serverName + ":" + portNumber;
    }

    public void setUrl(String url) {
        this.url = url;
    }

    /** The same as {@link #setUrl}; the spelling some pools and containers look for. */
    public void setURL(String url) {
        setUrl(url);
    }

    public String getURL() {
        return getUrl();
    }

    public String getServerName() {
        return serverName;
    }

    /** One host, or a list as in the URL: {@code a:1,b:2}. */
    public void setServerName(String serverName) {
        this.serverName = serverName;
    }

    public int getPortNumber() {
        return portNumber;
    }

    public void setPortNumber(int portNumber) {
        this.portNumber = portNumber;
    }

    public String getDatabaseName() {
        return databaseName;
    }

    /** The virtual database. */
    public void setDatabaseName(String databaseName) {
        this.databaseName = databaseName;
    }

    private String get(ConnectionProperty property) {
        return properties.getProperty(property.key(), property.defaultText());
    }

    private void set(ConnectionProperty property, String value) {
        if (value == null) {
            properties.remove(property.key());
        } else {
            properties.setProperty(property.key(), value);
        }
    }

    public String getUser() {
        return get(ConnectionProperty.USER);
    }

    public void setUser(String user) {
        set(ConnectionProperty.USER, user);
    }

    public void setPassword(String password) {
        set(ConnectionProperty.PASSWORD, password);
    }

    public String getConnectTimeout() {
        return get(ConnectionProperty.CONNECT_TIMEOUT);
    }

    /** Seconds, or a number with a unit, as all times here. */
    public void setConnectTimeout(String connectTimeout) {
        set(ConnectionProperty.CONNECT_TIMEOUT, connectTimeout);
    }

    public String getSocketTimeout() {
        return get(ConnectionProperty.SOCKET_TIMEOUT);
    }

    public void setSocketTimeout(String socketTimeout) {
        set(ConnectionProperty.SOCKET_TIMEOUT, socketTimeout);
    }

    public String getFetchSize() {
        return get(ConnectionProperty.FETCH_SIZE);
    }

    public void setFetchSize(String fetchSize) {
        set(ConnectionProperty.FETCH_SIZE, fetchSize);
    }

    public String getApplicationName() {
        return get(ConnectionProperty.APPLICATION_NAME);
    }

    public void setApplicationName(String applicationName) {
        set(ConnectionProperty.APPLICATION_NAME, applicationName);
    }

    public String getTls() {
        return get(ConnectionProperty.TLS);
    }

    public void setTls(String tls) {
        set(ConnectionProperty.TLS, tls);
    }

    public String getTlsTrust() {
        return get(ConnectionProperty.TLS_TRUST);
    }

    public void setTlsTrust(String tlsTrust) {
        set(ConnectionProperty.TLS_TRUST, tlsTrust);
    }

    public boolean isReadOnly() {
        return Boolean.parseBoolean(get(ConnectionProperty.READ_ONLY));
    }

    public void setReadOnly(boolean readOnly) {
        set(ConnectionProperty.READ_ONLY, Boolean.toString(readOnly));
    }

    public String getOutcomeTimeout() {
        return get(ConnectionProperty.OUTCOME_TIMEOUT);
    }

    public void setOutcomeTimeout(String outcomeTimeout) {
        set(ConnectionProperty.OUTCOME_TIMEOUT, outcomeTimeout);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return Math.toIntExact(settings().loginTimeout().toSeconds());
    }

    @Override
    public void setLoginTimeout(int seconds) {
        set(ConnectionProperty.LOGIN_TIMEOUT, Integer.toString(seconds));
    }

    @Override
    public PrintWriter getLogWriter() {
        return logWriter;
    }

    /** Kept, not written to: this driver logs nothing, it throws. */
    @Override
    public void setLogWriter(PrintWriter out) {
        this.logWriter = out;
    }

    @Override
    public Logger getParentLogger() {
        return LockstepDriver.LOGGER;
    }

    @Override
    public String toString() {
        return "LockstepDataSource " + (url == null ? getUrl() : url.replaceFirst("\\?.*", ""));
    }
}
