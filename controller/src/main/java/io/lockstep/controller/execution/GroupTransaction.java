package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import io.lockstep.controller.recoverylog.LogException;
import io.lockstep.controller.redo.RedoLog;
import io.lockstep.controller.redo.RedoStep;
import io.lockstep.controller.redo.RedoWriter;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import io.lockstep.protocol.UpdateCounts;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The transaction in which the members of one commit group are executed and committed on every
 * backend, with one commit record and one marker. For the thread that leads the group.
 */
final class GroupTransaction {
    private final BackendGroup backends;
    private final FanOut fanOut;
    private final CommitClock clock;
    private final Duration borrowTimeout;
    private final List<CommitGroups.Member> group;
    private RedoLog.Commit record; // null before it is appended

    /**
     * Begins nothing yet.
     *
     * @param borrowTimeout longest wait for each connection
     */
    GroupTransaction(
            BackendGroup backends,
            FanOut fanOut,
            CommitClock clock,
            Duration borrowTimeout,
            List<CommitGroups.Member> group) {
        this.backends = backends;
        this.fanOut = fanOut;
        this.clock = clock;
        this.borrowTimeout = borrowTimeout;
        this.group = group;
    }

    /** Nobody knows whether COMMIT happened: running the members again could apply them twice. */
    static final class CommitFailedException extends Exception {
        private static final long serialVersionUID = 1L;
        final transient SQLException failure;

        CommitFailedException(SQLException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    /**
     * Executes while the commit record is being forced and, if all agree, commits; otherwise rolls
     * back everywhere. To be called once.
     */
    Verdict<List<StatementResult>> run() throws SQLException, CommitFailedException {
        List<FanOut.Participant> participants = borrow();
        Verdict<List<StatementResult>> verdict;
        boolean toCommit = false;
        try {
            verdict = execute(participants);
            if (verdict instanceof Verdict.Agreed<List<StatementResult>> agreed) {
                keepCounts(agreed.result());
                if (participants.stream().anyMatch(backends::isCurrent)) {
                    toCommit = true;
                } else {
                    verdict = new Verdict.Refused<>(backends.noneLeft(null));
                }
            }
        } finally {
            if (!toCommit) {
                undo(participants); // an Error, too, leaves nothing open
            }
        }
        if (toCommit) {
            SQLException refusal = commit(participants);
            verdict = refusal == null ? verdict : new Verdict.Refused<>(refusal);
        }
        if (group.size() > 1 && !(verdict instanceof Verdict.Agreed)) {
            pending(); // they run again under the same ids
        }
        return verdict;
    }

    private Verdict<List<StatementResult>> execute(List<FanOut.Participant> participants)
            throws SQLException {
        try {
            group.forEach(member -> member.running = participants);
            // Who was cancelled before there was anything to interrupt.
            if (group.stream().anyMatch(CommitGroups.Member::isCancelled)) {
                return new Verdict.TakenBack<>(CommitGroups.cancelled(), false);
            }
            record = append();
            backends.redo().forceSoon(record);
            List<Outcome<List<StatementResult>>> outcomes =
                    fanOut.run(participants, connection -> executeOn(connection));
            FaultPoint.BACKENDS_WROTE.reached();
            return settle(participants, outcomes);
        } finally {
            group.forEach(member -> member.running = List.of());
        }
    }

    private void undo(List<FanOut.Participant> participants) throws SQLException {
        try {
            Commit.rollBack(fanOut, participants);
        } finally {
            if (record == null) {
                ended();
            } else {
                takeBack(); // or no backend would ever come into service again
            }
        }
    }

    /** In case that a client does not get its answer. */
    private void keepCounts(List<StatementResult> results) {
        for (int i = 0; i < group.size(); i++) {
            UpdateCounts counts = results.get(i).updateCounts();
            if (counts != null) {
                backends.redo().outcomes().counts(group.get(i).id, counts);
            }
        }
    }

    private List<FanOut.Participant> borrow() throws SQLException {
        boolean borrowed = false;
        try {
            backends.writes().check();
            List<FanOut.Participant> participants = backends.borrowAll(borrowTimeout);
            borrowed = true;
            return participants;
        } finally {
            if (!borrowed) {
                ended();
            }
        }
    }

    /** Rolled back, without anything in the log. */
    void ended() {
        backends.redo()
                .outcomes()
                .add(
                        group.stream().map(member -> member.id).toList(),
                        TransactionOutcome.ROLLED_BACK);
    }

    /** An intent, until a backend has committed it. */
    private RedoLog.Commit append() throws SQLException {
        RedoWriter writer = backends.redo().begin();
        try {
            List<TransactionId> ids = new ArrayList<>(group.size());
            for (CommitGroups.Member member : group) {
                writer.add(
                        RedoSteps.of(
                                member.call,
                                backends.dialects(),
                                RedoStep.Form.PLAIN,
                                RedoStep.Answer.ANY));
                ids.add(member.id);
            }
            return backends.redo().append(writer, ids);
        } catch (IOException e) {
            throw backends.writes().logFailed(e);
        } finally {
            writer.discard(); // what it still holds if nothing was appended
        }
    }

    /**
     * Nothing of it is on any backend. Forced before anybody hears so, also if others of the group
     * run again: a restart would find the commit record without it.
     */
    private void takeBack() throws SQLException {
        FaultPoint.GROUP_FAILED.reached();
        try {
            backends.writes().takeBack(record);
        } catch (LogException e) {
            throw backends.writes().outcomeUnknown("its failure could not be recorded", e);
        }
    }

    /** Until it has ended nobody may take its having no trace in the log for a rollback. */
    void pending() {
        backends.redo()
                .outcomes()
                .add(group.stream().map(member -> member.id).toList(), TransactionOutcome.UNKNOWN);
    }

    private Verdict<List<StatementResult>> settle(
            List<FanOut.Participant> participants, List<Outcome<List<StatementResult>>> outcomes)
            throws SQLException {
        return new Settlement<List<StatementResult>>(
                        backends,
                        (a, b) -> {
                            for (int i = 0; i < group.size(); i++) {
                                if (!a.get(i).agreesWith(b.get(i), group.get(i).compareCount)) {
                                    return false;
                                }
                            }
                            return true;
                        },
                        results ->
                                results.size() == 1
                                        ? results.get(0).brief()
                                        : results.size() + " results",
                        false)
                .settle(participants, outcomes);
    }

    private SQLException commit(List<FanOut.Participant> participants)
            throws CommitFailedException {
        try {
            return new Commit(backends, fanOut, clock, record).run(participants);
        } catch (SQLException e) {
            throw new CommitFailedException(e);
        } catch (RuntimeException | Error e) {
            throw new CommitFailedException(
                    new SQLException(
                            "COMMIT failed unexpectedly, so it is unknown whether it happened: "
                                    + e,
                            SqlState.OUTCOME_UNKNOWN.code(),
                            e));
        }
    }

    private List<StatementResult> executeOn(BackendConnection connection) throws SQLException {
        connection.begin(Connection.TRANSACTION_READ_COMMITTED, false);
        if (group.size() == 1) {
            return List.of(group.get(0).call.run(connection));
        }
        return MergedCalls.run(connection, group.stream().map(member -> member.call).toList());
    }
}
