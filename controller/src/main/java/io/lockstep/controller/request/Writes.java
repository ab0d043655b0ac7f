package io.lockstep.controller.request;

import io.lockstep.controller.execution.BackendTransaction;
import io.lockstep.controller.execution.CommitGroups;
import io.lockstep.controller.execution.StatementCall;
import io.lockstep.controller.execution.StatementResult;
import io.lockstep.controller.execution.Verdict;
import io.lockstep.controller.scheduler.LockOwner;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.sql.StatementClass;
import io.lockstep.controller.sql.StatementKind;
import io.lockstep.protocol.TransactionId;
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
    private final Numbers numbers;
    private final Dispatch again;
    private final Runnable refreshCatalogue;

    Writes(
            VirtualDatabase database,
            Locking locking,
            Transactions transactions,
            Numbers numbers,
            Dispatch again,
            Runnable refreshCatalogue) {
        this.refreshCatalogue = refreshCatalogue;
        this.database = database;
        this.locking = locking;
        this.transactions = transactions;
        this.numbers = numbers;
        this.again = again;
    }

    /** Answers on {@code completion}. */
    void write(
            SessionContext session,
            Statement statement,
            StatementClass what,
            Completion completion) {
        numbers.complete(
                session, statement, what, task -> write(session, task, completion), completion);
    }

    private void write(SessionContext session, Task task, Completion completion) {
        StatementClass what = task.what();
        List<LockRequest> locks =
                session.hasSettings() ? what.tableLocks() : what.locks(task.sent().parameterRows());
        if (!session.autoCommits()) {
            inside(session, task, locks, completion);
        } else if (groupable(session, task, locks)) {
            grouped(session, task, locks, completion);
        } else {
            alone(session, task, locks, completion, 1);
        }
    }

    /** DO and the like: there may be DDL in it. */
    private static boolean mayDefine(StatementClass what) {
        return what.kind() == StatementKind.UNKNOWN_WRITE && !what.isCall() && !what.returnsRows();
    }

    private static boolean groupable(SessionContext session, Task task, List<LockRequest> locks) {
        StatementClass what = task.what();
        return what.kind() == StatementKind.WRITE
                && !what.returnsRows()
                && !what.numbering().moves()
                && !session.hasSettings()
                && task.sent().parameterRows().size() <= GROUP_ROWS_MAX
                && !Locking.exclusive(locks);
    }

    private static StatementCall call(SessionContext session, Task task, Instant transactionTime) {
        Statement statement = task.sent();
        StatementClass what = task.what();
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
        if (what.kind() != StatementKind.UNKNOWN_WRITE) {
            return StatementCall.Form.PLAIN;
        }
        return what.returnsRows() && what.tablesWritten().isEmpty()
                ? StatementCall.Form.QUERY
                : StatementCall.Form.UNKNOWN;
    }

    private void inside(
            SessionContext session, Task task, List<LockRequest> locks, Completion completion) {
        ClientTransaction transaction =
                transactions.current(session, task.asked().transactionSequence());
        locking.acquire(
                session,
                new Locking.Need(
                        transaction,
                        locks,
                        true,
                        database.lockTimeout().toNanos(),
                        task.what(),
                        () -> again.dispatch(session, task.asked(), completion)),
                () -> runInside(session, transaction, task, locks, completion),
                error -> transactions.statementFailed(transaction, error, completion));
    }

    private void runInside(
            SessionContext session,
            ClientTransaction transaction,
            Task task,
            List<LockRequest> locks,
            Completion completion)
            throws SQLException {
        transactions.admitted(transaction);
        if (!task.numbers().isCurrent()) {
            again.dispatch(session, task.asked(), completion);
            return;
        }
        session.active().check();
        List<StatementCall> before =
                numbers.align(task.what().numbering(), transaction, transaction.backends());
        transaction.moves(task.what().numbering());
        session.active().interruptedBy(transaction.backends()::cancelRunning);
        Verdict<StatementResult> verdict;
        try {
            verdict =
                    run(
                            session,
                            transaction.backends(),
                            before,
                            task,
                            transaction.begunAt(),
                            locks);
        } finally {
            session.active().interruptedBy(null);
            Numbers.moved(database.allocator(), task.what().numbering());
        }
        conclude(session, transaction, task, verdict, completion);
    }

    private Verdict<StatementResult> run(
            SessionContext session,
            BackendTransaction transaction,
            List<StatementCall> before,
            Task task,
            Instant transactionTime,
            List<LockRequest> locks)
            throws SQLException {
        for (StatementCall call : before) {
            Verdict<StatementResult> verdict = transaction.write(call, false, true);
            if (!(verdict instanceof Verdict.Agreed)) {
                return verdict;
            }
        }
        return transaction.write(
                call(session, task, transactionTime),
                task.what().countComparable(),
                Locking.exclusive(locks),
                task.what().numbering().drawn());
    }

    private void conclude(
            SessionContext session,
            ClientTransaction transaction,
            Task task,
            Verdict<StatementResult> verdict,
            Completion completion) {
        if (verdict instanceof Verdict.Agreed<StatementResult> agreed) {
            if (mayDefine(task.what())) {
                transaction.markCatalogueChanged();
            }
            completion.done(task.forClient(agreed.result()));
        } else if (verdict instanceof Verdict.Refused<StatementResult> refused) {
            // A batch or a call that failed half-way has left effects no engine takes back by
            // itself.
            boolean partial =
                    task.asked().batch() || task.what().kind() == StatementKind.UNKNOWN_WRITE;
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

    /** What it was completed by is out of date. */
    private void again(SessionContext session, Task task, LockOwner owner, Completion completion) {
        database.locks().release(owner);
        again.dispatch(session, task.asked(), completion);
    }

    private LockOwner owner(SessionContext session) {
        return new LockOwner(
                "auto-commit write of session " + Long.toHexString(session.sessionId()));
    }

    private void grouped(
            SessionContext session, Task task, List<LockRequest> locks, Completion completion) {
        LockOwner owner = owner(session);
        withLocks(
                session,
                task,
                new Held(owner, locks, false),
                completion,
                () -> {
                    session.active().check();
                    Grouped member = new Grouped(session, task, owner, completion);
                    session.active().interruptedBy(member::cancel);
                    database.groups().submit(member);
                });
    }

    /** The locks of one auto-commit write, and whether it needs a permit of its own. */
    private record Held(LockOwner owner, List<LockRequest> locks, boolean admission) {}

    private void withLocks(
            SessionContext session,
            Task task,
            Held held,
            Completion completion,
            Locking.Step write) {
        Runnable again = () -> again(session, task, held.owner(), completion);
        locking.acquire(
                session,
                new Locking.Need(
                        held.owner(),
                        held.locks(),
                        held.admission(),
                        database.lockTimeout().toNanos(),
                        task.what(),
                        again),
                () -> {
                    if (task.numbers().isCurrent()) {
                        write.run();
                    } else {
                        again.run();
                    }
                },
                error -> {
                    database.locks().release(held.owner());
                    completion.failed(error);
                });
    }

    /**
     * Tells the client, or tries again.
     *
     * @param attempt how often it has been tried
     */
    private void answer(
            SessionContext session,
            Task task,
            Verdict<StatementResult> verdict,
            Completion completion,
            int attempt) {
        if (verdict instanceof Verdict.Agreed<StatementResult> agreed) {
            completion.done(task.forClient(agreed.result()));
        } else if (verdict instanceof Verdict.Refused<StatementResult> refused) {
            completion.failed(refused.error());
        } else if (verdict instanceof Verdict.TakenBack<StatementResult> back) {
            if (session.active().isCancelled()) {
                completion.failed(session.active().cancelled(back.error()));
            } else if (back.rerunnable() && attempt < ATTEMPTS_MAX) {
                database.backends().outcomes().rerun();
                alone(session, task, task.what().tableLocks(), completion, attempt + 1);
            } else {
                completion.failed(back.error());
            }
        }
    }

    /** One session's write in a commit group; its answer goes back to the session's thread. */
    private final class Grouped extends CommitGroups.Member {
        private final SessionContext session;
        private final Task task;
        private final LockOwner owner;
        private final Completion completion;

        Grouped(SessionContext session, Task task, LockOwner owner, Completion completion) {
            super(
                    new TransactionId(session.sessionId(), task.sent().transactionSequence()),
                    call(session, task, Instant.now()),
                    task.sent().parameterRows().size(),
                    task.what().countComparable(),
                    session.loop());
            this.session = session;
            this.task = task;
            this.owner = owner;
            this.completion = completion;
        }

        @Override
        protected void done(Verdict<StatementResult> verdict) {
            database.locks().release(owner);
            handOver(
                    () -> {
                        session.active().interruptedBy(null);
                        answer(session, task, verdict, completion, 1);
                    });
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
    }

    private void alone(
            SessionContext session,
            Task task,
            List<LockRequest> locks,
            Completion completion,
            int attempt) {
        LockOwner owner = owner(session);
        withLocks(
                session,
                task,
                new Held(owner, locks, true),
                completion,
                () ->
                        answer(
                                session,
                                task,
                                runAlone(session, task, owner, locks),
                                completion,
                                attempt));
    }

    /** Executes, commits or rolls back, and frees the locks. */
    private Verdict<StatementResult> runAlone(
            SessionContext session, Task task, LockOwner owner, List<LockRequest> locks)
            throws SQLException {
        BackendTransaction transaction =
                transactions.backendTransaction(session, task.sent().transactionSequence(), false);
        database.readSlots().transactionBegins();
        session.active().interruptedBy(transaction::cancelRunning);
        Verdict<StatementResult> verdict = null;
        try {
            session.active().check();
            verdict =
                    run(
                            session,
                            transaction,
                            numbers.align(task.what().numbering(), null, transaction),
                            task,
                            Instant.now(),
                            locks);
            session.active().interruptedBy(null);
            if (verdict instanceof Verdict.Agreed<StatementResult> agreed) {
                transactions.keepCounts(session, task.sent(), agreed.result());
                transaction.commit();
                if (mayDefine(task.what())) {
                    refreshCatalogue.run();
                }
            }
            return verdict;
        } finally {
            session.active().interruptedBy(null);
            transaction.rollback(); // nothing is left to roll back after a commit
            database.readSlots().transactionEnds();
            Numbers.moved(database.allocator(), task.what().numbering());
            database.locks().release(owner);
        }
    }
}
