package io.lockstep.controller.bootstrap;

import io.lockstep.backends.Backend;
import io.lockstep.backends.dialect.BackendUrl;
import io.lockstep.controller.admin.AdminException;
import io.lockstep.controller.admin.AdminOperations;
import io.lockstep.controller.admin.BackendStatus;
import io.lockstep.controller.admin.ControllerStatus;
import io.lockstep.controller.admin.Explanation;
import io.lockstep.controller.admin.LogPart;
import io.lockstep.controller.admin.LogStatus;
import io.lockstep.controller.admin.SessionStatus;
import io.lockstep.controller.admin.WorkFigures;
import io.lockstep.controller.allocation.CounterSettling;
import io.lockstep.controller.config.ConfigException;
import io.lockstep.controller.config.ControllerConfig;
import io.lockstep.controller.execution.BackendGroup;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.frontend.Listener;
import io.lockstep.controller.frontend.SessionInfo;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.membership.View;
import io.lockstep.controller.recovery.Rejoiner;
import io.lockstep.controller.request.Conductor;
import io.lockstep.controller.request.VirtualDatabase;
import io.lockstep.controller.scheduler.LockManager;
import io.lockstep.controller.session.SessionRegistry;
import io.lockstep.controller.session.SessionRegistry.SessionFigures;
import io.lockstep.controller.sql.DecidedValues;
import io.lockstep.controller.sql.StatementClass;
import io.lockstep.controller.sql.StatementKind;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the operator can see and do, answered from the running parts. Thread-safe. */
final class Operations implements AdminOperations {
    private static final Logger log = LoggerFactory.getLogger(Operations.class);
    private static final int STATEMENT_SHOWN = 1000;

    /** The operator's program asks again after that. */
    private static final Duration ENABLE_PATIENCE = Duration.ofSeconds(2);

    /** The state of one that is out of service and being brought level. */
    private static final String RESYNCING = "resyncing";

    /** Longest wait for a connection on which counters are moved. */
    private static final Duration COUNTER_PATIENCE = Duration.ofSeconds(5);

    private final ControllerConfig config;
    private final Path configFile;
    private final Map<String, Conductor> conductors;
    private final Map<String, Rejoiner> rejoiners;
    private final SessionRegistry registry;
    private final Listener listener;
    private final Instant startedAt = Instant.now();
    private volatile InetSocketAddress adminAddress;

    Operations(
            ControllerConfig config,
            Path configFile,
            Map<String, Conductor> conductors,
            Map<String, Rejoiner> rejoiners,
            SessionRegistry registry,
            Listener listener) {
        this.rejoiners = rejoiners;
        this.config = config;
        this.configFile = configFile;
        this.conductors = conductors;
        this.registry = registry;
        this.listener = listener;
    }

    /** Known only once the admin API listens. */
    void adminAddress(InetSocketAddress address) {
        adminAddress = address;
    }

    static String text(InetSocketAddress address) {
        String host =
                address.getAddress() == null
                        ? address.getHostString()
                        : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static String address(SocketAddress client) {
        return client instanceof InetSocketAddress inet ? text(inet) : String.valueOf(client);
    }

    private VirtualDatabase database(String name) {
        return conductors.get(name).database();
    }

    @Override
    public List<String> virtualDatabases() {
        return List.copyOf(conductors.keySet());
    }

    @Override
    public boolean isServing() {
        return conductors.values().stream()
                .noneMatch(c -> c.database().backends().inService().isEmpty());
    }

    @Override
    public ControllerStatus status() {
        Runtime runtime = Runtime.getRuntime();
        List<ControllerStatus.VirtualDatabaseStatus> databases = new ArrayList<>();
        for (String name : conductors.keySet()) {
            LockManager.Snapshot locks = database(name).locks().snapshot();
            List<SessionFigures> sessions = registry.list(name);
            databases.add(
                    new ControllerStatus.VirtualDatabaseStatus(
                            name,
                            sessions.size(),
                            (int) sessions.stream().filter(s -> !s.transaction().isEmpty()).count(),
                            locks.permitsInUse(),
                            locks.permits(),
                            backends(name)));
        }
        return new ControllerStatus(
                Version.NUMBER,
                startedAt,
                text(listener.address()),
                adminAddress == null ? "" : text(adminAddress),
                config.dataDir().toString(),
                runtime.totalMemory() - runtime.freeMemory(),
                runtime.maxMemory(),
                databases);
    }

    @Override
    public List<BackendStatus> backends(String virtualDatabase) {
        BackendGroup group = database(virtualDatabase).backends();
        return group.all().stream().map(handle -> status(virtualDatabase, group, handle)).toList();
    }

    private static BackendStatus status(
            String virtualDatabase, BackendGroup group, BackendHandle handle) {
        boolean serves = group.serves(handle);
        View.Standing standing = standing(group, handle);
        Backend backend = handle.backend();
        Backend.PoolFigures pool = backend.pool();
        OptionalLong behind = serves ? OptionalLong.empty() : handle.behind();
        // Not durably out, but out: see BackendGroup.
        BackendState state =
                !serves && standing.state() == BackendState.ENABLED
                        ? BackendState.LOST
                        : standing.state();
        return new BackendStatus(
                virtualDatabase,
                handle.name(),
                behind.isPresent() ? RESYNCING : state.name().toLowerCase(Locale.ROOT),
                Instant.ofEpochMilli(standing.sinceEpochMillis()),
                orNull(standing.reason()),
                behind.isPresent() ? behind.getAsLong() : null,
                BackendUrl.redacted(backend.settings().url()),
                backend.settings().user(),
                engine(backend),
                handle.weight(),
                new BackendStatus.Pool(pool.active(), pool.idle(), pool.max(), pool.waiting()),
                handle.readCount() + handle.writeCount(),
                handle.pending(),
                orNull(handle.lastError()),
                handle.lastErrorAt());
    }

    private static String orNull(String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static String engine(Backend backend) {
        return backend.knownProductVersion().map(v -> v.product() + " " + v.version()).orElse(null);
    }

    @Override
    public BackendStatus disableBackend(String virtualDatabase, String name, String reason)
            throws AdminException {
        BackendGroup group = database(virtualDatabase).backends();
        BackendHandle handle = handle(virtualDatabase, name);
        if (group.serves(handle) || group.isSuspended(handle)) {
            if (!leaves(group, handle, reason)) {
                throw new AdminException(
                        AdminException.Kind.REFUSED,
                        name
                                + " is the last backend in service; without it "
                                + virtualDatabase
                                + " would stop",
                        "Stop the controller instead");
            }
            settleCounters(virtualDatabase, handle, name + " is disabled, but its");
        } else if (standing(group, handle).state() != BackendState.DISAGREED) {
            // Or it would come back by itself, or as it was asked to before.
            staysOut(group, handle, reason);
        }
        return status(virtualDatabase, group, handle);
    }

    private static View.Standing standing(BackendGroup group, BackendHandle handle) {
        return group.membership().view().standings().get(handle.name());
    }

    /** False if it is the last one. */
    private static boolean leaves(BackendGroup group, BackendHandle handle, String reason)
            throws AdminException {
        try {
            return group.leave(handle, BackendState.DISABLED, orOperator(reason))
                    != BackendGroup.Fate.LAST;
        } catch (SQLException e) {
            throw notRecorded(e);
        }
    }

    private static void staysOut(BackendGroup group, BackendHandle handle, String reason)
            throws AdminException {
        try {
            group.judge(handle, BackendState.DISABLED, orOperator(reason));
        } catch (SQLException e) {
            throw notRecorded(e);
        }
    }

    private static String orOperator(String reason) {
        return reason.isEmpty() ? "by the operator" : reason;
    }

    private static AdminException notRecorded(SQLException e) {
        return new AdminException(
                AdminException.Kind.FAILED, e.getMessage(), "See the controller's log", e);
    }

    @Override
    public BackendStatus enableBackend(String virtualDatabase, String name) throws AdminException {
        BackendGroup group = database(virtualDatabase).backends();
        BackendHandle handle = handle(virtualDatabase, name);
        if (!group.serves(handle)) {
            awaitEntry(rejoiners.get(virtualDatabase), handle);
        }
        BackendStatus now = status(virtualDatabase, group, handle);
        return now.state().equals(BackendState.ENABLED.name().toLowerCase(Locale.ROOT))
                ? now
                : now.resyncing();
    }

    private static void awaitEntry(Rejoiner rejoiner, BackendHandle handle) throws AdminException {
        try {
            rejoiner.enable(handle).get(ENABLE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.debug("{} is still being brought level", handle, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdminException(
                    AdminException.Kind.FAILED,
                    "interrupted while " + handle + " was being brought level",
                    "See: lockstep backend show " + handle,
                    e);
        } catch (ExecutionException e) {
            throw new AdminException(
                    AdminException.Kind.REFUSED,
                    "%s could not be brought into service: %s"
                            .formatted(handle, e.getCause().getMessage()),
                    "See: lockstep backend show " + handle,
                    e);
        }
    }

    private BackendHandle handle(String virtualDatabase, String name) throws AdminException {
        return database(virtualDatabase).backends().all().stream()
                .filter(h -> h.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new AdminException(
                                        AdminException.Kind.NOT_FOUND,
                                        virtualDatabase + " has no backend " + name,
                                        "See: lockstep backend list"));
    }

    @Override
    public int settleCounters(String virtualDatabase, String name) throws AdminException {
        return settleCounters(virtualDatabase, handle(virtualDatabase, name), "The");
    }

    /** What is reserved ahead is given back only where nobody inserts any more. */
    private int settleCounters(String virtualDatabase, BackendHandle handle, String whose)
            throws AdminException {
        VirtualDatabase database = database(virtualDatabase);
        try {
            return CounterSettling.settle(
                    database.allocator(),
                    database.classifier().counters(),
                    handle,
                    !database.backends().serves(handle),
                    COUNTER_PATIENCE);
        } catch (SQLException e) {
            throw new AdminException(
                    AdminException.Kind.FAILED,
                    "%s identity columns and sequences could not all be moved behind the values in use: %s"
                            .formatted(whose, e.getMessage()),
                    "When the database can be reached: lockstep backend counters " + handle,
                    e);
        }
    }

    @Override
    public TransactionOutcome outcome(String virtualDatabase, TransactionId transaction) {
        // Asked first: what an open session has left no trace of may yet be committed.
        boolean open = registry.isOpen(transaction.sessionId());
        TransactionOutcome known = conductors.get(virtualDatabase).outcome(transaction);
        return known == TransactionOutcome.ROLLED_BACK && open ? TransactionOutcome.UNKNOWN : known;
    }

    @Override
    public LogStatus log(String virtualDatabase) {
        return LogReading.status(database(virtualDatabase).backends().redo().log());
    }

    @Override
    public LogPart readLog(String virtualDatabase, long from, boolean lines) throws AdminException {
        return LogReading.read(database(virtualDatabase).backends().redo().log(), from, lines);
    }

    @Override
    public Explanation explain(String virtualDatabase, String sql) throws AdminException {
        VirtualDatabase database = database(virtualDatabase);
        StatementClass what = database.classifier().classify(sql);
        List<Object> nulls = new ArrayList<>(Collections.nCopies(what.parameterCount(), null));
        List<String> locks = List.of();
        List<Explanation.BackendText> texts = List.of();
        List<String> notes = what.refusal() == null ? what.notes() : List.of();
        if (what.kind() == StatementKind.TRANSACTION) {
            notes = List.of("carried out by the controller itself: no backend gets this text");
        } else if (what.refusal() == null) {
            locks = what.describeLocks();
            Instant now = Instant.now();
            DecidedValues values = new DecidedValues(now, now, ZoneId.systemDefault());
            texts =
                    database.backends().all().stream()
                            .map(
                                    h ->
                                            new Explanation.BackendText(
                                                    h.name(),
                                                    what.forward(
                                                                    h.backend().dialect(),
                                                                    nulls,
                                                                    values)
                                                            .text()))
                            .toList();
        }
        return new Explanation(
                sql,
                what.kind().name(),
                what.tablesRead().stream().sorted().toList(),
                what.tablesWritten().stream().sorted().toList(),
                locks,
                texts,
                what.refusal(),
                null,
                notes);
    }

    @Override
    public List<SessionStatus> sessions(String virtualDatabase) {
        Map<Long, SessionFigures> figures =
                registry.list(virtualDatabase).stream()
                        .collect(Collectors.toMap(SessionFigures::id, Function.identity()));
        List<LockManager.Waiting> waiting = locks(virtualDatabase).waiting();
        List<SessionStatus> statuses = new ArrayList<>();
        for (SessionInfo info : listener.sessions()) {
            SessionFigures known = figures.get(info.sessionId());
            if (known != null) {
                statuses.add(status(virtualDatabase, info, known, waiting));
            }
        }
        return statuses;
    }

    private static SessionStatus status(
            String virtualDatabase,
            SessionInfo info,
            SessionFigures known,
            List<LockManager.Waiting> waiting) {
        String id = Long.toHexString(info.sessionId());
        String state = known.transaction().isEmpty() ? "idle" : "idle in transaction";
        if (!info.busyFor().isZero()) {
            // Owners of locks carry their session's id, in a transaction's id or in words.
            boolean waits = waiting.stream().anyMatch(wait -> wait.owner().contains(id));
            state = waits ? "waiting for lock" : "running";
        }
        return new SessionStatus(
                id,
                virtualDatabase,
                info.user(),
                address(info.client()),
                orNull(info.applicationName()),
                info.since(),
                state,
                Instant.now().minus(info.busyFor()).minus(info.idleFor()),
                orNull(known.transaction()),
                orNull(cut(known.activity())));
    }

    private static String cut(String text) {
        return text.length() <= STATEMENT_SHOWN
                ? text
                : text.substring(0, STATEMENT_SHOWN) + " ...";
    }

    @Override
    public void killSession(String virtualDatabase, long id) throws AdminException {
        boolean known = registry.list(virtualDatabase).stream().anyMatch(s -> s.id() == id);
        if (!known || !listener.kill(id)) {
            throw new AdminException(
                    AdminException.Kind.NOT_FOUND,
                    virtualDatabase + " has no session " + Long.toHexString(id),
                    "See: lockstep session list");
        }
    }

    @Override
    public LockManager.Snapshot locks(String virtualDatabase) {
        return database(virtualDatabase).locks().snapshot();
    }

    @Override
    public WorkFigures work(String virtualDatabase) {
        VirtualDatabase database = database(virtualDatabase);
        return new WorkFigures(
                database.backends().outcomes().figures(), database.groups().counters());
    }

    @Override
    public List<String> checkConfiguration(String yaml) {
        try {
            ControllerConfig.parse(
                    "the file", yaml, configFile.toAbsolutePath().getParent(), System.getenv());
            return List.of();
        } catch (ConfigException e) {
            return e.problems();
        }
    }
}
