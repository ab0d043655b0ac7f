package io.lockstep.controller.session;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.controller.execution.CopiedRows;
import io.lockstep.controller.execution.StatementResult;
import io.lockstep.controller.request.CommittedBefore;
import io.lockstep.controller.request.Completion;
import io.lockstep.controller.request.Conductor;
import io.lockstep.controller.request.RowSource;
import io.lockstep.controller.request.SessionContext;
import io.lockstep.controller.request.Statement;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.RequestTag;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionStatus;
import io.lockstep.protocol.UpdateCounts;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Batches, which arrive in parts. A batch is one transaction, in auto-commit too: a small one is
 * gathered and sent as one statement, of a large one each portion runs as it comes, within a
 * transaction that the last part commits. Session thread only.
 */
final class Batches {
    /** Most parameter rows held before they are run. */
    private static final int ROWS_HELD = 5000;

    private final Conductor conductor;
    private final SessionContext context;
    private final Answers answers;

    private List<List<Object>> rows = new ArrayList<>();
    private long[] counts = new long[0];
    private int counted;
    private CopiedRows keys;
    private boolean inOwnTransaction;
    private int begun; // texts
    private int committed; // so many of the counts: what is before them is, too
    private SQLException failure;
    private int failedIndex = -1;
    private Unfinished unfinished;

    /** The batch of which more parts are to come; null between batches. */
    private record Unfinished(RequestTag kind, int statementId, int number) {}

    Batches(Conductor conductor, SessionContext context, Answers answers) {
        this.conductor = conductor;
        this.context = context;
        this.answers = answers;
    }

    /**
     * To be asked before every request: in the middle of a batch only its next part may come, or
     * what follows would be done together with what has come so far.
     */
    boolean isInOrder(Request request) {
        Unfinished part = null;
        if (request instanceof Request.Batch rows) {
            part = new Unfinished(rows.tag(), rows.statementId(), rows.transactionSequence());
        } else if (request instanceof Request.BatchDirect texts) {
            part = new Unfinished(texts.tag(), 0, texts.transactionSequence());
        }
        boolean inOrder = unfinished == null || unfinished.equals(part);
        if (inOrder) {
            unfinished = request.hasReply() ? null : part;
        }
        return inOrder;
    }

    private void reset() {
        rows = new ArrayList<>();
        counts = new long[0];
        counted = 0;
        keys = null;
        inOwnTransaction = false;
        begun = 0;
        committed = 0;
        failure = null;
        failedIndex = -1;
    }

    private abstract static class Step implements Completion {
        @Override
        public void rows(RowSource result) {
            result.close();
            failed(
                    new SQLException(
                            "a statement of a batch returned rows; its transaction must be rolled back",
                            SqlState.TOO_MANY_RESULTS.code()));
        }
    }

    /** A part of a batch of one prepared statement. */
    void rows(Prepared statement, Request.Batch part, Replies replies) {
        if (failure == null) {
            rows.addAll(part.rows());
        }
        boolean portion = part.last() || rows.size() >= ROWS_HELD;
        if (failure != null || !portion || rows.isEmpty()) {
            endPart(part.last(), part.transactionSequence(), replies);
            return;
        }
        if (!part.last() && !inOwnTransaction && context.autoCommits()) {
            inOwnTransaction = true;
            context.beginOwnTransaction();
        }
        List<List<Object>> running = rows;
        rows = new ArrayList<>();
        conductor.execute(
                context,
                new Statement(
                        statement.sql(),
                        running,
                        true,
                        statement.keys(),
                        Statement.Expected.COUNT,
                        0,
                        0,
                        part.queryTimeoutMillis(),
                        part.transactionSequence()),
                new Step() {
                    @Override
                    public void done(StatementResult result) {
                        append(result);
                        endPart(part.last(), part.transactionSequence(), replies);
                    }

                    @Override
                    public void failed(SQLException error) {
                        fail(error);
                        endPart(part.last(), part.transactionSequence(), replies);
                    }
                });
    }

    /** A part that must not be carried out: the batch fails. */
    void refuse(SQLException why, boolean moreFollow, Replies replies) {
        if (failure == null) {
            fail(why);
        }
        endPart(!moreFollow, 0, replies); // nothing is committed
    }

    private void fail(SQLException error) {
        failure =
                committed == 0
                        ? error
                        : CommittedBefore.said(
                                error,
                                "the first %d members of the batch are committed, by DDL or COMMIT among them"
                                        .formatted(committed));
    }

    private void append(StatementResult result) {
        if (result instanceof StatementResult.Counts more) {
            for (int i = 0; i < more.counts().size(); i++) {
                append(more.counts().get(i));
            }
            keys = keys == null ? more.keys() : joined(keys, more.keys());
        } else if (result instanceof StatementResult.Count one) {
            append(one.count());
        } else {
            append(java.sql.Statement.SUCCESS_NO_INFO);
        }
    }

    private void append(long count) {
        if (counted == counts.length) {
            counts = Arrays.copyOf(counts, Math.max(16, 2 * counted));
        }
        counts[counted++] = count;
    }

    private static CopiedRows joined(CopiedRows a, CopiedRows b) {
        List<List<Object>> all = new ArrayList<>(a.rows());
        all.addAll(b.rows());
        return new CopiedRows(a.description(), all);
    }

    /** {@code sequence}: the client's number for what is committed now. */
    private void endPart(boolean last, int sequence, Replies replies) {
        if (!last) {
            replies.finish();
        } else if (inOwnTransaction) {
            inOwnTransaction = false;
            endOwnTransaction(sequence, replies);
        } else {
            answer(replies);
        }
    }

    private void endOwnTransaction(int sequence, Replies replies) {
        Step step =
                new Step() {
                    @Override
                    public void done(StatementResult result) {
                        answer(replies);
                    }

                    @Override
                    public void failed(SQLException error) {
                        fail(error);
                        answer(replies);
                    }
                };
        if (failure == null) {
            conductor.keepCounts(context, sequence, counted());
            conductor.commit(context, sequence, step);
        } else {
            conductor.rollback(context, step);
        }
    }

    private UpdateCounts counted() {
        return UpdateCounts.of(Arrays.copyOf(counts, counted));
    }

    private void answer(Replies replies) {
        SQLException error = failure;
        int failed = failedIndex;
        // A failed batch is taken back as far as its own transaction or a doomed one goes.
        boolean stays = error == null || context.status() == TransactionStatus.IN_TRANSACTION;
        UpdateCounts done = UpdateCounts.of(Arrays.copyOf(counts, stays ? counted : committed));
        CopiedRows generated = keys;
        reset();
        if (error != null) {
            answers.failBatch(replies, error, done, failed);
        } else {
            answers.send(replies, new StatementResult.Counts(done, generated));
        }
    }

    /**
     * A part of a batch of texts: each runs by itself with a number of its own, all in one
     * transaction, but for DDL on engines that commit it. The commit at the end has the number
     * behind theirs.
     */
    void texts(Request.BatchDirect part, Replies replies) {
        next(part, 0, replies);
    }

    private void next(Request.BatchDirect part, int index, Replies replies) {
        if (failure != null || index == part.statements().size()) {
            endPart(part.last(), part.transactionSequence() + begun, replies);
            return;
        }
        if (context.autoCommits()) { // the first, or one behind DDL that has committed the others
            inOwnTransaction = true;
            context.beginOwnTransaction();
        }
        long commits = context.commits();
        conductor.execute(
                context,
                new Statement(
                        part.statements().get(index),
                        List.of(List.of()),
                        false,
                        KeyColumns.NONE,
                        Statement.Expected.COUNT,
                        0,
                        0,
                        part.queryTimeoutMillis(),
                        part.transactionSequence() + begun++),
                new Step() {
                    @Override
                    public void done(StatementResult result) {
                        append(result);
                        noteCommit(commits);
                        // Each on a fresh stack: a batch may have thousands of texts.
                        context.later(() -> next(part, index + 1, replies));
                    }

                    @Override
                    public void failed(SQLException error) {
                        failedIndex = counted;
                        fail(error);
                        noteCommit(commits); // DDL may fail behind its own commit, and says so
                        endPart(part.last(), 0, replies); // nothing more is committed
                    }
                });
    }

    /** DDL on some engines, and COMMIT as text, commit what came before. */
    private void noteCommit(long before) {
        if (context.commits() != before) {
            committed = counted;
        }
    }
}
