package io.lockstep.controller.execution;

import io.lockstep.backends.BackendBusyException;
import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.backends.markers.FencedException;
import io.lockstep.backends.markers.LostCommitsException;
import io.lockstep.backends.markers.Markers;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.membership.Membership;
import io.lockstep.controller.membership.View;
import io.lockstep.controller.redo.RedoLog;
import io.lockstep.protocol.SqlState;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backends of one virtual database: who is in service, and what follows when one of them
 * breaks. Also the one place that answers "which backends hold this table" (all of them, until
 * partial replication). Thread-safe.
 */
public final class BackendGroup implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BackendGroup.class);

    /** How long a database that lives may give no connection before the others go on alone. */
    private static final long INSIST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long INSIST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final String virtualDatabase;
    private final List<BackendHandle> handles;
    private final Membership membership;
    private final RedoLog redo;
    private final RedoRun redoRun;
    private final WriteGate writes;
    private final List<Dialect> dialects;
    private final Duration pingTimeout;
    private final ConcurrentMap<BackendHandle, CompletableFuture<Boolean>> pings =
            new ConcurrentHashMap<>();
    private final OutcomeCounters outcomes = new OutcomeCounters();
    private volatile Serving serving;
    private volatile Set<BackendHandle> suspended = Set.of();

    /** Who serves in one view. */
    private record Serving(
            long viewNumber, Set<BackendHandle> without, List<BackendHandle> handles) {}

    public BackendGroup(
            String virtualDatabase,
            List<BackendHandle> handles,
            Membership membership,
            RedoLog redo,
            RedoRun redoRun,
            Duration pingTimeout) {
        this.virtualDatabase = virtualDatabase;
        this.handles = List.copyOf(handles);
        this.membership = membership;
        this.redo = redo;
        this.redoRun = redoRun;
        this.writes = new WriteGate(virtualDatabase, membership, redo);
        this.dialects = dialectsOf(this.handles);
        this.pingTimeout = pingTimeout;
        this.serving = new Serving(-1, Set.of(), List.of());
    }

    private static List<Dialect> dialectsOf(List<BackendHandle> handles) {
        Map<String, Dialect> byName = new LinkedHashMap<>();
        for (BackendHandle handle : handles) {
            Dialect dialect = handle.backend().dialect();
            byName.putIfAbsent(dialect.name(), dialect);
        }
        return List.copyOf(byName.values());
    }

    public List<BackendHandle> all() {
        return handles;
    }

    public Membership membership() {
        return membership;
    }

    /** The log of what every backend must hold. */
    public RedoLog redo() {
        return redo;
    }

    /** Whether anything may be written now. */
    public WriteGate writes() {
        return writes;
    }

    /** How logged commits are done again. */
    public RedoRun redoRun() {
        return redoRun;
    }

    /** Of all backends, in service or not. */
    List<Dialect> dialects() {
        return dialects;
    }

    public OutcomeCounters outcomes() {
        return outcomes;
    }

    /**
     * In declaration order; never empty unless the last one {@linkplain #isSuspended lacks
     * commits}, or another controller has taken the databases over.
     */
    public List<BackendHandle> inService() {
        if (writes.isDeposed()) {
            return List.of();
        }
        Set<BackendHandle> without = suspended;
        View view = membership.view();
        Serving known = serving;
        if (known.viewNumber() != view.number() || known.without() != without) {
            known =
                    new Serving(
                            view.number(),
                            without,
                            handles.stream()
                                    .filter(h -> view.serves(h.name()) && !without.contains(h))
                                    .toList());
            serving = known;
        }
        return known.handles();
    }

    public boolean serves(BackendHandle handle) {
        return membership.view().serves(handle.name()) && !isSuspended(handle);
    }

    /**
     * It serves, and has not left since the connection was opened: it comes into service only after
     * it was taken over anew, in an epoch of its own.
     */
    boolean isCurrent(FanOut.Participant participant) {
        BackendHandle handle = participant.handle();
        return participant.connection().epoch() == handle.backend().markers().epoch()
                && serves(handle);
    }

    /**
     * Asks a backend who holds it: a controller without writes would not notice otherwise.
     *
     * @throws SQLException if it cannot be asked
     */
    public void checkHeld(BackendHandle handle) throws SQLException {
        Optional<Markers.Claim> claim = handle.backend().markers().claim();
        if (!isOurs(handle, claim)) {
            writes.fenced(new FencedException("backend " + handle, claim.orElse(null), null));
        }
    }

    /** Whether this controller made the claim, in whichever term of the backend's service. */
    boolean isOurs(BackendHandle handle, Optional<Markers.Claim> claim) {
        return claim.isPresent()
                && handle.backend().markers().isOwn(claim.get())
                && claim.get().epoch() <= redo.newestEpoch();
    }

    /** What became of a backend whose connection broke. */
    public enum Fate {
        /** It is out of service, durably, perhaps for longer. */
        LEFT,
        /** Only the connection is gone; the database answers. */
        ALIVE,
        /** It does not answer, but it is the last one and stays. */
        LAST
    }

    /**
     * Decides about a backend whose connection broke. Blocks up to the heartbeat timeout, and for
     * the record.
     */
    public Fate connectionLost(BackendHandle handle, SQLException why) throws SQLException {
        handle.lastError(String.valueOf(why.getMessage()));
        if (!serves(handle)) {
            return leave(handle, BackendState.LOST, "out of contact");
        }
        if (answers(handle)) {
            log.warn(
                    "{}: a connection was lost but the database answers; connections are renewed: {}",
                    handle,
                    why.getMessage());
            handle.backend().renewConnections();
            return Fate.ALIVE;
        }
        return leave(handle, BackendState.LOST, "does not answer: " + why.getMessage());
    }

    /**
     * Decides about a backend whose answer is unknown: one that was late leaves, whether it answers
     * a probe or not.
     */
    Fate unanswered(BackendHandle handle, Outcome.Unknown<?> outcome) throws SQLException {
        return outcome.late()
                ? leave(
                        handle,
                        BackendState.LOST,
                        "later than backendTimeout with a statement that another backend had answered")
                : connectionLost(handle, outcome.cause());
    }

    /**
     * Puts a backend into service that holds every commit, while {@linkplain RedoLog#pauseCommits
     * none is made}; returns when that is durable.
     *
     * @param from its standing when that was begun
     * @return false if it was given another one since, and stays in that
     */
    public boolean enter(BackendHandle handle, View.Standing from) throws SQLException {
        handle.backend().schemaChanged(); // what was done on it may have been DDL
        try {
            if (isSuspended(handle)) {
                suspended = Set.of();
                return true;
            }
            boolean entered = membership.enter(handle.name(), from);
            if (entered) {
                suspendedLeave();
            }
            return entered;
        } catch (IOException e) {
            throw writes.membershipLost(e);
        }
    }

    /** Records durably what a backend that is out of service has turned out to be. */
    public void judge(BackendHandle handle, BackendState state, String reason) throws SQLException {
        try {
            membership.judge(handle.name(), state, reason);
        } catch (IOException e) {
            throw writes.membershipLost(e);
        }
    }

    /**
     * Takes it out of service, durably, and cuts its connections: before that is on disk, since
     * whoever waits for it need not wait for the disk as well.
     */
    public Fate leave(BackendHandle handle, BackendState state, String reason) throws SQLException {
        try {
            boolean served = serves(handle);
            boolean left =
                    membership.leave(
                            handle.name(),
                            state,
                            reason,
                            () -> {
                                // Not if it had left: somebody may be bringing it level.
                                if (served) {
                                    handle.backend().cutAll();
                                }
                            });
            return left ? Fate.LEFT : Fate.LAST;
        } catch (IOException e) {
            throw writes.membershipLost(e);
        }
    }

    /**
     * Waits until it is on disk who has left so far; at once if it is.
     *
     * @throws SQLException 53100 if that could not be written
     */
    void awaitRecorded() throws SQLException {
        try {
            membership.awaitRecorded();
        } catch (IOException e) {
            throw writes.membershipLost(e);
        }
    }

    /** One ping serves all who ask at the same time. */
    public boolean answers(BackendHandle handle) {
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        CompletableFuture<Boolean> running = pings.putIfAbsent(handle, mine);
        if (running != null) {
            return running.join();
        }
        boolean answer = false;
        try {
            handle.backend().ping(pingTimeout);
            answer = true;
        } catch (SQLException | RuntimeException | Error e) {
            handle.lastError(String.valueOf(e.getMessage()));
        } finally {
            pings.remove(handle);
            mine.complete(answer);
        }
        return answer;
    }

    /**
     * Borrows a connection from every backend in service. Those that cannot be reached leave; so do
     * those that give no connection while others do.
     *
     * @throws SQLException if a pool stayed busy, or no backend gave a connection
     */
    List<FanOut.Participant> borrowAll(Duration timeout) throws SQLException {
        List<FanOut.Participant> borrowed = new ArrayList<>(handles.size());
        Map<BackendHandle, NoConnectionException> without = new LinkedHashMap<>();
        boolean complete = false;
        try {
            for (BackendHandle handle : inService()) {
                try {
                    BackendConnection connection = insistOn(handle, timeout);
                    if (connection != null) {
                        borrowed.add(new FanOut.Participant(handle, connection));
                    }
                } catch (NoConnectionException e) {
                    without.put(handle, e);
                }
            }
            goOnWithout(without, !borrowed.isEmpty());
            complete = true;
            return borrowed;
        } finally {
            if (!complete) {
                borrowed.forEach(p -> p.connection().release());
            }
        }
    }

    /**
     * Backends that live but give no connection leave, if others can go on: an acknowledged write
     * has to be on all that serve.
     *
     * @param othersGoOn whether at least one other backend gave its connection
     */
    void goOnWithout(Map<BackendHandle, NoConnectionException> without, boolean othersGoOn)
            throws SQLException {
        if (!othersGoOn) {
            throw without.isEmpty() ? noneLeft(null) : without.values().iterator().next();
        }
        for (Map.Entry<BackendHandle, NoConnectionException> each : without.entrySet()) {
            leave(each.getKey(), BackendState.LOST, each.getValue().getMessage());
        }
    }

    /**
     * Like {@link #borrow}, but keeps asking for a second if the database answers pings and gives
     * no connection: it may be short of them for a moment only.
     *
     * @throws NoConnectionException if it gave none in that time
     */
    BackendConnection insistOn(BackendHandle handle, Duration timeout) throws SQLException {
        long deadline = System.nanoTime() + INSIST_NANOS;
        while (true) {
            try {
                return borrow(handle, timeout);
            } catch (NoConnectionException e) {
                if (System.nanoTime() >= deadline || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                LockSupport.parkNanos(INSIST_PAUSE_NANOS);
            }
        }
    }

    /**
     * A connection of a backend in service.
     *
     * @return null if the backend was found dead and has left service
     * @throws NoConnectionException if the database answers but gives none
     * @throws SQLException if its pool stayed busy, or it is the last one and dead
     */
    public BackendConnection borrow(BackendHandle handle, Duration timeout) throws SQLException {
        try {
            BackendConnection connection = handle.backend().borrow(timeout);
            if (!serves(handle)) {
                // Borrowed after its other connections were cut, and it may lack writes by now.
                connection.release();
                return null;
            }
            return connection;
        } catch (BackendBusyException e) {
            throw e;
        } catch (LostCommitsException e) {
            forgot(handle, e);
            return null;
        } catch (SQLException e) {
            return notToBeHad(handle, e);
        } catch (RuntimeException | Error e) {
            return notToBeHad(
                    handle, new SQLException("the driver failed while it was connecting: " + e, e));
        }
    }

    /**
     * It answers, but lacks commits that it had confirmed. It leaves even if it is the last one:
     * what it would serve is wrong. But then not durably, since the log alone can say what it
     * lacks, and a start must look there. For whoever {@linkplain #borrow borrows} past this group.
     */
    public void forgot(BackendHandle handle, LostCommitsException why) throws SQLException {
        handle.lastError(why.getMessage());
        if (leave(handle, BackendState.LOST, why.getMessage()) == Fate.LAST) {
            suspended = Set.of(handle);
            log.warn(
                    "{}: backend {} serves nothing: {}", virtualDatabase, handle, why.getMessage());
            handle.backend().cutAll();
            try {
                suspendedLeave(); // if another one has come into service at this moment
            } catch (IOException e) {
                throw writes.membershipLost(e);
            }
        }
    }

    /** The last one is whoever serves; one that does not must not be counted beside it. */
    private void suspendedLeave() throws IOException {
        for (BackendHandle handle : suspended) {
            boolean left =
                    membership.leave(
                            handle.name(),
                            BackendState.LOST,
                            "lacks commits that it had confirmed",
                            () -> {});
            if (left) {
                suspended = Set.of();
            }
        }
    }

    /** It is the last one in service, and yet it serves nothing before it is level again. */
    public boolean isSuspended(BackendHandle handle) {
        return suspended.contains(handle);
    }

    /** Null if the backend has left for it. */
    private BackendConnection notToBeHad(BackendHandle handle, SQLException why)
            throws SQLException {
        return switch (connectionLost(handle, why)) {
            case LEFT -> null;
            case LAST -> throw noneLeft(why);
            case ALIVE -> throw new NoConnectionException(handle, why);
        };
    }

    SQLException noneLeft(SQLException cause) {
        return new SQLException(
                "no backend of "
                        + virtualDatabase
                        + " can be reached; nothing was changed. See: lockstep status",
                SqlState.NO_BACKEND.code(),
                cause);
    }

    @Override
    public void close() {
        handles.forEach(BackendHandle::close);
        membership.close();
        try {
            redo.close();
        } catch (IOException e) {
            log.warn("the recovery log of {} could not be closed", virtualDatabase, e);
        }
    }
}
