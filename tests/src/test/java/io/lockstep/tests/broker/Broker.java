package io.lockstep.tests.broker;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.store.jdbc.DefaultDatabaseLocker;
import org.apache.activemq.store.jdbc.JDBCPersistenceAdapter;
import org.apache.activemq.store.jdbc.LeaseDatabaseLocker;
import org.apache.activemq.store.jdbc.adapter.DefaultJDBCAdapter;

/**
 * A broker in this JVM with its JDBC store and its connection pool, as a user would configure them.
 */
final class Broker implements AutoCloseable {
    private static final int POOL_SIZE = 40;
    private static final long KEEP_ALIVE_MILLIS = 2000;

    /** Longer than the keep-alive, or the master would lose its lease between two renewals. */
    private static final int LEASE_MILLIS = 5000;

    private final BrokerService service;
    private final HikariDataSource pool;

    private Broker(BrokerService service, HikariDataSource pool) {
        this.service = service;
        this.pool = pool;
    }

    /**
     * Starts a broker; returns when it is the master and serves clients, which with a master alive
     * is never.
     */
    static Broker start(BrokerSettings settings) throws Exception {
        HikariDataSource pool = pool(settings);
        BrokerService service = new BrokerService();
        try {
            service.setBrokerName(settings.name());
            service.setUseJmx(false);
            service.setUseShutdownHook(false);
            service.setSchedulerSupport(false);
            service.setPersistenceAdapter(store(settings, pool));
            service.addConnector(settings.clientUrl());
            service.start();
            service.waitUntilStarted();
            return new Broker(service, pool);
        } catch (Exception e) {
            pool.close();
            throw e;
        }
    }

    private static HikariDataSource pool(BrokerSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("pool-" + settings.name());
        config.setJdbcUrl(settings.jdbcUrl());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(POOL_SIZE);
        config.setMinimumIdle(2);
        return new HikariDataSource(config);
    }

    private static JDBCPersistenceAdapter store(BrokerSettings settings, HikariDataSource pool)
            throws IOException {
        JDBCPersistenceAdapter store = new JDBCPersistenceAdapter();
        store.setDataSource(pool);
        store.setLockKeepAlivePeriod(KEEP_ALIVE_MILLIS);
        switch (settings.adapter()) {
            case FOUND_BY_DRIVER_NAME -> {}
            case STOCK -> store.setAdapter(new DefaultJDBCAdapter());
        }
        switch (settings.locker()) {
            case FOUND_BY_DRIVER_NAME -> {}
            case DEFAULT -> store.setLocker(defaultLocker());
            case LEASE -> store.setLocker(leaseLocker());
        }
        return store;
    }

    private static DefaultDatabaseLocker defaultLocker() {
        DefaultDatabaseLocker locker = new DefaultDatabaseLocker();
        locker.setLockAcquireSleepInterval(500);
        return locker;
    }

    private static LeaseDatabaseLocker leaseLocker() {
        LeaseDatabaseLocker locker = new LeaseDatabaseLocker();
        locker.setLockAcquireSleepInterval(LEASE_MILLIS);
        return locker;
    }

    /**
     * Whether it serves clients; false after it stopped itself, as a broker does that lost its
     * lock.
     */
    boolean isServing() {
        return service.isStarted() && !service.isStopping() && !service.isStopped();
    }

    @Override
    public void close() throws Exception {
        try {
            service.stop();
            service.waitUntilStopped();
        } finally {
            pool.close();
        }
    }
}
