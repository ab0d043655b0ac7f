package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.backends.markers.FencedException;
import io.lockstep.backends.markers.Marker;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.recoverylog.LogException;
import io.lockstep.controller.redo.CommitRecord;
import io.lockstep.controller.redo.RedoLog;
import io.lockstep.protocol.SqlState;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last step of a transaction that wrote: its commit record is forced, then COMMIT with its
 * marker on every backend in parallel. Whoever does not confirm what others confirmed, and cannot
 * be given it from the log, leaves service before the client hears of it. If all refuse, an abort
 * record takes the commit record back.
 */
final class Commit {
    private static final Logger log = LoggerFactory.getLogger(Commit.class);
    private static final Duration SETTLE = Duration.ofSeconds(5);

    private final BackendGroup group;
    private final FanOut fanOut;
    private final CommitClock clock;
    private final RedoLog.Commit record;

    /**
     * @param record appended to the log, forced or not; null if nothing was written that could be
     *     done again
     */
    Commit(BackendGroup group, FanOut fanOut, CommitClock clock, RedoLog.Commit record) {
        this.group = group;
        this.fanOut = fanOut;
        this.clock = clock;
        this.record = record;
    }

    /** One backend's answer. */
    private record Vote(BackendHandle handle, Outcome<Boolean> outcome) {
        boolean confirmed() {
            return outcome instanceof Outcome.Applied<Boolean>;
        }
    }

    /** Whom COMMIT is sent to, who is given it afterwards, and its number on the clock. */
    private record Round(
            List<FanOut.Participant> asked, List<BackendHandle> followers, long number) {}

    /**
     * Commits and gives the connections back, whatever happens.
     *
     * @return null, or why nothing is committed anywhere: every backend refused, or none was asked
     * @throws SQLException 08007 if nobody can know whether it is committed, or if it could not be
     *     recorded who did not follow
     */
    SQLException run(List<FanOut.Participant> participants) throws SQLException {
        Round round;
        try {
            force();
            round = round(participants);
        } catch (LogException e) {
            throw notForced(participants, e);
        } catch (RuntimeException | Error e) {
            return notSent(participants, e);
        }
        SQLException refusal;
        boolean decided = false;
        try {
            refusal = commit(participants, round);
            decided = true;
        } finally {
            if (!decided && record != null) {
                group.redo().undecided(record);
                group.writes().undecided(record.sequence(), null);
            }
        }
        if (refusal != null) {
            takeBack("every backend refused it");
        } else if (record != null) {
            group.redo().committed(record);
        }
        return refusal;
    }

    /** From here on the transaction is committed unless every backend refuses. */
    private void force() throws LogException {
        if (record != null) {
            FaultPoint.COMMIT_RECORD_APPENDED.reached();
            group.redo().force(record);
            FaultPoint.COMMIT_RECORD_FORCED.reached();
        }
    }

    private SQLException notForced(List<FanOut.Participant> participants, LogException e) {
        group.redo().undecided(record);
        rollBack(fanOut, participants);
        return unknown(
                "its commit record could not be forced to disk ("
                        + e.getMessage()
                        + "), and the next start of the controller finds it there or not",
                e);
    }

    /** The controller broke down before any backend was told. */
    private SQLException notSent(List<FanOut.Participant> participants, Throwable bug)
            throws SQLException {
        log.error("a commit failed unexpectedly before any backend was asked for it", bug);
        try {
            rollBack(fanOut, participants);
        } finally {
            takeBack("the controller failed before it was sent");
        }
        return new SQLException(
                "Internal error before COMMIT was sent: "
                        + bug
                        + ". Nothing of it is committed. See the controller's log",
                SqlState.INTERNAL_ERROR.code(),
                bug);
    }

    private Round round(List<FanOut.Participant> participants) {
        List<FanOut.Participant> asked = withoutDeparted(participants);
        List<BackendHandle> followers = followers(asked);
        return new Round(asked, followers, clock.begin(asked, followers));
    }

    /** No backend has it; forced before the client hears so, or a restart would do it again. */
    private void takeBack(String why) throws SQLException {
        if (record == null) {
            return;
        }
        try {
            FaultPoint.COMMIT_REFUSED.reached();
            group.writes().takeBack(record);
        } catch (LogException e) {
            throw unknown(why + ", but that could not be recorded: " + e.getMessage(), e);
        }
    }

    private SQLException commit(List<FanOut.Participant> all, Round round) throws SQLException {
        List<FanOut.Participant> participants = round.asked();
        try {
            discardOthers(all, participants);
            List<Outcome<Boolean>> outcomes =
                    fanOut.run(
                            participants,
                            connection -> {
                                commitOn(connection);
                                return true;
                            });
            FaultPoint.BACKENDS_COMMITTED.reached();
            // What state a driver leaves its connection in after a failed COMMIT is anybody's
            // guess.
            giveBack(participants, outcomes, "COMMIT failed");
            List<Vote> votes = new ArrayList<>(participants.size());
            for (int i = 0; i < outcomes.size(); i++) {
                BackendHandle handle = participants.get(i).handle();
                votes.add(new Vote(handle, unlessLeft(handle, outcomes.get(i))));
            }
            SQLException refusal = judge(votes, round.followers());
            if (refusal == null) {
                group.outcomes().committed();
            }
            return refusal;
        } finally {
            participants.forEach(p -> clock.end(p.handle(), round.number()));
            round.followers().forEach(handle -> clock.end(handle, round.number()));
        }
    }

    /** Those that have left since, and may be back, hold nothing of this transaction. */
    private List<FanOut.Participant> withoutDeparted(List<FanOut.Participant> participants) {
        List<FanOut.Participant> staying = new ArrayList<>(participants.size());
        for (FanOut.Participant participant : participants) {
            if (group.isCurrent(participant)) {
                staying.add(participant);
            }
        }
        return staying.isEmpty() ? participants : staying;
    }

    private static void discardOthers(
            List<FanOut.Participant> all, List<FanOut.Participant> asked) {
        for (FanOut.Participant participant : all) {
            if (!asked.contains(participant)) {
                participant.connection().discard("backend left service");
            }
        }
    }

    /**
     * Backends that have come into service since this transaction began: they get it from the log,
     * under its locks, before anybody hears of it. Nobody else comes while it is under way (see
     * {@link RedoLog#append}).
     */
    private List<BackendHandle> followers(List<FanOut.Participant> participants) {
        List<BackendHandle> followers = List.of();
        if (record != null) {
            for (BackendHandle handle : group.inService()) {
                if (participants.stream().noneMatch(p -> p.handle() == handle)) {
                    followers = new ArrayList<>(followers);
                    followers.add(handle);
                }
            }
        }
        return followers;
    }

    private void commitOn(BackendConnection connection) throws SQLException {
        FaultPoint.BACKEND_COMMITS.reached();
        if (record == null) {
            connection.commit();
        } else {
            connection.commit(new Marker(record.sequence(), connection.epoch()));
        }
        FaultPoint.BACKEND_COMMITTED.reached();
    }

    /** One that is taken over anew meanwhile has left: that is no refusal. */
    private Outcome<Boolean> unlessLeft(BackendHandle handle, Outcome<Boolean> outcome) {
        return outcome instanceof Outcome.Rejected<Boolean> rejected
                        && rejected.cause() instanceof FencedException fenced
                        && group.isOurs(handle, fenced.holder())
                ? new Outcome.Unknown<>(fenced, false)
                : outcome;
    }

    private SQLException judge(List<Vote> votes, List<BackendHandle> followers)
            throws SQLException {
        SQLException refusal = null;
        SQLException silence = null;
        for (Vote vote : votes) {
            if (vote.outcome() instanceof Outcome.Rejected<Boolean> rejected
                    && rejected.cause() instanceof FencedException fenced) {
                throw group.writes().fenced(fenced);
            }
            if (vote.outcome() instanceof Outcome.Rejected<Boolean> rejected && refusal == null) {
                refusal = rejected.cause();
            } else if (vote.outcome() instanceof Outcome.Unknown<Boolean> unknown) {
                silence = unknown.cause();
            }
        }
        if (confirmedInService(votes)) {
            putOutUnconfirmed(votes);
            boolean followed = follow(followers);
            // One that confirmed may have left meanwhile, and one that did not be the last.
            if (followed && confirmedInService(votes)) {
                return null;
            }
        } else if (refusal != null && (silence == null || putOutSilent(votes))) {
            return refusal;
        }
        BackendHandle kept = keepOne(votes, followers);
        if (record != null && kept != null && done(kept, false) == null) {
            return null;
        }
        throw unknown("no backend in service answered COMMIT", silence);
    }

    /**
     * Does it on those that were not asked. Who fails leaves.
     *
     * @return false if one of them stays because it is the last
     */
    private boolean follow(List<BackendHandle> followers) throws SQLException {
        Departures departures = new Departures(group);
        boolean all = true;
        for (BackendHandle handle : followers) {
            Exception failure = group.serves(handle) ? done(handle, true) : null;
            if (failure != null) {
                all &=
                        departures.leave(
                                handle,
                                failed(failure),
                                "could not follow a transaction that had begun before it came back: "
                                        + failure.getMessage());
            }
        }
        departures.recorded();
        return all;
    }

    private static BackendState failed(Exception failure) {
        return failure instanceof RedoRun.DifferentException
                ? BackendState.DISAGREED
                : BackendState.LOST;
    }

    /**
     * Does it from the log, unless it is there. The locks are still held.
     *
     * @param missing whether it cannot be there
     * @return null if it is there now
     */
    private Exception done(BackendHandle handle, boolean missing) {
        try {
            BackendConnection connection = handle.backend().borrow(SETTLE);
            try (FanOut.Deadline deadline =
                    fanOut.deadline(new FanOut.Participant(handle, connection), SETTLE.toNanos())) {
                CommitRecord commit = group.redo().find(record);
                if (missing) {
                    group.redoRun().runWhereMissing(connection, commit);
                } else {
                    group.redoRun().run(connection, commit);
                }
                return null;
            } finally {
                connection.release();
            }
        } catch (SQLException | IOException | RuntimeException e) {
            return notDone(handle, e);
        } catch (Error e) { // of a driver; others have committed
            return notDone(handle, new SQLException("the driver failed: " + e, e));
        }
    }

    private Exception notDone(BackendHandle handle, Exception e) {
        log.warn(
                "{}: commit {} could not be done from the log: {}",
                handle,
                record.sequence(),
                e.getMessage(),
                e);
        return e;
    }

    private boolean confirmedInService(List<Vote> votes) {
        return votes.stream().anyMatch(v -> v.confirmed() && group.serves(v.handle()));
    }

    private void putOutUnconfirmed(List<Vote> votes) throws SQLException {
        Departures departures = new Departures(group);
        for (Vote vote : votes) {
            if (vote.outcome() instanceof Outcome.Unknown<Boolean> unknown) {
                departures.leave(
                        vote.handle(),
                        BackendState.LOST,
                        "did not confirm a commit that the others confirmed: "
                                + unknown.cause().getMessage());
            } else if (vote.outcome() instanceof Outcome.Rejected<Boolean> rejected) {
                refused(vote.handle(), rejected, departures);
            }
        }
        departures.recorded();
    }

    /** What it refused for a reason of the moment it is given once more. */
    private void refused(
            BackendHandle handle, Outcome.Rejected<Boolean> rejected, Departures departures) {
        String reason = rejected.cause().getMessage();
        if (!isOfTheMoment(rejected.failureClass())) {
            departures.leave(
                    handle,
                    BackendState.DISAGREED,
                    "refused a commit that the others confirmed: " + reason);
            return;
        }
        Exception failure =
                record != null && group.serves(handle) ? done(handle, false) : rejected.cause();
        if (failure != null) {
            departures.leave(
                    handle,
                    failed(failure),
                    "could not do a commit that the others confirmed (%s), and not again: %s"
                            .formatted(reason, failure.getMessage()));
        }
    }

    /** It says nothing about the data. */
    private static boolean isOfTheMoment(FailureClass failure) {
        return failure.isTransient()
                || failure == FailureClass.RESOURCE
                || failure == FailureClass.CANCELLED;
    }

    /**
     * @return false if one of them stays because it is the last: what it did decides then
     */
    private boolean putOutSilent(List<Vote> votes) throws SQLException {
        Departures departures = new Departures(group);
        boolean all = true;
        for (Vote vote : votes) {
            if (vote.outcome() instanceof Outcome.Unknown<Boolean>) {
                all &=
                        departures.leave(
                                vote.handle(),
                                BackendState.LOST,
                                "no answer to a COMMIT that the others refused");
            }
        }
        departures.recorded();
        return all;
    }

    /**
     * Some may have committed and others not, so only one of them can go on serving: the first that
     * answers a ping, or the last one.
     *
     * @return null if all have left meanwhile
     */
    private BackendHandle keepOne(List<Vote> votes, List<BackendHandle> followers)
            throws SQLException {
        List<BackendHandle> candidates = new ArrayList<>(votes.size());
        votes.forEach(vote -> candidates.add(vote.handle()));
        candidates.addAll(followers);
        Departures departures = new Departures(group);
        BackendHandle kept = null;
        for (BackendHandle handle : candidates) {
            if (!group.serves(handle)) {
                continue;
            }
            if (kept == null && (group.inService().size() == 1 || group.answers(handle))) {
                kept = handle;
                handle.backend().renewConnections();
            } else {
                departures.leave(
                        handle,
                        BackendState.LOST,
                        "no answer to a COMMIT that no other backend confirmed either");
            }
        }
        departures.recorded();
        return kept;
    }

    /** 08007. */
    static SQLException unknown(String why, Exception cause) {
        return new SQLException(
                why
                        + "; so it is unknown whether the transaction is committed."
                        + " Look at the data before you repeat it",
                SqlState.OUTCOME_UNKNOWN.code(),
                cause);
    }

    /**
     * Rolls back on every backend and gives the connections back; one on which that fails is
     * closed, which rolls back too.
     */
    static void rollBack(FanOut fanOut, List<FanOut.Participant> participants) {
        List<Outcome<Boolean>> outcomes =
                fanOut.run(
                        participants,
                        connection -> {
                            connection.rollback();
                            return true;
                        });
        giveBack(participants, outcomes, "rollback failed");
    }

    private static void giveBack(
            List<FanOut.Participant> participants,
            List<Outcome<Boolean>> outcomes,
            String discarded) {
        for (int i = 0; i < outcomes.size(); i++) {
            BackendConnection connection = participants.get(i).connection();
            if (outcomes.get(i) instanceof Outcome.Applied<Boolean>) {
                connection.release();
            } else {
                connection.discard(discarded);
            }
        }
    }
}
