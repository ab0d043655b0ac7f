package io.lockstep.controller.request;

import io.lockstep.controller.execution.BackendTransaction;
import io.lockstep.controller.execution.StatementCall;
import io.lockstep.controller.execution.StatementResult;
import io.lockstep.controller.execution.Verdict;
import io.lockstep.controller.scheduler.LockOwner;
import io.lockstep.controller.sql.StatementClass;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * DDL. Where an engine taking part commits DDL by itself, the open transaction is committed first,
 * so that the same script leaves the same on every engine; otherwise DDL is part of its
 * transaction. The catalogue is read anew before the locks are freed.
 */
final class Definitions {
    private final VirtualDatabase database;
    private final Locking locking;
    private final SyntaxCheck syntax;
    private final Transactions transactions;
    private final Dispatch again;
    private final Runnable refreshCatalogue;

    Definitions(
            VirtualDatabase database,
            Locking locking,
            SyntaxCheck syntax,
            Transactions transactions,
            Dispatch again,
            Runnable refreshCatalogue) {
        this.database = database;
        this.locking = locking;
        this.syntax = syntax;
        this.transactions = transactions;
        this.again = again;
        this.refreshCatalogue = refreshCatalogue;
    }

    /** Answers on {@code completion}. */
    void define(
            SessionContext session,
            Statement statement,
            StatementClass what,
            Completion completion) {
        if (session.autoCommits()) {
            outside(session, statement, what, completion);
        } else if (!database.ddlCommits()) {
            inside(session, statement, what, completion);
        } else {
            ClientTransaction open = session.transaction();
            try {
                Completion last = completion;
                if (open == null) {
                    session.transaction(null); // a BEGIN as text is over
                } else {
                    last = open.backends().wrote() ? afterCommit(completion) : completion;
                    // Not under the number of the DDL: that is to say what became of the DDL.
                    transactions.commitNow(session, open, List.of());
                }
                outside(session, statement, what, last);
            } catch (SQLException e) {
                completion.failed(e);
            }
        }
    }

    /**
     * If the DDL fails now, what came before it stays: that must not look like a rollback of all.
     */
    private static Completion afterCommit(Completion completion) {
        return new Completion() {
            @Override
            public void done(StatementResult result) {
                completion.done(result);
            }

            @Override
            public void rows(RowSource rows) {
                completion.rows(rows);
            }

            @Override
            public void failed(SQLException error) {
                completion.failed(
                        CommittedBefore.said(
                                error,
                                "the transaction before this statement is committed, as DDL commits here"));
            }
        };
    }

    private StatementCall call(Statement statement, StatementClass what) {
        return new StatementCall(
                new Rendering(what, statement.parameterRows(), Instant.now()),
                statement.batch(),
                statement.keys(),
                0);
    }

    private void inside(
            SessionContext session,
            Statement statement,
            StatementClass what,
            Completion completion) {
        ClientTransaction transaction =
                transactions.current(session, statement.transactionSequence());
        locking.acquire(
                session,
                new Locking.Need(
                        transaction,
                        what.locks(statement.parameterRows()),
                        true,
                        database.lockTimeout().toNanos(),
                        what,
                        () -> again.dispatch(session, statement, completion)),
                () -> {
                    transactions.admitted(transaction);
                    transaction.moves(what.numbering());
                    session.active().interruptedBy(transaction.backends()::cancelRunning);
                    Verdict<StatementResult> verdict;
                    try {
                        verdict =
                                transaction
                                        .backends()
                                        .writeDdl(call(statement, what), what.objectsChanged());
                    } finally {
                        session.active().interruptedBy(null);
                    }
                    if (verdict instanceof Verdict.Agreed<StatementResult> agreed) {
                        transaction.markCatalogueChanged();
                        completion.done(agreed.result());
                    } else if (verdict instanceof Verdict.Refused<StatementResult> refused) {
                        // One engine may have accepted what another refused: only a rollback makes
                        // them equal again.
                        transaction.state(ClientTransaction.State.DOOMED);
                        completion.failed(refused.error());
                    } else if (verdict instanceof Verdict.TakenBack<StatementResult> back) {
                        transactions.takeBack(transaction);
                        completion.failed(back.error());
                    }
                },
                error -> transactions.statementFailed(transaction, error, completion));
    }

    private void outside(
            SessionContext session,
            Statement statement,
            StatementClass what,
            Completion completion) {
        LockOwner owner = new LockOwner("DDL of session " + Long.toHexString(session.sessionId()));
        locking.acquire(
                session,
                new Locking.Need(
                        owner,
                        what.locks(statement.parameterRows()),
                        true,
                        database.lockTimeout().toNanos(),
                        what,
                        () -> {
                            database.locks().release(owner);
                            again.dispatch(session, statement, completion);
                        }),
                () -> {
                    Verdict<StatementResult> verdict = runOutside(session, statement, what, owner);
                    if (verdict instanceof Verdict.Agreed<StatementResult> agreed) {
                        completion.done(agreed.result());
                    } else if (verdict instanceof Verdict.Refused<StatementResult> refused) {
                        completion.failed(refused.error());
                    } else if (verdict instanceof Verdict.TakenBack<StatementResult> back) {
                        completion.failed(back.error());
                    }
                },
                error -> {
                    database.locks().release(owner);
                    completion.failed(error);
                });
    }

    private Verdict<StatementResult> runOutside(
            SessionContext session, Statement statement, StatementClass what, LockOwner owner)
            throws SQLException {
        BackendTransaction transaction =
                transactions.backendTransaction(session, statement.transactionSequence(), false);
        database.readSlots().transactionBegins();
        session.active().interruptedBy(transaction::cancelRunning);
        try {
            session.active().check();
            SQLException objection = syntax.objectionOfAnyEngine(session, what).orElse(null);
            if (objection != null) {
                throw objection;
            }
            Verdict<StatementResult> verdict =
                    transaction.writeDdl(call(statement, what), what.objectsChanged());
            session.active().interruptedBy(null);
            if (verdict instanceof Verdict.Agreed<StatementResult> agreed) {
                transactions.keepCounts(session, statement, agreed.result());
                transaction.commit();
                session.committed();
            }
            return verdict;
        } finally {
            session.active().interruptedBy(null);
            transaction.rollback(); // nothing is left to roll back after a commit
            // After a refusal too: what a self-committing engine did cannot be told from here.
            refreshCatalogue.run();
            database.readSlots().transactionEnds();
            Numbers.moved(database.allocator(), what.numbering());
            database.locks().release(owner);
        }
    }
}
