package io.lockstep.controller.request;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.BackendTransaction;
import io.lockstep.controller.execution.NoConnectionException;
import io.lockstep.controller.execution.ParameterBinder;
import io.lockstep.controller.execution.ResultColumns;
import io.lockstep.controller.execution.StatementCall;
import io.lockstep.controller.execution.StatementResult;
import io.lockstep.controller.scheduler.LockOwner;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.sql.StatementClass;
import io.lockstep.protocol.SqlState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Statements that one backend answers: plain reads, and locking reads, whose protection is the
 * controller's lock. A read whose backend dies before its first row is asked of another one, unseen
 * by the client.
 */
final class Reads {
    /** Rows fetched at a time when the client does not say. */
    static final int FETCH_SIZE = 500;

    private static final int ATTEMPTS_MAX = 10;

    private final VirtualDatabase database;
    private final Locking locking;
    private final Transactions transactions;
    private final ColumnsCache columnsCache;
    private final Numbers numbers;
    private final Dispatch again;
    private final Claims claims;

    Reads(
            VirtualDatabase database,
            Locking locking,
            Transactions transactions,
            Numbers numbers,
            ColumnsCache columnsCache,
            Dispatch again) {
        this.database = database;
        this.locking = locking;
        this.transactions = transactions;
        this.numbers = numbers;
        this.columnsCache = columnsCache;
        this.again = again;
        this.claims = new Claims(database, locking, transactions, again);
    }

    /** Answers on {@code completion}. */
    void read(
            SessionContext session,
            Statement statement,
            StatementClass what,
            Completion completion) {
        numbers.complete(
                session, statement, what, task -> read(session, task, completion), completion);
    }

    private void read(SessionContext session, Task task, Completion completion) {
        StatementClass what = task.what();
        List<LockRequest> locks =
                what.claim().isPresent()
                        ? what.tableLocks()
                        : what.locks(task.sent().parameterRows());
        if (session.autoCommits()) {
            readOutside(session, task, locks, completion);
            return;
        }
        ClientTransaction transaction =
                transactions.current(session, task.asked().transactionSequence());
        if (Claims.possible(transaction, what)) {
            claims.claim(
                    session,
                    transaction,
                    task.asked(),
                    what,
                    () -> readInside(session, transaction, task, locks, completion),
                    completion);
        } else {
            readInside(session, transaction, task, locks, completion);
        }
    }

    private long timeoutNanos(StatementClass what) {
        return what.lockWait() == StatementClass.LockWait.NOWAIT
                ? 0
                : database.lockTimeout().toNanos();
    }

    private void readOutside(
            SessionContext session, Task task, List<LockRequest> locks, Completion completion) {
        StatementClass what = task.what();
        Runnable again = () -> this.again.dispatch(session, task.asked(), completion);
        LockOwner owner = new LockOwner("read of session " + Long.toHexString(session.sessionId()));
        List<LockRequest> needed = Locking.forRead(locks, session.isolation());
        locking.acquire(
                session,
                new Locking.Need(
                        owner,
                        needed,
                        false,
                        timeoutNanos(what),
                        what,
                        () -> {
                            database.locks().release(owner);
                            again.run();
                        }),
                () -> {
                    if (task.numbers().isCurrent()) {
                        openOutside(session, task.sent(), what, owner, completion);
                    } else {
                        database.locks().release(owner);
                        again.run();
                    }
                },
                error -> {
                    database.locks().release(owner);
                    completion.failed(error);
                });
    }

    private void openOutside(
            SessionContext session,
            Statement statement,
            StatementClass what,
            LockOwner owner,
            Completion completion)
            throws SQLException {
        Set<BackendHandle> without = new HashSet<>();
        for (int attempt = 1; ; attempt++) {
            session.active().check();
            BackendHandle handle = choose(session, without);
            database.readSlots().begin(handle, database.lockTimeout());
            BackendConnection connection = null;
            boolean kept = false;
            try {
                connection = database.backends().borrow(handle, database.lockTimeout());
                if (connection != null) {
                    BackendConnection used = connection;
                    Runnable end = () -> endOutside(session, owner, handle, used);
                    prepareOutside(session, statement, what, connection);
                    Opened opened = open(session, statement, what, handle, connection, end);
                    kept = true;
                    opened.tell(completion);
                    return;
                }
            } catch (NoConnectionException e) {
                if (!othersThan(handle, without)) {
                    throw e;
                }
            } catch (SQLException e) {
                if (!lostAndWorthAnother(handle, connection, e, attempt)) {
                    throw session.active().isCancelled() ? session.active().cancelled(e) : e;
                }
            } finally {
                if (!kept) {
                    if (connection != null) {
                        connection.release();
                    }
                    database.readSlots().end(handle);
                }
            }
        }
    }

    private void endOutside(
            SessionContext session,
            LockOwner owner,
            BackendHandle handle,
            BackendConnection connection) {
        session.hasRead(handle, database.clock().issued());
        connection.release();
        database.readSlots().end(handle);
        database.locks().release(owner);
    }

    /**
     * Some engines stream only inside a transaction; a single row needs no stream. What somebody
     * has declared a reader runs in a transaction that is rolled back, so that a wrong word cannot
     * make this backend differ from the others.
     */
    private static void prepareOutside(
            SessionContext session,
            Statement statement,
            StatementClass what,
            BackendConnection connection)
            throws SQLException {
        Dialect dialect = connection.backend().dialect();
        session.settings().apply(connection);
        int isolation = BackendTransaction.backendIsolation(session.isolation());
        boolean few =
                what.atMostOneRow()
                        || (statement.maxRows() > 0 && statement.maxRows() <= FETCH_SIZE);
        if (what.mayChangeSession() || (dialect.streamingNeedsTransaction() && !few)) {
            connection.begin(isolation, true);
        } else {
            connection.useIsolation(isolation);
        }
    }

    private boolean lostAndWorthAnother(
            BackendHandle handle, BackendConnection connection, SQLException e, int attempt)
            throws SQLException {
        if (connection != null && connection.isCut()) {
            return false; // by the client's own cancel
        }
        if (handle.backend().dialect().classify(e) != FailureClass.CONNECTION) {
            return false;
        }
        if (connection != null) {
            connection.discard("lost while reading");
        }
        return switch (database.backends().connectionLost(handle, e)) {
            case LEFT -> attempt < ATTEMPTS_MAX;
            case ALIVE -> attempt < 3;
            case LAST -> false;
        };
    }

    /** Whether a read may be asked of another backend than those that gave no connection. */
    private boolean othersThan(BackendHandle handle, Set<BackendHandle> without) {
        without.add(handle);
        return !without.containsAll(database.backends().inService());
    }

    /**
     * Least loaded of those that show all this session has seen.
     *
     * @param without those that gave no connection; not all that serve
     */
    private BackendHandle choose(SessionContext session, Set<BackendHandle> without)
            throws SQLException {
        List<BackendHandle> serving = database.backends().inService();
        if (!without.isEmpty()) {
            serving = serving.stream().filter(handle -> !without.contains(handle)).toList();
        }
        if (serving.isEmpty()) {
            throw new SQLException(
                    "no backend of " + database.name() + " is enabled. See: lockstep status",
                    SqlState.NO_BACKEND.code());
        }
        if (serving.size() == 1) {
            return serving.get(0);
        }
        List<BackendHandle> fresh = new ArrayList<>(serving.size());
        for (BackendHandle handle : serving) {
            if (handle == session.lastRead()
                    || database.clock().shows(handle, session.freshness())) {
                fresh.add(handle);
            }
        }
        return database.balancer().choose(fresh.isEmpty() ? serving : fresh);
    }

    private void readInside(
            SessionContext session,
            ClientTransaction transaction,
            Task task,
            List<LockRequest> locks,
            Completion completion) {
        StatementClass what = task.what();
        Runnable again = () -> this.again.dispatch(session, task.asked(), completion);
        List<LockRequest> needed = Locking.forRead(locks, transaction.isolation());
        locking.acquire(
                session,
                new Locking.Need(transaction, needed, true, timeoutNanos(what), what, again),
                () -> {
                    if (task.numbers().isCurrent()) {
                        openInside(session, transaction, task.sent(), what, completion);
                    } else {
                        again.run();
                    }
                },
                error -> transactions.statementFailed(transaction, error, completion));
    }

    private void openInside(
            SessionContext session,
            ClientTransaction transaction,
            Statement statement,
            StatementClass what,
            Completion completion)
            throws SQLException {
        transactions.admitted(transaction);
        session.active().interruptedBy(transaction.backends()::cancelRunning);
        try {
            Set<BackendHandle> without = new HashSet<>();
            for (int attempt = 1; ; attempt++) {
                session.active().check();
                BackendHandle home = transaction.backends().home();
                BackendHandle handle = home == null ? choose(session, without) : home;
                BackendConnection connection;
                try {
                    connection = transaction.backends().homeConnection(handle);
                } catch (NoConnectionException e) {
                    if (!othersThan(handle, without)) {
                        throw e;
                    }
                    continue;
                }
                if (connection == null) {
                    continue;
                }
                try {
                    BackendHandle answering = handle;
                    Opened opened =
                            open(
                                    session,
                                    statement,
                                    what,
                                    handle,
                                    connection,
                                    () -> session.hasRead(answering, database.clock().issued()));
                    if (opened.rows() != null) {
                        transaction.opened(opened.rows());
                    }
                    opened.tell(completion);
                    return;
                } catch (SQLException e) {
                    if (connection.isCut()) {
                        transactions.takeBack(transaction); // its home connection is gone
                        throw session.active().cancelled(StatementCall.cut(connection, e));
                    }
                    if (!survived(transaction, handle, e) || attempt == ATTEMPTS_MAX) {
                        throw e;
                    }
                }
            }
        } finally {
            session.active().interruptedBy(null);
        }
    }

    /** The transaction goes on with the others, or on a new connection to its home. */
    private static boolean survived(
            ClientTransaction transaction, BackendHandle handle, SQLException e)
            throws SQLException {
        if (handle.backend().dialect().classify(e) != FailureClass.CONNECTION) {
            return false;
        }
        if (transaction.backends().survives(handle, e)) {
            return true;
        }
        throw new SQLException(
                "the connection of this transaction to backend "
                        + handle
                        + " was lost: "
                        + e.getMessage()
                        + "; it was rolled back on all backends, may be tried again",
                SqlState.ROLLED_BACK.code(),
                e);
    }

    /** What a backend gave: rows to be read, or something else. */
    private record Opened(OpenRows rows, StatementResult other) {
        void tell(Completion completion) {
            if (rows != null) {
                completion.rows(rows);
            } else {
                completion.done(other);
            }
        }
    }

    /** H2 refuses one above the most rows wanted. */
    private static int fetchSize(Statement statement) {
        int wanted = statement.fetchSize() > 0 ? statement.fetchSize() : FETCH_SIZE;
        return statement.maxRows() > 0 ? Math.min(wanted, statement.maxRows()) : wanted;
    }

    /** A call that only reads: its results are held whole, and its OUT values come last. */
    private static Opened call(
            SessionContext session,
            Statement statement,
            StatementClass what,
            BackendHandle handle,
            BackendConnection connection,
            Runnable whenClosed)
            throws SQLException {
        StatementCall call =
                new StatementCall(
                        new Rendering(what, statement.parameterRows(), Instant.now()),
                        statement.batch(),
                        KeyColumns.NONE,
                        statement.maxRows(),
                        StatementCall.Form.CALL);
        handle.readBegins();
        StatementResult result;
        try {
            session.active().interruptedBy(connection::cancelRunning);
            result = call.run(connection);
        } finally {
            session.active().interruptedBy(null);
            handle.readEnds();
        }
        whenClosed.run();
        return new Opened(null, result);
    }

    private Opened open(
            SessionContext session,
            Statement statement,
            StatementClass what,
            BackendHandle handle,
            BackendConnection connection,
            Runnable whenClosed)
            throws SQLException {
        if (what.isCall()) {
            return call(session, statement, what, handle, connection, whenClosed);
        }
        if (what.mayChangeSession()) {
            connection.markSessionStateChanged();
        }
        Dialect dialect = handle.backend().dialect();
        StatementCall.Rendered rendered =
                new Rendering(
                                what,
                                List.of(statement.parameters()),
                                KeyColumns.NONE,
                                Instant.now(),
                                session.settings().zone())
                        .render(dialect);
        PreparedStatement prepared = connection.prepare(rendered.text(), KeyColumns.NONE);
        handle.readBegins();
        boolean kept = false;
        try {
            int fetchSize = fetchSize(statement);
            prepared.setMaxRows(statement.maxRows());
            boolean stream = connection.inTransaction() || !dialect.streamingNeedsTransaction();
            prepared.setFetchSize(stream && !what.atMostOneRow() ? Math.max(1, fetchSize) : 0);
            ParameterBinder.bind(prepared, rendered.parameterRows().get(0), dialect);
            session.active().interruptedBy(connection::cancelRunning);
            connection.running(prepared);
            boolean rows = prepared.execute();
            connection.running(null);
            if (connection.isCut()) {
                throw StatementCall.cut(connection, null);
            }
            if (!rows) {
                int count = prepared.getUpdateCount();
                kept = true;
                connection.giveBack(prepared);
                handle.readEnds();
                whenClosed.run();
                return new Opened(null, new StatementResult.Count(count, null));
            }
            ResultSet result = prepared.getResultSet();
            ResultColumns columns = columnsCache.of(rendered.text(), dialect, result.getMetaData());
            kept = true;
            return new Opened(
                    new OpenRows(
                            handle, connection, prepared, result, columns, fetchSize, whenClosed),
                    null);
        } finally {
            connection.running(null);
            session.active().interruptedBy(null);
            if (!kept) {
                connection.giveBack(prepared);
                handle.readEnds();
            }
        }
    }
}
