package io.lockstep.driver;

import io.lockstep.driver.settings.ConnectionProperty;
import io.lockstep.driver.settings.ConnectionSettings;
import io.lockstep.driver.settings.ConnectionUrl;
import io.lockstep.driver.settings.InvalidSettingException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Logger;

/**
 * The JDBC driver of Lockstep: connects to a controller by {@code
 * jdbc:lockstep://host[:port][,host[:port]...]/virtualDatabase[?key=value&...]}.
 *
 * <p>Registers itself with {@link DriverManager}, which finds it on the class path; {@link
 * ConnectionProperty} lists the keys. Any thread may connect.
 */
public final class LockstepDriver implements Driver {
    /**
     * What {@link java.sql.DatabaseMetaData#getDriverName} says; ActiveMQ finds its adapter by it.
     */
    public static final String NAME = "Lockstep JDBC Driver";

    static final Logger LOGGER = Logger.getLogger("io.lockstep.driver");

    static {
        try {
            DriverManager.registerDriver(new LockstepDriver());
        } catch (SQLException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Made by the service loader. */
    public LockstepDriver() {}

    @Override
    public Connection connect(String url, Properties info) throws SQLException {
        return acceptsURL(url) ? JdbcConnection.open(settings(url, info)) : null;
    }

    /** DriverManager's login timeout holds where neither URL nor properties name one. */
    private static ConnectionSettings settings(String url, Properties info)
            throws InvalidSettingException {
        int seconds = DriverManager.getLoginTimeout();
        if (seconds <= 0) {
            return ConnectionSettings.of(url, info);
        }
        Properties withTimeout = new Properties();
        withTimeout.setProperty(ConnectionProperty.LOGIN_TIMEOUT.key(), Integer.toString(seconds));
        if (info != null) {
            info.stringPropertyNames()
                    .forEach(key -> withTimeout.setProperty(key, info.getProperty(key)));
        }
        return ConnectionSettings.of(url, withTimeout);
    }

    @Override
    public boolean acceptsURL(String url) throws SQLException {
        return ConnectionUrl.accepts(url);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
        Map<ConnectionProperty, String> given = ConnectionSettings.known(info, new ArrayList<>());
        if (acceptsURL(url)) {
            given.putAll(ConnectionUrl.parse(url).properties());
        }
        return ConnectionProperty.describe(given);
    }

    @Override
    public int getMajorVersion() {
        return DriverVersion.CURRENT.major();
    }

    @Override
    public int getMinorVersion() {
        return DriverVersion.CURRENT.minor();
    }

    /** Optional parts are missing, so it does not claim to be compliant. */
    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return LOGGER;
    }
}
