package io.lockstep.controller.request;

import io.lockstep.controller.execution.StatementResult;
import io.lockstep.controller.redo.Outcomes;
import io.lockstep.controller.sql.StatementClass;
import io.lockstep.controller.sql.StatementKind;
import io.lockstep.protocol.OutParameter;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import io.lockstep.protocol.UpdateCounts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Carries out what sessions ask of one virtual database: classifies, and hands each statement to
 * the part that knows its kind. Shared by all sessions; each call runs on its session's thread and
 * answers there.
 */
public final class Conductor {
    private final VirtualDatabase database;
    private final ColumnsCache columnsCache = new ColumnsCache();
    private final CatalogueRefresh catalogue;
    private final Transactions transactions;
    private final Reads reads;
    private final Writes writes;
    private final Definitions definitions;
    private final Settings settings;
    private final Metadata metadata;

    public Conductor(VirtualDatabase database) {
        this.database = database;
        SyntaxCheck syntax = new SyntaxCheck(database);
        Locking locking = new Locking(database, syntax);
        this.catalogue = new CatalogueRefresh(database, columnsCache);
        database.backends().writes().beforeWritesGoOn(this::commitsSettled);
        this.transactions = new Transactions(database, catalogue::afterDdl);
        Numbers numbers = new Numbers(database, locking, transactions, this::dispatch);
        this.reads =
                new Reads(database, locking, transactions, numbers, columnsCache, this::dispatch);
        this.writes =
                new Writes(
                        database,
                        locking,
                        transactions,
                        numbers,
                        this::dispatch,
                        catalogue::afterDdl);
        this.definitions =
                new Definitions(
                        database,
                        locking,
                        syntax,
                        transactions,
                        this::dispatch,
                        catalogue::afterDdl);
        this.settings = new Settings(database, transactions);
        this.metadata = new Metadata(database);
    }

    /** Long after the locks are gone under which they were begun. */
    private void commitsSettled() throws SQLException {
        database.allocator().resetAll(); // they may have set or drawn from any counter
        catalogue.refresh();
    }

    public VirtualDatabase database() {
        return database;
    }

    public Metadata metadata() {
        return metadata;
    }

    /** Starts a statement; {@code completion} hears how it ended, now or later. */
    public void execute(SessionContext session, Statement statement, Completion completion) {
        if (session.isOver()) { // the rest of a batch of texts
            completion.failed(session.active().cancelled(null));
            return;
        }
        ActiveRequest active = session.begin();
        session.activity(statement.sql());
        Completion last = ending(session, completion);
        dispatch(
                session,
                statement,
                statement.queryTimeoutMillis() > 0
                        ? withTimeout(active, statement.queryTimeoutMillis(), last)
                        : last);
    }

    private static Completion ending(SessionContext session, Completion completion) {
        return new Completion() {
            @Override
            public void done(StatementResult result) {
                session.activity("");
                completion.done(result);
            }

            @Override
            public void rows(RowSource rows) {
                session.activity("");
                completion.rows(rows);
            }

            @Override
            public void failed(SQLException error) {
                session.activity("");
                completion.failed(error);
            }
        };
    }

    private Completion withTimeout(ActiveRequest active, int millis, Completion completion) {
        ScheduledFuture<?> alarm =
                database.timer()
                        .schedule(
                                () -> active.cancel("after its timeout of " + millis + " ms"),
                                millis,
                                TimeUnit.MILLISECONDS);
        return new Completion() {
            @Override
            public void done(StatementResult result) {
                alarm.cancel(false);
                completion.done(result);
            }

            @Override
            public void rows(RowSource rows) {
                alarm.cancel(false);
                completion.rows(rows);
            }

            @Override
            public void failed(SQLException error) {
                alarm.cancel(false);
                completion.failed(error);
            }
        };
    }

    private void dispatch(SessionContext session, Statement statement, Completion completion) {
        StatementClass what = classify(session, statement);
        try {
            if (what.kind() != StatementKind.TRANSACTION && catalogue.ensureCurrent()) {
                what = classify(session, statement);
            }
            check(session, statement, what);
        } catch (SQLException e) {
            completion.failed(e);
            return;
        }
        switch (what.kind()) {
            case READ, LOCKING_READ, LOCK_TABLE -> reads.read(session, statement, what, completion);
            case WRITE, UNKNOWN_WRITE ->
                    write(session, statement, Numbers.form(session, what), completion);
            case DDL -> definitions.define(session, statement, what, completion);
            case TRANSACTION -> control(session, statement, what.transactionVerb(), completion);
            case SESSION -> settings.set(session, statement, what, completion);
            case REFUSED ->
                    completion.failed(new SQLException(what.refusal(), what.refusalState().code()));
        }
    }

    private StatementClass classify(SessionContext session, Statement statement) {
        return database.classifier().classify(statement.sql(), session.settings().searchPath());
    }

    private void write(
            SessionContext session,
            Statement statement,
            StatementClass what,
            Completion completion) {
        if (what.answeredByOne()) {
            reads.read(session, statement, what, completion);
        } else {
            writes.write(session, statement, what, completion);
        }
    }

    private void check(SessionContext session, Statement statement, StatementClass what)
            throws SQLException {
        if (what.kind() != StatementKind.TRANSACTION) {
            transactions.checkUsable(session);
        }
        boolean reads =
                switch (what.kind()) {
                    case READ, TRANSACTION, SESSION, REFUSED -> true;
                    case LOCKING_READ, LOCK_TABLE, WRITE, DDL, UNKNOWN_WRITE -> false;
                };
        if (session.options().readOnly() && !reads) {
            throw new SQLException(
                    "the session is read-only; this statement is a " + what.kind(),
                    SqlState.READ_ONLY_TRANSACTION.code());
        }
        for (List<?> row : statement.parameterRows()) {
            if (row.size() != what.parameterCount() && what.kind() != StatementKind.UNKNOWN_WRITE) {
                throw new SQLException(
                        "%d parameters given, the statement has %d"
                                .formatted(row.size(), what.parameterCount()),
                        SqlState.WRONG_PARAMETER_COUNT.code());
            }
        }
        if (!what.isCall() && hasOutParameters(statement)) {
            throw new SQLException(
                    "OUT parameters were registered, and the text is no call: CALL p(?), {call p(?)} or {? = call f(?)}; it was not run",
                    SqlState.INVALID_PARAMETER.code());
        }
        boolean certain =
                what.kind() != StatementKind.UNKNOWN_WRITE
                        && what.kind() != StatementKind.REFUSED
                        && !what.isCall();
        if (certain
                && statement.expected() == Statement.Expected.ROWS
                && !reads
                && !what.returnsRows()
                && what.kind() != StatementKind.LOCKING_READ) {
            throw new SQLException(
                    "executeQuery was called for a statement that returns no rows; it was not run",
                    SqlState.NO_ROWS.code());
        }
        if (certain && statement.expected() == Statement.Expected.COUNT && what.returnsRows()) {
            throw new SQLException(
                    "executeUpdate was called for a statement that returns rows; it was not run",
                    SqlState.TOO_MANY_RESULTS.code());
        }
    }

    private static boolean hasOutParameters(Statement statement) {
        for (List<?> row : statement.parameterRows()) {
            for (Object value : row) {
                if (value instanceof OutParameter) {
                    return true;
                }
            }
        }
        return false;
    }

    private void control(
            SessionContext session,
            Statement statement,
            StatementClass.TransactionVerb verb,
            Completion completion) {
        int sequence = statement.transactionSequence();
        switch (verb.verb()) {
            case BEGIN -> {
                if (session.transaction() == null) {
                    session.begunByText(sequence);
                }
                if (verb.isolation() > 0) {
                    session.nextIsolation(verb.isolation());
                }
                completion.done(new StatementResult.Count(0, null));
            }
            case COMMIT -> transactions.commit(session, sequence, completion);
            case ROLLBACK -> transactions.rollback(session, completion);
            case SAVEPOINT ->
                    savepoint(session, sequence, Transactions.SavepointVerb.SET, verb, completion);
            case RELEASE_SAVEPOINT ->
                    savepoint(
                            session,
                            sequence,
                            Transactions.SavepointVerb.RELEASE,
                            verb,
                            completion);
            case ROLLBACK_TO_SAVEPOINT ->
                    savepoint(
                            session,
                            sequence,
                            Transactions.SavepointVerb.ROLL_BACK_TO,
                            verb,
                            completion);
            case SET_TRANSACTION_ISOLATION -> {
                if (session.transaction() == null) {
                    session.nextIsolation(verb.isolation());
                    completion.done(new StatementResult.Count(0, null));
                } else if (session.transaction().isolation() == verb.isolation()) {
                    completion.done(new StatementResult.Count(0, null));
                } else {
                    completion.failed(
                            new SQLException(
                                    "the isolation level of a transaction must be set before its first statement",
                                    SqlState.ACTIVE_TRANSACTION.code()));
                }
            }
            case SET_ISOLATION -> {
                if (verb.isolation() > Connection.TRANSACTION_NONE) {
                    session.options(session.options().withIsolation(verb.isolation()));
                }
                completion.done(new StatementResult.Count(0, null));
            }
        }
    }

    private void savepoint(
            SessionContext session,
            int sequence,
            Transactions.SavepointVerb what,
            StatementClass.TransactionVerb verb,
            Completion completion) {
        if (session.autoCommits()) {
            completion.failed(
                    new SQLException(
                            "savepoints need a transaction, and auto-commit is on",
                            SqlState.NO_ACTIVE_TRANSACTION.code()));
            return;
        }
        transactions.savepoint(session, sequence, what, verb.name(), completion);
    }

    /** What became of a transaction whose session is over. */
    public TransactionOutcome outcome(TransactionId transaction) {
        return outcomes().of(transaction);
    }

    /** Its update counts, if they are known; else null. */
    public UpdateCounts counts(TransactionId transaction) {
        return outcomes().countsOf(transaction);
    }

    /** Update counts of a batch, in case that the client does not get their answer. */
    public void keepCounts(SessionContext session, int sequence, UpdateCounts counts) {
        outcomes().counts(new TransactionId(session.sessionId(), sequence), counts);
    }

    private Outcomes outcomes() {
        return database.backends().redo().outcomes();
    }

    /**
     * Commits the open transaction, if there is one.
     *
     * @param sequence the client's number for the request that commits
     */
    public void commit(SessionContext session, int sequence, Completion completion) {
        session.begin();
        transactions.commit(session, sequence, completion);
    }

    public void rollback(SessionContext session, Completion completion) {
        session.begin();
        transactions.rollback(session, completion);
    }

    public void setSavepoint(
            SessionContext session, int sequence, String name, Completion completion) {
        session.begin();
        transactions.savepoint(session, sequence, Transactions.SavepointVerb.SET, name, completion);
    }

    public void releaseSavepoint(SessionContext session, String name, Completion completion) {
        session.begin();
        transactions.savepoint(session, 0, Transactions.SavepointVerb.RELEASE, name, completion);
    }

    public void rollbackToSavepoint(SessionContext session, String name, Completion completion) {
        session.begin();
        transactions.savepoint(
                session, 0, Transactions.SavepointVerb.ROLL_BACK_TO, name, completion);
    }

    /** Rows of an open result could not be read: what that means for the transaction. */
    public SQLException fetchFailed(SessionContext session, SQLException error) {
        ClientTransaction open = session.transaction();
        if (open != null && open.state() == ClientTransaction.State.ACTIVE) {
            transactions.judge(open, error);
        }
        return session.active().isCancelled() ? session.active().cancelled(error) : error;
    }

    /** The client is gone: rolls back and frees everything. On the session's thread. */
    public void end(SessionContext session) {
        session.end("because its client has gone");
        transactions.rollbackNow(session);
    }
}
