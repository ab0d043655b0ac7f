package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.protocol.SqlState;
import java.sql.SQLException;
import java.util.List;

/**
 * The last step of a transaction that wrote: COMMIT on every backend in parallel. From the first
 * confirmation on the transaction is committed; whoever did not confirm leaves service before the
 * client hears of it.
 */
final class Commit {
    private final BackendGroup group;
    private final FanOut fanOut;
    private final CommitClock clock;

    Commit(BackendGroup group, FanOut fanOut, CommitClock clock) {
        this.group = group;
        this.fanOut = fanOut;
        this.clock = clock;
    }

    /**
     * Commits.
     *
     * @return null, or why every backend refused: nothing is committed anywhere then
     * @throws SQLException 08007 if nobody can know whether it is committed
     */
    SQLException run(List<FanOut.Participant> participants) throws SQLException {
        long number = clock.begin(participants);
        List<Outcome<Boolean>> outcomes;
        try {
            outcomes =
                    fanOut.run(
                            participants,
                            connection -> {
                                connection.commit();
                                return true;
                            });
            discardRefused(participants, outcomes);
            return judge(participants, outcomes);
        } finally {
            participants.forEach(p -> clock.end(p.handle(), number));
        }
    }

    /** What state a driver leaves its connection in after a refused COMMIT is anybody's guess. */
    private static void discardRefused(
            List<FanOut.Participant> participants, List<Outcome<Boolean>> outcomes) {
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Rejected<Boolean>) {
                participants.get(i).connection().discard("COMMIT refused");
            }
        }
    }

    private SQLException judge(
            List<FanOut.Participant> participants, List<Outcome<Boolean>> outcomes)
            throws SQLException {
        boolean confirmed = false;
        SQLException refusal = null;
        SQLException silence = null;
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Applied<Boolean>) {
                confirmed |= group.serves(participants.get(i).handle());
            } else if (outcomes.get(i) instanceof Outcome.Rejected<Boolean> rejected
                    && refusal == null) {
                refusal = rejected.cause();
            } else if (outcomes.get(i) instanceof Outcome.Unknown<Boolean> unknown) {
                silence = unknown.cause();
            }
        }
        if (confirmed) {
            putOutUnconfirmed(participants, outcomes);
            return null;
        }
        if (refusal != null) {
            for (int i = 0; i < outcomes.size(); i++) {
                if (outcomes.get(i) instanceof Outcome.Unknown<Boolean>) {
                    group.leave(
                            participants.get(i).handle(),
                            BackendState.LOST,
                            "no answer to a COMMIT that the others refused");
                }
            }
            return refusal;
        }
        throw nobodyKnows(participants, silence);
    }

    private void putOutUnconfirmed(
            List<FanOut.Participant> participants, List<Outcome<Boolean>> outcomes)
            throws SQLException {
        try {
            for (int i = 0; i < outcomes.size(); i++) {
                leaveUnlessConfirmed(participants.get(i), outcomes.get(i));
            }
        } catch (SQLException e) {
            throw new SQLException(
                    "committed on some backends, but it could not be recorded that others did not"
                            + " follow: "
                            + e.getMessage(),
                    SqlState.OUTCOME_UNKNOWN.code(),
                    e);
        }
    }

    private void leaveUnlessConfirmed(FanOut.Participant participant, Outcome<Boolean> outcome)
            throws SQLException {
        BackendHandle handle = participant.handle();
        if (outcome instanceof Outcome.Unknown<Boolean> unknown) {
            participant.connection().discard("no answer to COMMIT");
            group.leave(
                    handle,
                    BackendState.LOST,
                    "did not confirm a commit that the others confirmed: "
                            + unknown.cause().getMessage());
        } else if (outcome instanceof Outcome.Rejected<Boolean> rejected) {
            group.leave(
                    handle,
                    BackendState.DISAGREED,
                    "refused a commit that the others confirmed: " + rejected.cause().getMessage());
        }
    }

    private SQLException nobodyKnows(List<FanOut.Participant> participants, SQLException cause)
            throws SQLException {
        for (FanOut.Participant participant : participants) {
            BackendHandle handle = participant.handle();
            if (group.inService().size() > 1) {
                group.connectionLost(handle, cause);
            }
        }
        return new SQLException(
                "no backend answered COMMIT, so it is unknown whether the transaction is committed."
                        + " Look at the data before you repeat it",
                SqlState.OUTCOME_UNKNOWN.code(),
                cause);
    }

    /**
     * Rolls back on every backend; a connection on which that fails is closed, which rolls back
     * too.
     */
    static void rollBack(FanOut fanOut, List<FanOut.Participant> participants) {
        List<Outcome<Boolean>> outcomes =
                fanOut.run(
                        participants,
                        connection -> {
                            connection.rollback();
                            return true;
                        });
        for (int i = 0; i < outcomes.size(); i++) {
            BackendConnection connection = participants.get(i).connection();
            if (outcomes.get(i) instanceof Outcome.Applied<Boolean>) {
                connection.release();
            } else {
                connection.discard("rollback failed");
            }
        }
    }
}
