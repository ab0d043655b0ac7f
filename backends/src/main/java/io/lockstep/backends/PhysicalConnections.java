package io.lockstep.backends;

import io.lockstep.backends.dialect.BackendUrl;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.backends.dialect.DriverControl;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.backends.markers.LostCommitsException;
import io.lockstep.backends.markers.MarkerTables;
import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.slf4j.LoggerFactory;

/**
 * Makes the physical connections of one backend and knows all that are open, so that they can be
 * cut. The pool's data source; thread-safe.
 */
final class PhysicalConnections implements DataSource {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(PhysicalConnections.class);

    private final BackendSettings settings;
    private final Dialect dialect;
    private final DriverControl control;
    private final Driver driver;
    private final WatchedCalls logins;
    private final AtomicLong schemaVersion;
    private final MarkerTables markerTables;
    private final Set<PhysicalConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Failure> lastFailure =
            new AtomicReference<>(new Failure(0, null, null));
    private volatile Term term;
    private volatile boolean databasePrepared;
    private volatile Backend.ProductVersion productVersion;
    private volatile String identity; // null: not reached yet, or the engine cannot tell

    PhysicalConnections(
            BackendSettings settings,
            Dialect dialect,
            Driver driver,
            AtomicLong schemaVersion,
            MarkerTables markerTables) {
        this.markerTables = markerTables;
        this.settings = settings;
        this.dialect = dialect;
        this.control = dialect.driverControl();
        newTerm();
        this.driver = driver;
        this.schemaVersion = schemaVersion;
        this.logins =
                new WatchedCalls(
                        "lockstep-login-" + settings.name(),
                        "the login at backend " + settings.name());
    }

    /** What the pool hands out wraps one of these. */
    interface Tracked extends Connection {
        PhysicalConnection physical();
    }

    /** The latest failed login, the term in which it began, and how many there were. */
    record Failure(long count, SQLException cause, Term term) {}

    Failure lastFailure() {
        return lastFailure.get();
    }

    /** The present one. */
    Term term() {
        return term;
    }

    /** What is open belongs to an earlier term from here on, and so does a login under way. */
    void newTerm() {
        term = new Term(new CommitTurn(dialect.tearsConcurrentCommits()));
    }

    /** Null before the first contact. */
    Backend.ProductVersion productVersion() {
        return productVersion;
    }

    /** {@link DriverControl#databaseIdentity} at the latest contact, or null. */
    String identity() {
        return identity;
    }

    /** A connection for the pool, fully set up. */
    @Override
    public Connection getConnection() throws SQLException {
        Term begunIn = term;
        try {
            Connection jdbc = login(connection -> setUp(connection, begunIn));
            PhysicalConnection physical =
                    new PhysicalConnection(
                            jdbc,
                            control,
                            begunIn,
                            dialect.sessionSetup(settings.lockWait()),
                            schemaVersion);
            try {
                physical.prepareForAutoCommit(PhysicalConnection.DEFAULT_ISOLATION);
            } catch (SQLException e) {
                closeQuietly(jdbc);
                throw e;
            }
            open.add(physical);
            return track(physical);
        } catch (SQLException e) {
            lastFailure.updateAndGet(previous -> new Failure(previous.count() + 1, e, begunIn));
            throw e;
        }
    }

    /** A connection outside the pool without session settings, for liveness probes. */
    Connection loginForProbe() throws SQLException {
        return login(control::afterLogin);
    }

    private Connection login(SetUp setUp) throws SQLException {
        if (!control.loginMayHang(settings.url())) {
            return loginHere(setUp);
        }
        return logins.call(
                () -> loginHere(setUp),
                settings.connectTimeout(),
                PhysicalConnections::closeQuietly);
    }

    private Connection loginHere(SetUp setUp) throws SQLException {
        Properties properties = control.properties(settings.url(), settings.connectTimeout());
        if (settings.user() != null) {
            properties.setProperty("user", settings.user());
        }
        if (settings.password() != null) {
            properties.setProperty("password", settings.password());
        }
        Connection jdbc = driver.connect(settings.url(), properties);
        if (jdbc == null) {
            throw new SQLException(
                    "the driver "
                            + driver.getClass().getName()
                            + " does not take the URL "
                            + BackendUrl.redacted(settings.url()),
                    "08001");
        }
        try {
            setUp.apply(jdbc);
            return jdbc;
        } catch (SQLException e) {
            closeQuietly(jdbc);
            throw e;
        }
    }

    private interface SetUp {
        void apply(Connection jdbc) throws SQLException;
    }

    /** Runs while the login's read limits still hold. */
    private void setUp(Connection jdbc, Term begunIn) throws SQLException {
        try (Statement statement = jdbc.createStatement()) {
            for (String sql : dialect.sessionSetup(settings.lockWait())) {
                statement.execute(sql);
            }
        }
        if (!databasePrepared) {
            prepareDatabase(jdbc, settings.lockWait());
        }
        requireMemory(jdbc, begunIn);
        control.afterLogin(jdbc);
    }

    /** Of a database that was killed, restored or exchanged since its last answer. */
    private void requireMemory(Connection jdbc, Term begunIn) throws SQLException {
        if (begunIn.isNothing()) {
            return;
        }
        Optional<String> missing;
        try {
            missing = markerTables.missing(jdbc, begunIn.sequences(), begunIn.epoch());
        } catch (SQLException e) {
            if (dialect.classify(e) != FailureClass.OBJECT_MISSING) {
                throw e;
            }
            throw new LostCommitsException(
                    "it has forgotten all that is Lockstep's: was it exchanged or emptied?", e);
        }
        if (missing.isPresent()) {
            throw new LostCommitsException(
                    "it has forgotten what it had confirmed, " + missing.get(), null);
        }
    }

    private void prepareDatabase(Connection jdbc, Duration lockWait) throws SQLException {
        control.prepareDatabase(jdbc, lockWait);
        for (String warning : control.durabilityWarnings(jdbc)) {
            LOG.warn("backend {}: {}", settings.name(), warning);
        }
        DatabaseMetaData metaData = jdbc.getMetaData();
        productVersion =
                new Backend.ProductVersion(
                        metaData.getDatabaseProductName(), metaData.getDatabaseProductVersion());
        identity = identityOf(jdbc);
        databasePrepared = true;
    }

    /** Only a safeguard hangs on it, so a server that refuses to tell is no failure. */
    private String identityOf(Connection jdbc) {
        try {
            return control.databaseIdentity(jdbc, settings.url()).orElse(null);
        } catch (SQLException e) {
            LOG.info(
                    "backend {}: it cannot be told whether another backend is this same database: {}",
                    settings.name(),
                    e.getMessage());
            return null;
        }
    }

    /** Cuts all sockets; the database is looked at anew with the next login. */
    void cutAll() {
        databasePrepared = false;
        for (PhysicalConnection physical : open) {
            physical.cut();
        }
    }

    void stop() {
        logins.close();
    }

    /** A view of the driver's connection that leaves the list of open ones when it is closed. */
    private Connection track(PhysicalConnection physical) {
        InvocationHandler handler =
                (proxy, method, arguments) ->
                        switch (method.getName()) {
                            case "physical" -> physical;
                            case "close" -> {
                                open.remove(physical);
                                physical.close();
                                yield null;
                            }
                            case "abort" -> {
                                open.remove(physical);
                                physical.cut();
                                yield null;
                            }
                            default -> invoke(physical.jdbc(), method, arguments);
                        };
        return (Connection)
                Proxy.newProxyInstance(
                        PhysicalConnections.class.getClassLoader(),
                        new Class<?>[] {Tracked.class},
                        handler);
    }

    private static Object invoke(Connection jdbc, Method method, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(jdbc, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    static void closeQuietly(Connection jdbc) {
        try {
            jdbc.close();
        } catch (SQLException e) {
            LOG.debug("closing a connection failed: {}", e.getMessage());
        }
    }

    @Override
    public int getLoginTimeout() {
        return Math.max(1, Math.toIntExact(settings.connectTimeout().toSeconds()));
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // Fixed by the backend's settings; the pool offers its own connection timeout here.
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("a backend has one user", "0A000");
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        // Drivers log through their own means.
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("logging goes through SLF4J", "0A000");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("not a wrapper for " + type.getName(), "0A000");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
