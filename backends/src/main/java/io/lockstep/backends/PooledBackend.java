package io.lockstep.backends;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.pool.HikariPool;
import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.dialect.BackendUrl;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.backends.markers.LostCommitsException;
import io.lockstep.backends.markers.MarkerTables;
import io.lockstep.backends.markers.Markers;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backend on a HikariCP pool. Uses {@link HikariPool} itself and not {@code HikariDataSource},
 * because only the pool takes a time limit per borrow.
 */
final class PooledBackend implements Backend {
    private static final Logger LOG = LoggerFactory.getLogger(PooledBackend.class);
    private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(2);
    private static final long FIRST_WAIT_MILLIS = 10;
    private static final long LONGEST_WAIT_MILLIS = 100;

    static {
        // Hikari would otherwise ask the database whether a connection lives whenever it was idle
        // for half a second. Liveness is watched by heartbeats, and a dead connection is found by
        // the statement that needs it.
        String property = "com.zaxxer.hikari.aliveBypassWindowMs";
        if (System.getProperty(property) == null) {
            System.setProperty(property, Long.toString(TimeUnit.DAYS.toMillis(365)));
        }
    }

    private final BackendSettings settings;
    private final Dialect dialect;
    private final PhysicalConnections connections;
    private final HikariConfig config;
    private final HikariPool pool;
    private final Probe probe;
    private final MarkerTables markerTables;
    private final Markers markers;
    private final WatchedCalls cancels;
    private final AtomicLong schemaVersion = new AtomicLong();
    private volatile boolean closed;

    PooledBackend(BackendSettings settings, Dialect dialect, Driver driver) {
        this.settings = settings;
        this.dialect = dialect;
        this.markerTables = dialect.markerTables(settings.url(), settings.markerSchema());
        this.connections =
                new PhysicalConnections(settings, dialect, driver, schemaVersion, markerTables);
        this.probe = new Probe(settings.name(), connections, dialect.driverControl());
        this.cancels =
                new WatchedCalls(
                        "lockstep-cancel-" + settings.name(),
                        "a cancel request to backend " + settings.name());
        this.config = poolConfig();
        this.pool = new HikariPool(config);
        this.markers = new BackendMarkers(this, markerTables);
    }

    private HikariConfig poolConfig() {
        HikariConfig config = new HikariConfig();
        String name = "lockstep-pool-" + settings.name();
        config.setPoolName(name);
        config.setThreadFactory(Threads.daemons(name));
        config.setDataSource(connections);
        config.setMaximumPoolSize(settings.poolMax());
        // No contact with the database unless somebody wants something from it; see keepReady.
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        config.setIdleTimeout(TimeUnit.MINUTES.toMillis(10));
        // Hikari spreads the end of each connection over the last quarter of this.
        config.setMaxLifetime(TimeUnit.MINUTES.toMillis(30));
        config.setKeepaliveTime(TimeUnit.MINUTES.toMillis(1));
        config.setConnectionTimeout(Math.max(1_000, settings.connectTimeout().toMillis()));
        config.setValidationTimeout(1_000);
        config.setRegisterMbeans(false);
        config.validate();
        return config;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public BackendSettings settings() {
        return settings;
    }

    @Override
    public Dialect dialect() {
        return dialect;
    }

    @Override
    public BackendConnection borrow(Duration timeout) throws SQLException {
        if (closed) {
            throw new SQLException("backend " + name() + " is closed", "08003");
        }
        Connection pooled = take(timeout);
        return new LeasedConnection(this, pooled, physical(pooled));
    }

    private static PhysicalConnection physical(Connection pooled) throws SQLException {
        return pooled.unwrap(PhysicalConnections.Tracked.class).physical();
    }

    /**
     * Waits in slices: a login that fails meanwhile is news for all who wait for a connection,
     * while the pool itself would let them wait to the end. What belongs to an earlier term, a
     * connection or a failure, is nothing to this one.
     */
    private Connection take(Duration timeout) throws SQLException {
        long deadline = System.nanoTime() + timeout.toNanos();
        long failuresBefore = connections.lastFailure().count();
        long slice = FIRST_WAIT_MILLIS;
        while (true) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            try {
                Connection pooled = pool.getConnection(Math.max(1, Math.min(slice, left)));
                if (physical(pooled).term() == connections.term()) {
                    return pooled;
                }
                pool.evictConnection(pooled);
                continue;
            } catch (SQLTransientConnectionException e) {
                PhysicalConnections.Failure failure = connections.lastFailure();
                if (failure.count() != failuresBefore && failure.term() == connections.term()) {
                    throw unreachable(failure.cause());
                }
                if (left <= slice) {
                    throw nothingFree(timeout, e);
                }
            }
            slice = Math.min(LONGEST_WAIT_MILLIS, slice * 2);
        }
    }

    private SQLException unreachable(SQLException cause) {
        if (cause instanceof LostCommitsException lost) {
            return new LostCommitsException(lost.getMessage(), lost);
        }
        return new SQLException(
                "backend "
                        + name()
                        + ": no connection to "
                        + BackendUrl.redacted(settings.url())
                        + ": "
                        + cause.getMessage(),
                cause.getSQLState(),
                cause.getErrorCode(),
                cause);
    }

    private SQLException nothingFree(Duration timeout, SQLException cause) {
        if (pool.getTotalConnections() >= settings.poolMax()) {
            return new BackendBusyException(
                    "backend "
                            + name()
                            + ": all "
                            + settings.poolMax()
                            + " connections stayed in use for "
                            + timeout.toMillis()
                            + " ms; raise pool.max or end long transactions",
                    cause);
        }
        return new SQLTransientConnectionException(
                "backend " + name() + ": no new connection within " + timeout.toMillis() + " ms",
                "08001",
                cause);
    }

    @Override
    public void ping(Duration timeout) throws SQLException {
        probe.ping(timeout);
    }

    @Override
    public Catalogue readCatalogue() throws SQLException {
        BackendConnection connection = borrow(settings.connectTimeout());
        try {
            connection.begin(Connection.TRANSACTION_READ_COMMITTED, true);
            Catalogue catalogue = dialect.readCatalogue(connection.jdbc(), settings.markerSchema());
            connection.rollback();
            return catalogue;
        } finally {
            connection.release();
        }
    }

    @Override
    public Markers markers() {
        return markers;
    }

    Term term() {
        return connections.term();
    }

    MarkerTables markerTables() {
        return markerTables;
    }

    @Override
    public ProductVersion productVersion() throws SQLException {
        ProductVersion known = connections.productVersion();
        if (known == null) {
            borrow(settings.connectTimeout()).release();
            known = connections.productVersion();
        }
        return known;
    }

    @Override
    public Optional<ProductVersion> knownProductVersion() {
        return Optional.ofNullable(connections.productVersion());
    }

    @Override
    public Optional<String> knownIdentity() {
        return Optional.ofNullable(connections.identity());
    }

    @Override
    public PoolFigures pool() {
        return new PoolFigures(
                pool.getActiveConnections(),
                pool.getIdleConnections(),
                pool.getThreadsAwaitingConnection(),
                settings.poolMax());
    }

    @Override
    public void schemaChanged() {
        schemaVersion.incrementAndGet();
    }

    /**
     * Asks the server to end a statement, within two seconds. False if the connection had to be cut
     * for that.
     */
    boolean cancel(PhysicalConnection physical, Statement running) throws SQLException {
        return cancels.call(
                () -> physical.control().cancel(physical.jdbc(), running),
                CANCEL_TIMEOUT,
                late -> {});
    }

    void evict(Connection pooled) {
        pool.evictConnection(pooled);
    }

    @Override
    public void keepReady() {
        config.setMinimumIdle(settings.poolMax());
        // The pool looks whether it is full twice a minute, and whenever it has closed a
        // connection.
        // A second one stays meanwhile: some embedded databases close with their last connection.
        BackendConnection staying = null;
        try {
            staying = borrow(settings.connectTimeout());
            borrow(settings.connectTimeout()).discard("to make the pool fill itself");
        } catch (SQLException e) {
            LOG.debug("backend {}: the pool fills itself later: {}", name(), e.getMessage());
        } finally {
            if (staying != null) {
                staying.release();
            }
        }
    }

    @Override
    public void renewConnections() {
        pool.softEvictConnections();
    }

    @Override
    public void newTerm() {
        connections.newTerm();
        pool.softEvictConnections();
    }

    @Override
    public void cutAll() {
        config.setMinimumIdle(0);
        connections.cutAll();
        probe.cut();
        pool.softEvictConnections();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        connections.cutAll();
        probe.close();
        cancels.close();
        try {
            pool.shutdown();
        } catch (InterruptedException e) {
            LOG.warn("backend {}: interrupted while its pool was closing", name());
            Thread.currentThread().interrupt();
        }
        connections.stop();
        dialect.driverControl().afterClose(settings.url());
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}
