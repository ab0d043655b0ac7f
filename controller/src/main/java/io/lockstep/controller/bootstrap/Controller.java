package io.lockstep.controller.bootstrap;

import io.lockstep.controller.admin.AdminServer;
import io.lockstep.controller.config.ControllerConfig;
import io.lockstep.controller.config.ListenAddress;
import io.lockstep.controller.config.TlsConfig;
import io.lockstep.controller.config.VirtualDatabaseConfig;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.LatenessWatch;
import io.lockstep.controller.frontend.Listener;
import io.lockstep.controller.frontend.ListenerOptions;
import io.lockstep.controller.frontend.Logins;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.membership.Heartbeat;
import io.lockstep.controller.membership.StallClock;
import io.lockstep.controller.recovery.Incarnation;
import io.lockstep.controller.recovery.Rejoiner;
import io.lockstep.controller.recovery.Watermarks;
import io.lockstep.controller.request.Conductor;
import io.lockstep.controller.request.VirtualDatabase;
import io.lockstep.controller.session.SessionRegistry;
import io.lockstep.controller.session.Sessions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.MalformedURLException;
import java.net.ServerSocket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running controller: everything that was started, and how it is stopped again in reverse
 * order.
 */
final class Controller {
    private static final Logger log = LoggerFactory.getLogger(Controller.class);

    private static final Duration SHUTDOWN_PATIENCE = Duration.ofSeconds(8);
    private static final int TIMER_THREADS = 2;

    private final ControllerConfig config;
    private final Incarnation incarnation;
    private final Deque<Closing> started = new ArrayDeque<>();
    private final Map<String, Conductor> conductors = new LinkedHashMap<>();
    private final Map<String, Rejoiner> rejoiners = new LinkedHashMap<>();
    private final SessionRegistry registry = new SessionRegistry();
    private Listener listener;
    private AdminServer admin;
    private volatile String beingClosed = "controller";

    private record Closing(String what, AutoCloseable part) {}

    private Controller(ControllerConfig config) {
        this.config = config;
        this.incarnation =
                new Incarnation(
                        new SecureRandom().nextInt(),
                        "controller pid %d with dataDir %s"
                                .formatted(ProcessHandle.current().pid(), config.dataDir()));
    }

    /**
     * Starts everything, or leaves nothing running.
     *
     * @throws StartException if it cannot start, or a stop is requested meanwhile
     */
    static Controller start(ControllerConfig config, Path configFile, Shutdown shutdown)
            throws StartException {
        Controller controller = new Controller(config);
        boolean ready = false;
        try {
            controller.startAll(configFile, shutdown);
            ready = true;
            return controller;
        } finally {
            if (!ready) {
                controller.stop();
            }
        }
    }

    private <T extends AutoCloseable> T started(String what, T part) {
        started.push(new Closing(what, part));
        return part;
    }

    private void startAll(Path configFile, Shutdown shutdown) throws StartException {
        DataDirectory data = started("data directory", DataDirectory.open(config.dataDir()));
        requireFree("listen", config.listen());
        requireFree("admin.listen", config.admin().listen());
        ClassLoader drivers = drivers();
        ScheduledThreadPoolExecutor timer = timer();
        StallClock stalls = started("stall clock", new StallClock());
        for (VirtualDatabaseConfig virtual : config.virtualDatabases()) {
            LatenessWatch watch =
                    started("lateness watch", new LatenessWatch(virtual.backendTimeout()));
            VirtualDatabase database =
                    DatabaseStart.open(
                            virtual,
                            config.log(),
                            incarnation,
                            data.path(),
                            drivers,
                            watch,
                            timer,
                            shutdown);
            started("backends of " + virtual.name(), database.backends());
            started(
                    "watermarks of " + virtual.name(),
                    new Watermarks(
                            virtual.name(), database.backends(), config.log().retainBytes()));
            startHeartbeats(virtual, database, stalls);
            startRejoiner(virtual, database, timer);
            started("counters of " + virtual.name(), new FinalCounters(database)::settle);
            conductors.put(virtual.name(), new Conductor(database));
        }
        startListening(data, configFile);
    }

    /**
     * Before anything else, because opening the databases may put one of them out of service
     * durably, which a controller that cannot serve has no business to do. Nobody is let in yet.
     */
    private static void requireFree(String key, ListenAddress address) throws StartException {
        InetSocketAddress wanted = address.toSocketAddress();
        try (ServerSocket trial = new ServerSocket()) {
            trial.setReuseAddress(true);
            trial.bind(wanted);
        } catch (IOException e) {
            throw new StartException(
                    "%s %s: %s. Is another controller, or another program, using it? Nothing was changed"
                            .formatted(key, Operations.text(wanted), e.getMessage()),
                    e);
        }
    }

    private void startRejoiner(
            VirtualDatabaseConfig virtual,
            VirtualDatabase database,
            ScheduledThreadPoolExecutor timer) {
        Rejoiner rejoiner =
                started(
                        "rejoiner of " + virtual.name(),
                        new Rejoiner(
                                virtual.name(),
                                database.backends(),
                                database.allocator(),
                                timer,
                                incarnation,
                                virtual.autoRejoin(),
                                virtual.heartbeat().timeout()));
        rejoiner.start();
        rejoiners.put(virtual.name(), rejoiner);
    }

    private void startHeartbeats(
            VirtualDatabaseConfig virtual, VirtualDatabase database, StallClock stalls) {
        for (BackendHandle handle : database.backends().all()) {
            Heartbeat heartbeat =
                    new Heartbeat(
                            virtual.name() + "-" + handle.name(),
                            timeout -> handle.backend().ping(timeout),
                            new Watcher(database, handle),
                            virtual.heartbeat().interval(),
                            virtual.heartbeat().timeout(),
                            stalls);
            heartbeat.start();
            started("heartbeat of " + handle, heartbeat);
        }
    }

    /** What follows when a backend falls silent, or answers again. */
    private record Watcher(VirtualDatabase database, BackendHandle handle)
            implements Heartbeat.Listener {
        @Override
        public void silent(String backend, Exception failure) {
            handle.lastError(String.valueOf(failure.getMessage()));
            if (!database.backends().serves(handle)) {
                return;
            }
            try {
                var fate =
                        database.backends()
                                .leave(
                                        handle,
                                        BackendState.LOST,
                                        "did not answer the heartbeat: " + failure.getMessage());
                log.warn("{}: no heartbeat from {}: {}", database.name(), handle, fate);
            } catch (SQLException e) {
                log.error("{}: backend {} does not answer", database.name(), handle, e);
            }
        }

        @Override
        public void answersAgain(String backend) {
            log.info(
                    "{}: backend {} answers again; {}",
                    database.name(),
                    handle,
                    database.backends().serves(handle)
                            ? "it is in service"
                            : "it is out of service, since it may lack writes");
        }
    }

    private void startListening(DataDirectory data, Path configFile) throws StartException {
        try {
            ListenerOptions options =
                    ListenerOptions.of(
                            config.listen().toSocketAddress(),
                            data.path().resolve("spill"),
                            Version.NUMBER,
                            incarnation.run());
            if (config.tls().isPresent()) {
                TlsConfig tls = config.tls().get();
                options =
                        options.withTls(new ListenerOptions.TlsFiles(tls.certificate(), tls.key()));
            }
            listener = Listener.start(options, logins(), new Sessions(conductors, registry));
            started("client listener", () -> listener.close(SHUTDOWN_PATIENCE));
            Operations operations =
                    new Operations(config, configFile, conductors, rejoiners, registry, listener);
            admin =
                    started(
                            "admin API",
                            AdminServer.start(
                                    config.admin().listen().toSocketAddress(),
                                    config.admin().token(),
                                    operations));
            operations.adminAddress(admin.address());
        } catch (IOException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private Logins logins() {
        Map<String, Map<String, String>> passwords = new LinkedHashMap<>();
        for (VirtualDatabaseConfig virtual : config.virtualDatabases()) {
            Map<String, String> users = new LinkedHashMap<>();
            virtual.users().forEach(user -> users.put(user.name(), user.password()));
            passwords.put(virtual.name(), users);
        }
        return Logins.of(passwords);
    }

    private ScheduledThreadPoolExecutor timer() {
        AtomicInteger number = new AtomicInteger();
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(
                        TIMER_THREADS,
                        task -> {
                            Thread thread =
                                    new Thread(task, "lockstep-timer-" + number.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        });
        timer.setRemoveOnCancelPolicy(true);
        started("timer", timer::shutdownNow);
        return timer;
    }

    private ClassLoader drivers() throws StartException {
        ClassLoader own = Controller.class.getClassLoader();
        if (config.driverDir().isEmpty()) {
            return own;
        }
        Path directory = config.driverDir().get();
        List<URL> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
            for (Path jar : files) {
                jars.add(jar.toUri().toURL());
            }
        } catch (MalformedURLException e) {
            throw new StartException(
                    "driverDir " + directory + " holds a file whose name cannot be used", e);
        } catch (IOException e) {
            throw new StartException("driverDir " + directory + " cannot be read: " + e, e);
        }
        return started("JDBC drivers", new URLClassLoader(jars.toArray(new URL[0]), own));
    }

    /** The line that tells scripts the controller serves. */
    String readyLine() {
        return "ready clients=%s admin=%s"
                .formatted(Operations.text(listener.address()), Operations.text(admin.address()));
    }

    /** What {@link #stop} works on, for a message if that takes too long. From any thread. */
    String beingClosed() {
        return beingClosed;
    }

    /**
     * Closes everything in reverse order; goes on after a failure. Once only.
     *
     * @return whether all could be closed
     */
    boolean stop() {
        boolean clean = true;
        while (!started.isEmpty()) {
            Closing closing = started.pop();
            beingClosed = closing.what();
            try {
                closing.part().close();
            } catch (Exception e) {
                log.error("closing the {} failed; going on", closing.what(), e);
                clean = false;
            }
        }
        return clean;
    }
}
