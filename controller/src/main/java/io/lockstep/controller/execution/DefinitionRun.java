package io.lockstep.controller.execution;

import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.protocol.SqlState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One DDL statement on all backends. Engines that can take it back go first, all together: if any
 * of them refuses, the others are not asked, so nothing has changed anywhere once the caller has
 * rolled back. Only then the engines are asked whose DDL commits by itself. What one of those has
 * done stays done, so whoever did something else, or is silent, leaves service.
 */
final class DefinitionRun {
    private final BackendGroup group;
    private final FanOut fanOut;
    private final StatementCall call;

    DefinitionRun(BackendGroup group, FanOut fanOut, StatementCall call) {
        this.group = group;
        this.fanOut = fanOut;
        this.call = call;
    }

    /**
     * What the objects look like before the DDL, by backend; without those that can take it back,
     * and those that do not say.
     */
    static Map<String, String> fingerprints(
            FanOut fanOut, List<FanOut.Participant> participants, Set<String> objects) {
        Map<String, String> fingerprints = new LinkedHashMap<>();
        if (objects.isEmpty()) {
            return fingerprints;
        }
        List<FanOut.Participant> asked =
                participants.stream()
                        .filter(p -> p.handle().backend().dialect().ddlCommitsImplicitly())
                        .toList();
        if (asked.isEmpty()) {
            return fingerprints; // those that commit it by themselves are out of service
        }
        List<Outcome<String>> outcomes =
                fanOut.run(
                        asked,
                        connection ->
                                connection
                                        .backend()
                                        .dialect()
                                        .fingerprint(connection.jdbc(), objects));
        for (int i = 0; i < asked.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Applied<String> applied) {
                fingerprints.put(asked.get(i).handle().backend().name(), applied.result());
            }
        }
        return fingerprints;
    }

    /**
     * @return agreed, or what it is a reason for the caller to roll back
     * @throws SQLException if it could not be recorded who leaves; the caller rolls back
     */
    Verdict<StatementResult> run(List<FanOut.Participant> participants) throws SQLException {
        List<FanOut.Participant> revocable = new ArrayList<>();
        List<FanOut.Participant> selfCommitting = new ArrayList<>();
        for (FanOut.Participant participant : participants) {
            boolean commits = participant.handle().backend().dialect().ddlCommitsImplicitly();
            (commits ? selfCommitting : revocable).add(participant);
        }
        Verdict<StatementResult> verdict = null;
        if (!revocable.isEmpty()) {
            verdict = runRevocable(revocable);
        }
        if (!selfCommitting.isEmpty() && (verdict == null || verdict instanceof Verdict.Agreed)) {
            verdict = runIrrevocable(selfCommitting, verdict);
        }
        return verdict;
    }

    /** A refusal by one is a refusal by all: the caller rolls back, and nothing is left of it. */
    private Verdict<StatementResult> runRevocable(List<FanOut.Participant> revocable)
            throws SQLException {
        List<Outcome<StatementResult>> outcomes = fanOut.run(revocable, call::run);
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Rejected<StatementResult> rejected
                    && group.serves(revocable.get(i).handle())
                    && isOpinion(rejected.failureClass())) {
                return new Verdict.Refused<>(rejected.cause());
            }
        }
        return new Settlement<StatementResult>(
                        group, (a, b) -> a.agreesWith(b, false), StatementResult::brief, true)
                .settle(revocable, outcomes);
    }

    /** Whether a refusal says something about the statement and not about the moment. */
    private static boolean isOpinion(FailureClass failure) {
        return failure != FailureClass.RESOURCE
                && failure != FailureClass.CANCELLED
                && !failure.isTransient();
    }

    /** What the backends still in service did. */
    private static final class Camps {
        final List<BackendHandle> applied = new ArrayList<>();
        final List<BackendHandle> refused = new ArrayList<>();
        final List<BackendHandle> hindered = new ArrayList<>();
        final List<BackendHandle> silent = new ArrayList<>();
        StatementResult result;
        Outcome.Rejected<StatementResult> refusal;
        Outcome.Rejected<StatementResult> hindrance;
        SQLException silence;
    }

    /**
     * @param others what the engines agreed on that can take it back; null if there are none
     */
    private Verdict<StatementResult> runIrrevocable(
            List<FanOut.Participant> selfCommitting, Verdict<StatementResult> others)
            throws SQLException {
        long begun = System.nanoTime();
        List<Outcome<StatementResult>> outcomes =
                new ArrayList<>(fanOut.run(selfCommitting, call::run));
        askConflictedAgain(selfCommitting, outcomes, System.nanoTime() - begun);
        Camps camps = camps(selfCommitting, outcomes);
        boolean done = !camps.applied.isEmpty();
        if (done && (others != null || camps.refused.size() <= camps.applied.size())) {
            leave(camps.refused, BackendState.DISAGREED, "refused DDL that others have done");
            leave(camps.hindered, BackendState.LOST, "did not get to do DDL that others have done");
            leave(camps.silent, BackendState.LOST, "no answer to DDL that others have done");
            return new Verdict.Agreed<>(camps.result);
        }
        leave(camps.applied, BackendState.DISAGREED, "did DDL that most others refused");
        if (others != null || !camps.refused.isEmpty() || !camps.hindered.isEmpty()) {
            // The log cannot tell whether it was done there: only its contents can.
            leave(
                    camps.silent,
                    BackendState.DISAGREED,
                    "no answer to DDL that others have not done");
            return undone(camps, others);
        }
        keepOne(camps.silent);
        return new Verdict.TakenBack<>(
                new SQLException(
                        "no backend answered, so it is unknown whether this DDL was done;"
                                + " look at the schema before you repeat it",
                        SqlState.OUTCOME_UNKNOWN.code(),
                        camps.silence),
                false);
    }

    /** A conflict is over when the others are done, so it is worth a second try. */
    private void askConflictedAgain(
            List<FanOut.Participant> participants,
            List<Outcome<StatementResult>> outcomes,
            long tookNanos) {
        boolean anyDone = outcomes.stream().anyMatch(o -> o instanceof Outcome.Applied);
        for (int i = 0; anyDone && i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Rejected<StatementResult> rejected
                    && rejected.failureClass().isTransient()) {
                outcomes.set(i, fanOut.runAfterOthers(participants.get(i), tookNanos, call::run));
            }
        }
    }

    private Camps camps(
            List<FanOut.Participant> participants, List<Outcome<StatementResult>> outcomes) {
        Camps camps = new Camps();
        for (int i = 0; i < outcomes.size(); i++) {
            BackendHandle handle = participants.get(i).handle();
            Outcome<StatementResult> outcome = outcomes.get(i);
            if (!group.serves(handle)) {
                continue;
            }
            if (outcome instanceof Outcome.Applied<StatementResult> applied) {
                camps.applied.add(handle);
                camps.result = applied.result();
            } else if (outcome instanceof Outcome.Unknown<StatementResult> unknown) {
                camps.silent.add(handle);
                camps.silence = unknown.cause();
            } else if (outcome instanceof Outcome.Rejected<StatementResult> rejected) {
                boolean opinion = isOpinion(rejected.failureClass());
                (opinion ? camps.refused : camps.hindered).add(handle);
                camps.refusal = opinion && camps.refusal == null ? rejected : camps.refusal;
                camps.hindrance = opinion ? camps.hindrance : rejected;
            }
        }
        return camps;
    }

    /** Those in service have not done it. */
    private Verdict<StatementResult> undone(Camps camps, Verdict<StatementResult> others) {
        if (camps.refusal != null) {
            return new Verdict.Refused<>(camps.refusal.cause());
        }
        if (camps.hindrance == null) {
            return others; // the silent ones have left; the rest goes on
        }
        SQLException cause = camps.hindrance.cause();
        if (camps.hindrance.failureClass().isTransient()) {
            return new Verdict.TakenBack<>(
                    new SQLException(
                            "backends reported a conflict: "
                                    + cause.getMessage()
                                    + "; nothing was changed, may be tried again",
                            SqlState.ROLLED_BACK.code(),
                            cause),
                    true);
        }
        return camps.hindrance.failureClass() == FailureClass.CANCELLED
                ? new Verdict.TakenBack<>(cause, false)
                : new Verdict.Refused<>(cause);
    }

    private void leave(List<BackendHandle> handles, BackendState state, String why)
            throws SQLException {
        for (BackendHandle handle : handles) {
            group.leave(handle, state, why);
        }
    }

    /** Some may have done it and others not: only one goes on, if possible one that answers. */
    private void keepOne(List<BackendHandle> silent) throws SQLException {
        BackendHandle kept = silent.stream().filter(group::answers).findFirst().orElse(null);
        for (BackendHandle handle : silent) {
            if (handle != kept) {
                group.leave(handle, BackendState.LOST, "no answer to DDL");
            }
        }
        if (kept != null) {
            kept.backend().renewConnections();
        }
    }
}
