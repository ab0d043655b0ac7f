package io.lockstep.controller.request;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.controller.execution.BackendTransaction;
import io.lockstep.controller.execution.StatementResult;
import io.lockstep.controller.redo.RedoStep;
import io.lockstep.controller.sql.Numbering;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.UpdateCounts;
import java.sql.SQLException;
import java.util.List;

/**
 * The life of explicit transactions: begun by their first statement, doomed, taken back, committed,
 * rolled back.
 */
final class Transactions {
    private static final StatementResult NO_RESULT = new StatementResult.Count(0, null);

    private final VirtualDatabase database;
    private final Runnable refreshCatalogue;

    Transactions(VirtualDatabase database, Runnable refreshCatalogue) {
        this.database = database;
        this.refreshCatalogue = refreshCatalogue;
    }

    /** The open transaction, or a new one that has nothing yet. */
    ClientTransaction current(SessionContext session, int sequence) {
        ClientTransaction open = session.transaction();
        if (open == null) {
            SessionOptions options = session.options();
            int number = session.numberOfTransaction(sequence);
            open =
                    new ClientTransaction(
                            new TransactionId(session.sessionId(), number),
                            backendTransaction(session, number, options.readOnly()),
                            session.isolation(),
                            session.settings());
            session.transaction(open);
        }
        return open;
    }

    BackendTransaction backendTransaction(SessionContext session, int sequence, boolean readOnly) {
        return new BackendTransaction(
                database.backends(),
                database.fanOut(),
                database.clock(),
                new TransactionId(session.sessionId(), sequence),
                BackendTransaction.backendIsolation(session.isolation()),
                readOnly,
                session.settings(),
                database.lockTimeout());
    }

    /** A transaction in which a SET is tried out; its connections are closed afterwards. */
    BackendTransaction settingTrial(SessionContext session) {
        return new BackendTransaction(
                database.backends(),
                database.fanOut(),
                database.clock(),
                new TransactionId(session.sessionId(), 0),
                BackendTransaction.backendIsolation(session.isolation()),
                false,
                new Trial(session.settings()),
                database.lockTimeout());
    }

    /** What is tried out must not be left for others. */
    private record Trial(SessionSettings settings) implements BackendTransaction.SetUp {
        @Override
        public void apply(BackendConnection connection) throws SQLException {
            settings.apply(connection);
            connection.markSessionStateChanged();
        }

        @Override
        public List<RedoStep> steps(List<Dialect> dialects) {
            return settings.steps(dialects);
        }
    }

    /** To be called once its locks and permit are granted. */
    void admitted(ClientTransaction transaction) {
        if (!transaction.isAdmitted()) {
            transaction.markAdmitted();
            database.readSlots().transactionBegins();
        }
    }

    /**
     * Before every statement.
     *
     * @throws SQLException 25P02 if only a rollback may follow
     */
    void checkUsable(SessionContext session) throws SQLException {
        ClientTransaction open = session.transaction();
        if (open == null || open.state() == ClientTransaction.State.ACTIVE) {
            return;
        }
        String why =
                open.state() == ClientTransaction.State.DOOMED
                        ? "an earlier statement of this transaction failed; roll back, whole or to a savepoint"
                        : "this transaction has been rolled back on all backends; call rollback and start again";
        throw new SQLException(why, SqlState.TRANSACTION_DOOMED.code());
    }

    /**
     * A statement of the transaction ended with {@code error}: what that means for the transaction.
     */
    void statementFailed(ClientTransaction transaction, SQLException error, Completion completion) {
        judge(transaction, error);
        completion.failed(error);
    }

    /** Takes it back, dooms it, or leaves it as it is. */
    void judge(ClientTransaction transaction, SQLException error) {
        if (transaction.state() == ClientTransaction.State.ROLLED_BACK) {
            return;
        }
        String state = String.valueOf(error.getSQLState());
        boolean over =
                state.equals(SqlState.ROLLED_BACK.code())
                        || state.equals(SqlState.CONNECTION_LOST.code())
                        || state.equals(SqlState.NO_BACKEND.code());
        if (over) {
            takeBack(transaction);
        } else if (database.failureDooms()) {
            transaction.state(ClientTransaction.State.DOOMED);
        }
    }

    /** Rolls back on every backend and frees the locks; the client still has to end its side. */
    void takeBack(ClientTransaction transaction) {
        transaction.closeRows();
        transaction.backends().rollback();
        transaction.state(ClientTransaction.State.ROLLED_BACK);
        free(transaction);
    }

    private void free(ClientTransaction transaction) {
        for (Numbering numbering : transaction.takeMoved()) {
            Numbers.moved(database.allocator(), numbering);
        }
        database.locks().release(transaction);
        if (transaction.giveUpAdmission()) {
            database.readSlots().transactionEnds();
        }
    }

    /**
     * Answers on {@code completion}.
     *
     * @param sequence the client's number for the request that commits
     */
    void commit(SessionContext session, int sequence, Completion completion) {
        ClientTransaction open = session.transaction();
        if (open == null) {
            session.transaction(null);
            completion.done(NO_RESULT);
            return;
        }
        try {
            commitNow(session, open, List.of(new TransactionId(session.sessionId(), sequence)));
            completion.done(NO_RESULT);
        } catch (SQLException e) {
            completion.failed(e);
        }
    }

    /**
     * Commits; whatever happens the transaction is over.
     *
     * @param others ids by which, besides its own, its client may ask for it
     */
    void commitNow(SessionContext session, ClientTransaction open, List<TransactionId> others)
            throws SQLException {
        boolean active = open.state() == ClientTransaction.State.ACTIVE;
        try {
            if (!active) {
                checkUsable(session);
            }
            open.closeRows();
            try {
                open.backends().commit(others);
                session.committed();
                open.keepSettings();
            } finally {
                if (open.changedCatalogue()) {
                    refreshCatalogue.run(); // it may be committed although this threw
                }
            }
        } finally {
            end(session, open);
        }
    }

    /** An auto-commit statement is about to be committed, and its client may not get the answer. */
    void keepCounts(SessionContext session, Statement statement, StatementResult result) {
        UpdateCounts counts = result.updateCounts();
        if (counts != null) {
            database.backends()
                    .redo()
                    .outcomes()
                    .counts(
                            new TransactionId(session.sessionId(), statement.transactionSequence()),
                            counts);
        }
    }

    private void end(SessionContext session, ClientTransaction open) {
        if (database.rollbackUndoesSettings() && !open.keepsSettings()) {
            session.settings(open.settingsBefore());
        }
        if (open.state() != ClientTransaction.State.ROLLED_BACK) {
            takeBack(open); // after a commit nothing is left to roll back
        }
        session.transaction(null);
    }

    void rollback(SessionContext session, Completion completion) {
        rollbackNow(session);
        completion.done(NO_RESULT);
    }

    /** Also when the client has gone. */
    void rollbackNow(SessionContext session) {
        ClientTransaction open = session.transaction();
        if (open != null) {
            end(session, open);
        }
        session.transaction(null);
    }

    /** What is done with a savepoint. */
    enum SavepointVerb {
        SET,
        RELEASE,
        ROLL_BACK_TO
    }

    void savepoint(
            SessionContext session,
            int sequence,
            SavepointVerb verb,
            String name,
            Completion completion) {
        ClientTransaction transaction = current(session, sequence);
        try {
            if (verb != SavepointVerb.ROLL_BACK_TO
                    || transaction.state() == ClientTransaction.State.ROLLED_BACK) {
                checkUsable(session);
            }
            BackendTransaction backends = transaction.backends();
            switch (verb) {
                case SET -> {
                    backends.setSavepoint(name);
                    transaction.savepoint(name, session.settings());
                }
                case RELEASE -> backends.releaseSavepoint(name);
                case ROLL_BACK_TO -> {
                    transaction.closeRows();
                    backends.rollbackToSavepoint(name);
                    if (database.rollbackUndoesSettings()) {
                        session.settings(transaction.settingsAt(name));
                    }
                    transaction.state(ClientTransaction.State.ACTIVE);
                }
            }
            completion.done(NO_RESULT);
        } catch (SQLException e) {
            completion.failed(e);
        }
    }
}
