package io.lockstep.controller.config;

import java.time.Duration;

/** What holds where the file says nothing. */
public final class Defaults {
    public static final ListenAddress LISTEN = new ListenAddress("127.0.0.1", 25322);
    public static final ListenAddress ADMIN_LISTEN = new ListenAddress("127.0.0.1", 25323);
    public static final String DATA_DIR = "data";
    public static final long LOG_RETAIN_BYTES = 10L << 30;
    public static final long LOG_SEGMENT_BYTES = 64L << 20;
    public static final VirtualDatabaseConfig.Replication REPLICATION =
            VirtualDatabaseConfig.Replication.RAIDB_1;
    public static final VirtualDatabaseConfig.ReadBalancing READ_BALANCER =
            VirtualDatabaseConfig.ReadBalancing.LEAST_PENDING;
    public static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);
    public static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(1);
    public static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(2);
    public static final Duration BACKEND_TIMEOUT = Duration.ofSeconds(60);
    public static final boolean AUTO_REJOIN = true;
    public static final int WEIGHT = 1;
    public static final int POOL_MAX = 20;

    /** Not in the file: how long a new connection to a backend may take. */
    public static final Duration BACKEND_CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** Not in the file: longest wait for a lock inside a backend. */
    public static final Duration BACKEND_LOCK_WAIT = Duration.ofSeconds(5);

    private Defaults() {}
}
