package io.lockstep.controller.request;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.controller.execution.BackendTransaction;
import io.lockstep.controller.execution.CommitGroups;
import io.lockstep.controller.execution.StatementCall;
import io.lockstep.controller.execution.StatementResult;
import io.lockstep.controller.execution.Verdict;
import io.lockstep.controller.scheduler.LockOwner;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.sql.StatementClass;
import io.lockstep.controller.sql.StatementKind;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * Statements that run on every backend. In auto-commit, those that lock only rows travel in commit
 * groups; any other is a transaction of its own. What was taken back because backends disagreed, or
 * one of them found a conflict, is run again under locks on whole tables.
 */
final class Writes {
    private static final int ATTEMPTS_MAX = 4;

    /** Larger batches are transactions of their own, so that they do not hold up a group. */
    private static final int GROUP_ROWS_MAX = 200;

    private final VirtualDatabase database;
    private final Locking locking;
    private final Transactions transactions;
    private final Dispatch again;
    private final Runnable refreshCatalogue;

    Writes(
            VirtualDatabase database,
            Locking locking,
            Transactions transactions,
            Dispatch again,
            Runnable refreshCatalogue) {
        this.refreshCatalogue = refreshCatalogue;
        this.database = database;
        this.locking = locking;
        this.transactions = transactions;
        this.again = again;
    }

    /** Answers on {@code completion}. */
    void write(
            SessionContext session,
            Statement statement,
            StatementClass what,
            Completion completion) {
        List<LockRequest> locks =
                session.hasSettings() ? what.tableLocks() : what.locks(statement.parameterRows());
        if (!session.autoCommits()) {
            inside(session, statement, what, locks, completion);
        } else if (groupable(session, statement, what, locks)) {
            grouped(session, statement, what, locks, completion);
        } else {
            alone(session, statement, what, locks, completion, 1);
        }
    }

    /** DO, EXECUTE IMMEDIATE and the like: there may be DDL in it. */
    private static boolean mayDefine(StatementClass what) {
        return what.kind() == StatementKind.UNKNOWN_WRITE && !what.isCall() && !what.returnsRows();
    }

    private boolean groupable(
            SessionContext session,
            Statement statement,
            StatementClass what,
            List<LockRequest> locks) {
        return what.kind() == StatementKind.WRITE
                && !what.returnsRows()
                && !session.hasSettings()
                && statement.parameterRows().size() <= GROUP_ROWS_MAX
                && !Locking.exclusive(locks);
    }

    private static StatementCall call(
            SessionContext session,
            Statement statement,
            StatementClass what,
            Instant transactionTime) {
        return new StatementCall(
                new Rendering(
                        what,
                        statement.parameterRows(),
                        statement.keys(),
                        transactionTime,
                        session.settings().zone()),
                statement.batch(),
                statement.keys(),
                statement.maxRows(),
                form(what));
    }

    private static StatementCall.Form form(StatementClass what) {
        if (what.isCall()) {
            return StatementCall.Form.CALL;
        }
        return what.kind() == StatementKind.UNKNOWN_WRITE
                ? StatementCall.Form.UNKNOWN
                : StatementCall.Form.PLAIN;
    }

    /** Keys that were read only to be compared are not the client's. */
    private static StatementResult forClient(Statement statement, StatementResult result) {
        return statement.keys() instanceof KeyColumns.None ? result.withoutKeys() : result;
    }

    private void inside(
            SessionContext session,
            Statement statement,
            StatementClass what,
            List<LockRequest> locks,
            Completion completion) {
        ClientTransaction transaction =
                transactions.current(session, statement.transactionSequence());
        locking.acquire(
                session,
                new Locking.Need(
                        transaction,
                        locks,
                        true,
                        database.lockTimeout().toNanos(),
                        what,
                        () -> again.dispatch(session, statement, completion)),
                () -> runInside(session, transaction, statement, what, locks, completion),
                error -> transactions.statementFailed(transaction, error, completion));
    }

    private void runInside(
            SessionContext session,
            ClientTransaction transaction,
            Statement statement,
            StatementClass what,
            List<LockRequest> locks,
            Completion completion)
            throws SQLException {
        transactions.admitted(transaction);
        session.active().check();
        session.active().interruptedBy(transaction.backends()::cancelRunning);
        Verdict<StatementResult> verdict;
        try {
            verdict =
                    transaction
                            .backends()
                            .write(
                                    call(session, statement, what, transaction.begunAt()),
                                    what.countComparable(),
                                    Locking.exclusive(locks));
        } finally {
            session.active().interruptedBy(null);
        }
        conclude(session, transaction, statement, what, verdict, completion);
    }

    private void conclude(
            SessionContext session,
            ClientTransaction transaction,
            Statement statement,
            StatementClass what,
            Verdict<StatementResult> verdict,
            Completion completion) {
        if (verdict instanceof Verdict.Agreed<StatementResult> agreed) {
            if (mayDefine(what)) {
                transaction.markCatalogueChanged();
            }
            completion.done(forClient(statement, agreed.result()));
        } else if (verdict instanceof Verdict.Refused<StatementResult> refused) {
            // A batch or a call that failed half-way has left effects no engine takes back by
            // itself.
            boolean partial = statement.batch() || what.kind() == StatementKind.UNKNOWN_WRITE;
            if (partial || database.failureDooms()) {
                transaction.state(ClientTransaction.State.DOOMED);
            }
            completion.failed(refused.error());
        } else if (verdict instanceof Verdict.TakenBack<StatementResult> back) {
            transactions.takeBack(transaction);
            completion.failed(
                    session.active().isCancelled()
                            ? session.active().cancelled(back.error())
                            : back.error());
        }
    }

    private LockOwner owner(SessionContext session) {
        return new LockOwner(
                "auto-commit write of session " + Long.toHexString(session.sessionId()));
    }

    private void grouped(
            SessionContext session,
            Statement statement,
            StatementClass what,
            List<LockRequest> locks,
            Completion completion) {
        LockOwner owner = owner(session);
        locking.acquire(
                session,
                new Locking.Need(
                        owner,
                        locks,
                        false,
                        database.lockTimeout().toNanos(),
                        what,
                        () -> {
                            database.locks().release(owner);
                            again.dispatch(session, statement, completion);
                        }),
                () -> {
                    session.active().check();
                    Grouped member = new Grouped(session, statement, what, owner, completion);
                    session.active().interruptedBy(member::cancel);
                    database.groups().submit(member);
                },
                error -> {
                    database.locks().release(owner);
                    completion.failed(error);
                });
    }

    /** One session's write in a commit group; its answer goes back to the session's thread. */
    private final class Grouped extends CommitGroups.Member {
        private final SessionContext session;
        private final Statement statement;
        private final StatementClass what;
        private final LockOwner owner;
        private final Completion completion;

        Grouped(
                SessionContext session,
                Statement statement,
                StatementClass what,
                LockOwner owner,
                Completion completion) {
            super(
                    call(session, statement, what, Instant.now()),
                    statement.parameterRows().size(),
                    what.countComparable(),
                    session.loop());
            this.session = session;
            this.statement = statement;
            this.what = what;
            this.owner = owner;
            this.completion = completion;
        }

        @Override
        protected void done(Verdict<StatementResult> verdict) {
            database.locks().release(owner);
            handOver(() -> answer(verdict));
        }

        @Override
        protected void failed(SQLException error) {
            database.locks().release(owner);
            handOver(() -> completion.failed(error));
        }

        private void handOver(Runnable answer) {
            if (session.onOwnThread()) {
                answer.run();
            } else {
                session.loop().execute(answer);
            }
        }

        private void answer(Verdict<StatementResult> verdict) {
            session.active().interruptedBy(null);
            if (verdict instanceof Verdict.Agreed<StatementResult> agreed) {
                completion.done(forClient(statement, agreed.result()));
            } else if (verdict instanceof Verdict.Refused<StatementResult> refused) {
                completion.failed(refused.error());
            } else if (verdict instanceof Verdict.TakenBack<StatementResult> back) {
                if (session.active().isCancelled()) {
                    completion.failed(session.active().cancelled(back.error()));
                } else if (back.rerunnable()) {
                    database.backends().outcomes().rerun();
                    alone(session, statement, what, what.tableLocks(), completion, 2);
                } else {
                    completion.failed(back.error());
                }
            }
        }
    }

    private void alone(
            SessionContext session,
            Statement statement,
            StatementClass what,
            List<LockRequest> locks,
            Completion completion,
            int attempt) {
        LockOwner owner = owner(session);
        locking.acquire(
                session,
                new Locking.Need(
                        owner,
                        locks,
                        true,
                        database.lockTimeout().toNanos(),
                        what,
                        () -> {
                            database.locks().release(owner);
                            again.dispatch(session, statement, completion);
                        }),
                () -> {
                    Verdict<StatementResult> verdict =
                            runAlone(session, statement, what, owner, locks);
                    if (verdict instanceof Verdict.Agreed<StatementResult> agreed) {
                        completion.done(forClient(statement, agreed.result()));
                    } else if (verdict instanceof Verdict.Refused<StatementResult> refused) {
                        completion.failed(refused.error());
                    } else if (verdict instanceof Verdict.TakenBack<StatementResult> back) {
                        if (session.active().isCancelled()) {
                            completion.failed(session.active().cancelled(back.error()));
                        } else if (back.rerunnable() && attempt < ATTEMPTS_MAX) {
                            database.backends().outcomes().rerun();
                            alone(
                                    session,
                                    statement,
                                    what,
                                    what.tableLocks(),
                                    completion,
                                    attempt + 1);
                        } else {
                            completion.failed(back.error());
                        }
                    }
                },
                error -> {
                    database.locks().release(owner);
                    completion.failed(error);
                });
    }

    /** Executes, commits or rolls back, and frees the locks. */
    private Verdict<StatementResult> runAlone(
            SessionContext session,
            Statement statement,
            StatementClass what,
            LockOwner owner,
            List<LockRequest> locks)
            throws SQLException {
        BackendTransaction transaction = transactions.backendTransaction(session, false);
        database.readSlots().transactionBegins();
        session.active().interruptedBy(transaction::cancelRunning);
        Verdict<StatementResult> verdict = null;
        try {
            session.active().check();
            verdict =
                    transaction.write(
                            call(session, statement, what, Instant.now()),
                            what.countComparable(),
                            Locking.exclusive(locks));
            session.active().interruptedBy(null);
            if (verdict instanceof Verdict.Agreed) {
                transaction.commit();
                if (mayDefine(what)) {
                    refreshCatalogue.run();
                }
            }
            return verdict;
        } finally {
            session.active().interruptedBy(null);
            transaction.rollback(); // nothing is left to roll back after a commit
            database.readSlots().transactionEnds();
            database.locks().release(owner);
        }
    }
}
