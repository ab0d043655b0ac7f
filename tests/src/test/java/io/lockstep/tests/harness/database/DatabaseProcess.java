package io.lockstep.tests.harness.database;

import io.lockstep.tests.harness.ChildProcess;
import io.lockstep.tests.harness.LoopbackPorts;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A database server of one engine, in processes of its own, on one data directory and one loopback
 * port for its whole life: it can be killed or frozen and come back as it was.
 *
 * <p>Used by one test thread at a time, but {@link #kill}, {@link #freeze} and {@link #thaw} may be
 * called from any.
 */
public abstract sealed class DatabaseProcess
        permits PostgresProcess, DerbyProcess, H2Process, MariaDbProcess {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 20;

    private final Engine engine;
    private final String name;
    private final Path directory;
    private final int port = LoopbackPorts.next();

    /** Guarded by this; the newest process, running or not. Null before the first start. */
    private ChildProcess process;

    private boolean frozen; // guarded by this

    /**
     * @param name unique among the servers of this JVM
     * @param directory all files of this server; its own
     */
    DatabaseProcess(Engine engine, String name, Path directory) {
        this.engine = engine;
        this.name = name;
        this.directory = directory;
    }

    public final Engine engine() {
        return engine;
    }

    public final int port() {
        return port;
    }

    final Path directory() {
        return directory;
    }

    /**
     * Starts the server, or starts it again on the data it left, and returns once a client can log
     * in.
     */
    public final synchronized void start() {
        if (isRunning()) {
            throw new IllegalStateException(this + " runs already");
        }
        process = launch();
        frozen = false;
        awaitLogin(process);
    }

    /** Kills every process of the server at once, with SIGKILL. */
    public final void kill() {
        running().kill();
    }

    /** Stops every process of the server (SIGSTOP): connections stay open and nothing answers. */
    public final synchronized void freeze() {
        running().freeze();
        frozen = true;
    }

    public final synchronized void thaw() {
        running().thaw();
        frozen = false;
    }

    public final synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Makes it fit for the next test, whatever the last one did to it. */
    final synchronized void ensureRunning() {
        if (!isRunning()) {
            start();
        } else if (frozen) {
            thaw();
        }
    }

    private synchronized ChildProcess running() {
        if (!isRunning()) {
            throw new IllegalStateException(this + " does not run");
        }
        return process;
    }

    /** Creates an empty database. */
    public abstract Database createDatabase(String databaseName) throws SQLException;

    abstract String url(int clientPort, String databaseName);

    /** Starts the server's process on the data directory, creating that first if need be. */
    abstract ChildProcess launch();

    /**
     * Logs in to something that exists from the first start on. Called repeatedly until it
     * succeeds.
     */
    abstract void probe() throws SQLException;

    final ChildProcess launch(java.util.List<String> command) {
        return ChildProcess.start(name, directory, java.util.Map.of(), command);
    }

    final String name() {
        return name;
    }

    private void awaitLogin(ChildProcess started) {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        SQLException last = null;
        while (System.nanoTime() < deadline && started.isAlive()) {
            try {
                probe();
                return;
            } catch (SQLException e) {
                last = e; // not up yet
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while " + this + " started", e);
            }
        }
        IllegalStateException failure = started.failure("does not let anybody log in");
        if (last != null) {
            failure.initCause(last);
        }
        started.close();
        throw failure;
    }

    final Connection connect(String databaseName) throws SQLException {
        return DriverManager.getConnection(
                url(port, databaseName), Database.USER, Database.PASSWORD);
    }

    @Override
    public String toString() {
        return name + " on port " + port;
    }
}
