package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.controller.redo.RedoLog;
import io.lockstep.controller.redo.RedoStep;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One client transaction on the backends: a connection on the home backend from the first statement
 * on, one on every backend in service from the first write on. Belongs to one session thread,
 * except {@link #cancelRunning}.
 *
 * <p>When a backend leaves service its part is dropped and the transaction goes on with the others;
 * the first of them becomes the home backend if need be. When only a connection is lost, everything
 * done so far is done again on a new one. So it is on a backend that comes into service: at the
 * next write, or when all others have left; if it takes no part at the end, it gets the commit from
 * the log.
 */
public final class BackendTransaction {
    private final BackendGroup group;
    private final FanOut fanOut;
    private final CommitClock clock;
    private final TransactionJournal journal = new TransactionJournal();
    private final TransactionParts parts;
    private final TransactionRecord record;
    private boolean over;

    /** What is done to a connection before the transaction begins on it: the session's settings. */
    public interface SetUp {
        /** Changes nothing. */
        SetUp NONE =
                new SetUp() {
                    @Override
                    public void apply(BackendConnection connection) {}

                    @Override
                    public List<RedoStep> steps(List<Dialect> dialects) {
                        return List.of();
                    }
                };

        void apply(BackendConnection connection) throws SQLException;

        /** The same for the log. */
        List<RedoStep> steps(List<Dialect> dialects);
    }

    /**
     * Begins nothing yet.
     *
     * @param id as the client knows it
     * @param isolation for all its connections, a {@code java.sql.Connection} constant
     * @param borrowTimeout longest wait for each connection
     */
    public BackendTransaction(
            BackendGroup group,
            FanOut fanOut,
            CommitClock clock,
            TransactionId id,
            int isolation,
            boolean readOnly,
            SetUp setUp,
            Duration borrowTimeout) {
        this.group = group;
        this.fanOut = fanOut;
        this.clock = clock;
        this.record = new TransactionRecord(group, id, setUp);
        this.parts =
                new TransactionParts(
                        group,
                        journal,
                        new Enlistment(
                                group, fanOut, journal, isolation, readOnly, setUp, borrowTimeout));
    }

    public boolean wrote() {
        return parts.wrote();
    }

    /** The backend that answers reads, or null before the first statement. */
    public BackendHandle home() {
        parts.dropDeparted();
        return parts.isEmpty() ? null : parts.now().get(0).handle();
    }

    /**
     * The home backend's connection, begun on {@code preferred} if there is no home yet.
     *
     * @return null if {@code preferred} was found dead and has left, or another one has become the
     *     home: look again
     * @throws NoConnectionException if {@code preferred} lives but gives no connection: choose
     *     another
     * @throws SQLException if no connection is to be had; 08006 if all backends that held this
     *     transaction's writes are gone
     */
    public BackendConnection homeConnection(BackendHandle preferred) throws SQLException {
        checkNotOver();
        return parts.home(preferred);
    }

    /**
     * Once its parts may differ, nothing but a rollback may follow, whatever the caller believes.
     */
    private void checkNotOver() throws SQLException {
        if (over) {
            throw new SQLException(
                    "this transaction could not be kept equal on all backends; it can only be rolled back",
                    SqlState.ROLLED_BACK.code());
        }
    }

    /**
     * The connection of one part broke: goes on without it or with a new one.
     *
     * @return false if the transaction cannot go on
     * @throws SQLException 57P03 if there is no backend to go on with, 40001 if no connection was
     *     to be had
     */
    public boolean survives(BackendHandle handle, SQLException why) throws SQLException {
        boolean survived = false;
        try {
            survived = parts.survive(handle, new Outcome.Unknown<>(why, false));
            return survived;
        } finally {
            over |= !survived;
        }
    }

    /**
     * Everything in service takes part, and nothing that comes later: the next statements leave
     * numbers to the databases, whose counters the caller makes equal now.
     *
     * @throws SQLException if the transaction cannot write; it is as it was
     */
    public void joinToNumber() throws SQLException {
        checkNotOver();
        group.writes().check();
        parts.joinAll();
        parts.keep();
    }

    /**
     * Runs a statement on every backend and compares.
     *
     * @param compareCounts whether the number of rows must agree
     * @param exclusive see {@link Settlement}
     * @throws SQLException if it could not even be begun; the transaction is as it was
     */
    public Verdict<StatementResult> write(
            StatementCall call, boolean compareCounts, boolean exclusive) throws SQLException {
        return write(call, compareCounts, exclusive, Set.of());
    }

    /**
     * The same of a statement in which the databases number rows by themselves.
     *
     * @param drawn the counters that they take the numbers from; nobody else uses them
     */
    public Verdict<StatementResult> write(
            StatementCall call, boolean compareCounts, boolean exclusive, Set<Counter> drawn)
            throws SQLException {
        checkNotOver();
        group.writes().check();
        parts.joinAll();
        over = true; // until it is known that all did the same
        if (!drawn.isEmpty()) {
            SQLException failure = readCounters(drawn);
            if (failure != null) {
                return new Verdict.TakenBack<>(failure, false);
            }
        }
        Verdict<StatementResult> verdict = runOnAll(call, compareCounts, exclusive, true);
        over = verdict instanceof Verdict.TakenBack;
        return verdict;
    }

    /**
     * @return null, or why the transaction cannot go on
     */
    private SQLException readCounters(Set<Counter> drawn) {
        try {
            while (true) {
                try {
                    RedoStep.Counting counting = CountersAtFirst.read(parts.now(), drawn);
                    if (!counting.counters().isEmpty()) {
                        journal.counting(counting);
                        record.counting(counting);
                    }
                    return null;
                } catch (CountersAtFirst.UnreadException e) {
                    BackendHandle handle = e.part().handle();
                    if (!Enlistment.isLost(handle, e.failure())) {
                        return e.failure();
                    }
                    if (!survives(handle, e.failure())) {
                        return Enlistment.rolledBack(e.failure());
                    }
                }
            }
        } catch (SQLException e) {
            return e;
        }
    }

    private Verdict<StatementResult> runOnAll(
            StatementCall call, boolean compareCounts, boolean exclusive, boolean recorded) {
        try {
            Verdict<StatementResult> verdict =
                    new StatementRun(group, fanOut, parts, call).run(compareCounts, exclusive);
            parts.dropDeparted();
            if (recorded && verdict instanceof Verdict.Agreed<StatementResult> agreed) {
                FaultPoint.BACKENDS_WROTE.reached();
                record(call, agreed.result(), compareCounts);
            }
            return verdict;
        } catch (SQLException e) {
            // Some backends may have applied it, so the transaction cannot go on.
            return new Verdict.TakenBack<>(e, false);
        }
    }

    private void record(StatementCall call, StatementResult answer, boolean compareCounts)
            throws SQLException {
        if (!parts.isEmpty()) {
            Dialect dialect = parts.now().get(0).handle().backend().dialect();
            journal.wrote(
                    call, call.rendering().render(dialect).parameterRows(), answer, compareCounts);
        }
        record.wrote(call, answer, compareCounts);
    }

    /** Nothing has been asked of any backend yet. */
    public boolean isFresh() {
        return parts.isEmpty() && !parts.wrote();
    }

    /**
     * Runs a SET, known to be accepted by every backend, on the connections that take part, and on
     * those that join later.
     *
     * @param undone whether a rollback to an earlier savepoint takes it back
     */
    public Verdict<StatementResult> set(StatementCall call, boolean undone) throws SQLException {
        checkNotOver();
        parts.dropDeparted();
        Verdict<StatementResult> verdict = new Verdict.Agreed<>(new StatementResult.Count(0, null));
        if (!parts.isEmpty()) {
            for (TransactionPart part : parts.now()) {
                part.connection().markSessionStateChanged();
            }
            over = true; // until it is known that all did the same
            verdict = runOnAll(call, false, true, false);
            over = verdict instanceof Verdict.TakenBack;
        }
        if (verdict instanceof Verdict.Agreed) {
            journal.set(call, undone);
            record.set(call, undone);
        }
        return verdict;
    }

    /**
     * Runs DDL. Engines that can take it back go first, all together: if any of them refuses, the
     * others are not asked, so nothing has changed anywhere once the caller has rolled back. Only
     * then the engines whose DDL commits by itself are asked.
     *
     * @param objects what it changes, by name, as far as that tells whether it was done
     */
    public Verdict<StatementResult> writeDdl(StatementCall call, Set<String> objects)
            throws SQLException {
        checkNotOver();
        group.writes().check();
        parts.joinAll();
        journal.giveUp();
        over = true; // until it is known that all did the same
        boolean commits =
                group.dialects().stream().anyMatch(dialect -> dialect.ddlCommitsImplicitly());
        if (commits) {
            // What commits by itself cannot be taken back by a restart that knows nothing of it.
            record.intend(
                    call,
                    objects,
                    DefinitionRun.fingerprints(fanOut, parts.participants(), objects));
        } else {
            record.defined(call);
        }
        Verdict<StatementResult> verdict = null;
        try {
            verdict = new DefinitionRun(group, fanOut, call).run(parts.participants());
        } finally {
            if (commits) {
                endIntent(verdict);
            }
        }
        FaultPoint.DEFINITION_DONE.reached();
        parts.dropDeparted();
        over = verdict instanceof Verdict.TakenBack;
        return verdict;
    }

    /** What commits by itself is taken back only if nobody can have done it. */
    private void endIntent(Verdict<StatementResult> verdict) throws SQLException {
        if (verdict == null) {
            record.leaveUndecided(null);
        } else if (verdict instanceof Verdict.TakenBack<StatementResult> back
                && SqlState.OUTCOME_UNKNOWN.code().equals(back.error().getSQLState())) {
            record.leaveUndecided(back.error());
        } else if (!(verdict instanceof Verdict.Agreed)) {
            record.takeBackIntent();
        }
    }

    /**
     * Commits everywhere and gives the connections back.
     *
     * @throws SQLException if all refused (everything is rolled back then), or 08007
     */
    public void commit() throws SQLException {
        commit(List.of());
    }

    /**
     * The same.
     *
     * @param others ids by which, besides its own, its client may ask what became of it
     */
    public void commit(List<TransactionId> others) throws SQLException {
        parts.dropDeparted();
        try {
            checkNotOver();
            if (parts.wrote()) {
                commitWrites(others);
            } else if (!parts.isEmpty()) {
                endReadOnly();
            }
        } finally {
            record.end();
            parts.dropDeparted();
            parts.releaseAll();
        }
    }

    private void commitWrites(List<TransactionId> others) throws SQLException {
        group.writes().check();
        parts.goOnSomewhere();
        List<FanOut.Participant> ending = parts.participants();
        RedoLog.Commit commit = record.append(others);
        parts.handOver();
        SQLException refusal = new Commit(group, fanOut, clock, commit).run(ending);
        if (refusal != null) {
            throw refusal;
        }
    }

    /**
     * Nothing was written, so whatever becomes of this COMMIT nothing is lost; release rolls back
     * if it must.
     */
    private void endReadOnly() {
        TransactionPart home = parts.now().get(0);
        try {
            home.connection().commit();
        } catch (SQLException e) {
            home.handle().lastError(String.valueOf(e.getMessage()));
            parts.discard(home, "COMMIT of a transaction without writes failed");
        }
    }

    /**
     * Rolls back everywhere and gives the connections back. Never throws: a broken connection rolls
     * back by itself.
     */
    public void rollback() {
        record.end();
        parts.dropDeparted();
        List<FanOut.Participant> ending = parts.takeAll();
        if (!ending.isEmpty()) {
            Commit.rollBack(fanOut, ending);
        }
    }

    /** Sets a savepoint on every part, and on those that join later. */
    public void setSavepoint(String name) throws SQLException {
        checkNotOver();
        parts.dropDeparted();
        onEachPart(part -> part.savepoints.put(name, part.connection().jdbc().setSavepoint(name)));
        journal.savepointSet(name);
        record.savepoint(name);
    }

    public void rollbackToSavepoint(String name) throws SQLException {
        checkSavepoint(name);
        over = true; // until all have done it
        onEachPart(part -> part.connection().jdbc().rollback(part.savepoints.get(name)));
        journal.rolledBackTo(name);
        record.rolledBackTo(name);
        over = false;
    }

    public void releaseSavepoint(String name) throws SQLException {
        checkSavepoint(name);
        onEachPart(part -> part.connection().jdbc().releaseSavepoint(part.savepoints.get(name)));
        journal.savepointReleased(name);
    }

    private void checkSavepoint(String name) throws SQLException {
        checkNotOver();
        parts.dropDeparted();
        if (!journal.hasSavepoint(name)) {
            throw new SQLException(
                    "savepoint " + name + " does not exist in this transaction",
                    SqlState.INVALID_SAVEPOINT.code());
        }
    }

    @FunctionalInterface
    private interface SavepointAction {
        void run(TransactionPart part) throws SQLException;
    }

    /**
     * A backend whose connection is gone leaves or is replaced; any other failure is the client's.
     */
    private void onEachPart(SavepointAction action) throws SQLException {
        List<TransactionPart> asked = new ArrayList<>(parts.now());
        for (TransactionPart part : parts.now()) {
            try {
                action.run(part);
            } catch (SQLException e) {
                if (!Enlistment.isLost(part.handle(), e)) {
                    throw e;
                }
                if (!survives(part.handle(), e)) {
                    throw Enlistment.rolledBack(e);
                }
                for (TransactionPart now : parts.now()) {
                    if (!asked.contains(now)) {
                        asked.add(now);
                        action.run(now);
                    }
                }
            }
        }
        parts.dropDeparted();
    }

    /** Asks every backend to end what it is doing for this transaction. From any thread. */
    public void cancelRunning() {
        parts.cancelRunning();
    }

    /**
     * The level that transactions run at on the backends: the controller's own locks give what is
     * above it.
     */
    public static int backendIsolation(int requested) {
        return requested == Connection.TRANSACTION_READ_UNCOMMITTED
                ? requested
                : Connection.TRANSACTION_READ_COMMITTED;
    }
}
