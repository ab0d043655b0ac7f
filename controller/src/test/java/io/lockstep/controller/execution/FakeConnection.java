package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.backends.markers.Marker;
import io.lockstep.controller.execution.FakeBackend.Call;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A connection to a {@link FakeBackend}. Reports to it when it is used by two threads at once, used
 * after it was ended, or ended twice.
 */
final class FakeConnection implements BackendConnection {
    /** How it was given back. */
    enum End {
        RELEASED,
        DISCARDED
    }

    private static final int HANG_SECONDS_MAX = 20;

    private final FakeBackend backend;
    private final FakeMarkers.Term term;
    private final List<String> work = new ArrayList<>();
    private final List<Marker> inserted = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> history = new ConcurrentLinkedQueue<>();
    private final AtomicInteger users = new AtomicInteger();
    private final AtomicBoolean broken = new AtomicBoolean();
    private volatile boolean inTransaction;
    private volatile Statement running;
    private volatile CompletableFuture<FailureClass> hanging;
    private volatile boolean cancelHeard;
    private volatile boolean cutWhenEnded;
    private volatile End end;
    private volatile Answer atCommit;

    FakeConnection(FakeBackend backend) {
        this.backend = backend;
        this.term = backend.markers().term();
    }

    @Override
    public FakeBackend backend() {
        return backend;
    }

    @Override
    public long epoch() {
        backend.epochAsked();
        return term.epoch();
    }

    boolean isBroken() {
        return broken.get();
    }

    /** Null while it is in use. */
    End end() {
        return end;
    }

    boolean cancelHeard() {
        return cancelHeard;
    }

    /** This connection's COMMIT is answered so, whatever the backend's script says. */
    void atCommit(Answer answer) {
        atCommit = answer;
    }

    /** What it was asked, in order. */
    List<String> history() {
        return List.copyOf(history);
    }

    /** Breaks the connection; what it had not committed is gone. */
    FakeFailure lost() {
        broken.set(true);
        return new FakeFailure(FailureClass.CONNECTION, backend.name());
    }

    void cut() {
        broken.set(true);
        CompletableFuture<FailureClass> waiting = hanging;
        if (waiting != null) {
            waiting.complete(FailureClass.CONNECTION);
        }
    }

    void commitWork() {
        backend.committed(List.copyOf(work));
        backend.markers().commit(List.copyOf(inserted));
        work.clear();
        inserted.clear();
    }

    /** Blocks until it is cut or cancelled. */
    FakeFailure hang() {
        CompletableFuture<FailureClass> waiting = new CompletableFuture<>();
        hanging = waiting;
        if (broken.get()) {
            waiting.complete(FailureClass.CONNECTION);
        }
        try {
            return new FakeFailure(waiting.get(HANG_SECONDS_MAX, TimeUnit.SECONDS), backend.name());
        } catch (TimeoutException | InterruptedException | ExecutionException e) {
            backend.violated("a hanging call was never ended: " + history);
            return lost();
        } finally {
            hanging = null;
        }
    }

    boolean isHanging() {
        return hanging != null;
    }

    @FunctionalInterface
    private interface Step<T> {
        T take() throws SQLException;
    }

    private <T> T call(String what, Step<T> step) throws SQLException {
        history.add(what);
        if (end != null) {
            backend.violated(what + " after the connection was " + end + ": " + history);
        }
        if (users.incrementAndGet() > 1) {
            backend.violated("used by two threads at once: " + history);
        }
        try {
            if (broken.get() || backend.isDead()) {
                throw lost();
            }
            T result = step.take();
            if (broken.get()) {
                throw lost();
            }
            return result;
        } finally {
            users.decrementAndGet();
        }
    }

    /** Runs every row; all or nothing. */
    Answer.Reply execute(String text, List<List<Object>> rows) throws SQLException {
        List<String> shown = rows.stream().map(row -> row.isEmpty() ? text : text + row).toList();
        return call(
                "EXECUTE " + shown,
                () -> {
                    Answer.Reply reply = backend.next(shown).play(this);
                    work.addAll(shown);
                    if (backend.isSelfCommitting() && text.startsWith("CREATE")) {
                        commitWork();
                    }
                    return reply;
                });
    }

    @Override
    public void begin(int isolation, boolean readOnly) throws SQLException {
        call("BEGIN", () -> backend.next(Call.BEGIN).play(this));
        inTransaction = true;
    }

    @Override
    public void commit() throws SQLException {
        call(
                "COMMIT",
                () -> {
                    try {
                        (atCommit != null ? atCommit : backend.next(Call.COMMIT)).play(this);
                        backend.markers().checkFence(inserted);
                    } catch (SQLException | RuntimeException e) {
                        work.clear();
                        inserted.clear();
                        throw e;
                    }
                    commitWork();
                    return null;
                });
        inTransaction = false;
    }

    @Override
    public void commit(Marker marker) throws SQLException {
        inserted.add(marker);
        commit();
    }

    @Override
    public void prepareMarker(Marker marker) {
        // this database has the marker and the commit in one round trip
    }

    @Override
    public boolean insert(Marker marker) throws SQLException {
        if (backend.redoes()) {
            return call("MARKER", () -> backend.next(Call.MARKER).play(this).count(0) > 0);
        }
        return call(
                "MARKER",
                () -> {
                    if (!backend.isTakingMarkers()) {
                        throw lost();
                    }
                    if (backend.markers().has(marker.sequence())) {
                        return false;
                    }
                    inserted.add(marker);
                    return true;
                });
    }

    @Override
    public void rollback() throws SQLException {
        if (inTransaction) {
            call(
                    "ROLLBACK",
                    () -> {
                        backend.next(Call.ROLLBACK).play(this);
                        work.clear();
                        inserted.clear();
                        return null;
                    });
            inTransaction = false;
        }
    }

    @Override
    public boolean inTransaction() {
        return inTransaction;
    }

    private record Mark(String name, int position) implements Savepoint {
        @Override
        public int getSavepointId() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String getSavepointName() {
            return name;
        }
    }

    private Savepoint setSavepoint(String name) throws SQLException {
        return call(
                "SAVEPOINT " + name,
                () -> {
                    backend.next(Call.SET_SAVEPOINT).play(this);
                    return new Mark(name, work.size());
                });
    }

    private void rollbackTo(Mark mark) throws SQLException {
        call(
                "ROLLBACK TO " + mark.name,
                () -> {
                    backend.next(Call.ROLLBACK_TO).play(this);
                    work.subList(mark.position, work.size()).clear();
                    return null;
                });
    }

    private void releaseSavepoint(Mark mark) throws SQLException {
        call("RELEASE " + mark.name, () -> backend.next(Call.RELEASE_SAVEPOINT).play(this));
    }

    @Override
    public Connection jdbc() {
        return (Connection)
                Proxy.newProxyInstance(
                        Connection.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (proxy, method, arguments) -> {
                            switch (method.getName()) {
                                case "setSavepoint" -> {
                                    return setSavepoint((String) arguments[0]);
                                }
                                case "rollback" -> rollbackTo((Mark) arguments[0]);
                                case "releaseSavepoint" -> releaseSavepoint((Mark) arguments[0]);
                                default ->
                                        throw new UnsupportedOperationException(method.getName());
                            }
                            return null;
                        });
    }

    @Override
    public PreparedStatement prepare(String sql, KeyColumns keys) {
        return FakeStatement.of(this, sql);
    }

    @Override
    public CallableStatement prepareCall(String sql) {
        throw new UnsupportedOperationException("scripts hold no calls");
    }

    @Override
    public void giveBack(PreparedStatement statement) {
        // there is no cache
    }

    @Override
    public void running(Statement statement) {
        running = statement;
        if (statement == null && cutWhenEnded) {
            broken.set(true);
        }
    }

    /** A cancel comes in the very moment in which the running statement has ended. */
    void cutWhenEnded() {
        cutWhenEnded = true;
    }

    @Override
    public boolean isCut() {
        return cutWhenEnded && broken.get();
    }

    @Override
    public void cancelRunning() {
        cancelHeard = true;
        CompletableFuture<FailureClass> waiting = hanging;
        if (running != null && waiting != null) {
            waiting.complete(FailureClass.CANCELLED);
        }
    }

    @Override
    public void release() {
        end(End.RELEASED);
    }

    @Override
    public void discard(String reason) {
        history.add("discarded: " + reason);
        cut();
        end(End.DISCARDED);
    }

    private synchronized void end(End how) {
        if (users.get() > 0) {
            backend.violated(how + " while in use: " + history);
        }
        if (end != null) {
            backend.violated(how + " after it was " + end + ": " + history);
        }
        end = how;
        backend.ended(this);
    }

    @Override
    public void abort() {
        cut();
    }

    @Override
    public Statement createStatement() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<SQLException> syntaxError(String sql, boolean parameters) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void useIsolation(int isolation) {
        history.add("isolation " + isolation);
    }

    @Override
    public void markSessionStateChanged() {
        history.add("settings changed");
    }
}
