package io.lockstep.controller.execution;

import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.protocol.SqlState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what the backends did with one statement and draws the consequences: who leaves service,
 * what the client gets. The rules are the table in README, "What Lockstep does when backends answer
 * differently".
 */
final class Settlement<T> {
    private static final Logger log = LoggerFactory.getLogger(Settlement.class);

    private final BackendGroup group;
    private final BiPredicate<T, T> agree;
    private final Function<T, String> brief;
    private final boolean exclusive;
    private final boolean query;

    /**
     * One per statement.
     *
     * @param agree whether two results are the same answer
     * @param brief a result in a few words, for the operator
     * @param exclusive nobody else can have interfered (table lock held), so a difference is not a
     *     race
     */
    Settlement(
            BackendGroup group,
            BiPredicate<T, T> agree,
            Function<T, String> brief,
            boolean exclusive) {
        this(group, agree, brief, exclusive, false);
    }

    /**
     * The same.
     *
     * @param query it has the shape of a query, and nobody leaves because of what it gave
     */
    Settlement(
            BackendGroup group,
            BiPredicate<T, T> agree,
            Function<T, String> brief,
            boolean exclusive,
            boolean query) {
        this.query = query;
        this.group = group;
        this.agree = agree;
        this.brief = brief;
        this.exclusive = exclusive;
    }

    private record Vote<T>(FanOut.Participant participant, Outcome<T> outcome) {}

    /**
     * @param participants home first
     */
    Verdict<T> settle(List<FanOut.Participant> participants, List<Outcome<T>> outcomes)
            throws SQLException {
        List<Vote<T>> votes = new ArrayList<>(participants.size());
        BackendGroup.Fate worst = BackendGroup.Fate.LEFT;
        SQLException lost = null;
        for (int i = 0; i < participants.size(); i++) {
            Outcome<T> outcome = outcomes.get(i);
            BackendHandle handle = participants.get(i).handle();
            if (outcome instanceof Outcome.Unknown<T> unknown) {
                lost = unknown.cause();
                BackendGroup.Fate fate = group.unanswered(handle, unknown);
                worst = fate == BackendGroup.Fate.LEFT ? worst : fate;
            } else if (group.serves(handle)) {
                votes.add(new Vote<>(participants.get(i), outcome));
            }
        }
        if (worst == BackendGroup.Fate.ALIVE) {
            return takenBack(
                    "a connection to a backend was lost in the middle of the transaction",
                    lost,
                    true);
        }
        if (worst == BackendGroup.Fate.LEFT && votes.isEmpty() && !group.inService().isEmpty()) {
            // On those that came into service since.
            return takenBack("every backend that was asked has left", lost, true);
        }
        if (worst == BackendGroup.Fate.LAST || votes.isEmpty()) {
            return new Verdict.TakenBack<>(group.noneLeft(lost), false);
        }
        return count(withoutExhausted(votes));
    }

    /** Resource errors do not vote if anybody succeeded: that backend leaves. */
    private List<Vote<T>> withoutExhausted(List<Vote<T>> votes) throws SQLException {
        boolean anyApplied =
                votes.stream().anyMatch(v -> v.outcome() instanceof Outcome.Applied<T>);
        List<Vote<T>> counted = new ArrayList<>(votes.size());
        for (Vote<T> vote : votes) {
            if (anyApplied
                    && vote.outcome() instanceof Outcome.Rejected<T> rejected
                    && rejected.failureClass() == FailureClass.RESOURCE) {
                String reason = "out of resources: " + rejected.cause().getMessage();
                group.leave(vote.participant().handle(), BackendState.LOST, reason);
            } else {
                counted.add(vote);
            }
        }
        return counted;
    }

    private Verdict<T> count(List<Vote<T>> votes) throws SQLException {
        int rejections = 0;
        for (Vote<T> vote : votes) {
            if (vote.outcome() instanceof Outcome.Rejected<T> rejected) {
                rejections++;
                if (rejected.failureClass().isTransient()) {
                    group.outcomes().conflict();
                    return takenBack(
                            "backend "
                                    + vote.participant().handle()
                                    + " reported "
                                    + rejected.failureClass(),
                            rejected.cause(),
                            true);
                }
                if (rejected.failureClass() == FailureClass.CANCELLED) {
                    return new Verdict.TakenBack<>(rejected.cause(), false);
                }
            }
        }
        if (rejections == votes.size()) {
            return new Verdict.Refused<>(((Outcome.Rejected<T>) votes.get(0).outcome()).cause());
        }
        List<List<Vote<T>>> camps = camps(votes);
        if (camps.size() == 1) {
            return new Verdict.Agreed<>(((Outcome.Applied<T>) votes.get(0).outcome()).result());
        }
        return disagreed(votes, camps);
    }

    private List<List<Vote<T>>> camps(List<Vote<T>> votes) {
        List<List<Vote<T>>> camps = new ArrayList<>();
        for (Vote<T> vote : votes) {
            List<Vote<T>> home = null;
            for (List<Vote<T>> camp : camps) {
                if (same(camp.get(0).outcome(), vote.outcome())) {
                    home = camp;
                    break;
                }
            }
            if (home == null) {
                home = new ArrayList<>();
                camps.add(home);
            }
            home.add(vote);
        }
        return camps;
    }

    private boolean same(Outcome<T> a, Outcome<T> b) {
        if (a instanceof Outcome.Applied<T> x && b instanceof Outcome.Applied<T> y) {
            return agree.test(x.result(), y.result());
        }
        return a instanceof Outcome.Rejected<T> && b instanceof Outcome.Rejected<T>;
    }

    private Verdict<T> disagreed(List<Vote<T>> votes, List<List<Vote<T>>> camps)
            throws SQLException {
        group.outcomes().disagreed();
        String description = describe(votes);
        if (query) {
            log.warn(
                    "backends answered a query differently, rolled back everywhere: {}",
                    description);
            return new Verdict.TakenBack<>(differentAnswers(votes, description), false);
        }
        if (!exclusive) {
            log.warn("backends answered differently, rolled back everywhere: {}", description);
            return takenBack(
                    "backends answered differently (" + description + ")", firstCause(votes), true);
        }
        for (List<Vote<T>> camp : camps) {
            if (camp.size() * 2 > votes.size()) {
                return majority(votes, camp, description);
            }
        }
        log.error(
                "backends disagree about a statement that ran alone, rolled back everywhere; compare their contents: {}",
                description);
        return new Verdict.TakenBack<>(
                new SQLException(
                        "backends disagree ("
                                + description
                                + "); the transaction was rolled back on all of them."
                                + " Their contents may differ: ask the operator to compare them",
                        SqlState.BACKENDS_DISAGREE.code(),
                        firstCause(votes)),
                false);
    }

    private SQLException differentAnswers(List<Vote<T>> votes, String description) {
        return new SQLException(
                "the databases answered this query differently ("
                        + description
                        + "); it ran on all of them because functions in it might change something,"
                        + " and was rolled back with its transaction. If it only reads, write"
                        + " /* lockstep:read */ into it or list the functions in the configuration"
                        + " (readOnlyRoutines), and one database answers it",
                SqlState.BACKENDS_DISAGREE.code(),
                firstCause(votes));
    }

    private Verdict<T> majority(List<Vote<T>> votes, List<Vote<T>> camp, String description)
            throws SQLException {
        for (Vote<T> vote : votes) {
            if (!camp.contains(vote)) {
                group.leave(
                        vote.participant().handle(),
                        BackendState.DISAGREED,
                        "outvoted by the others: " + description);
            }
        }
        if (camp.get(0).outcome() instanceof Outcome.Applied<T> applied) {
            return new Verdict.Agreed<>(applied.result());
        }
        return new Verdict.Refused<>(((Outcome.Rejected<T>) camp.get(0).outcome()).cause());
    }

    private String describe(List<Vote<T>> votes) {
        StringBuilder text = new StringBuilder();
        for (Vote<T> vote : votes) {
            text.append(text.length() == 0 ? "" : "; ")
                    .append(vote.participant().handle())
                    .append(": ");
            if (vote.outcome() instanceof Outcome.Applied<T> applied) {
                text.append(brief.apply(applied.result()));
            } else if (vote.outcome() instanceof Outcome.Rejected<T> rejected) {
                text.append(rejected.failureClass())
                        .append(' ')
                        .append(rejected.cause().getMessage());
            }
        }
        return text.toString();
    }

    private SQLException firstCause(List<Vote<T>> votes) {
        for (Vote<T> vote : votes) {
            if (vote.outcome() instanceof Outcome.Rejected<T> rejected) {
                return rejected.cause();
            }
        }
        return null;
    }

    private static <T> Verdict<T> takenBack(String what, SQLException cause, boolean rerunnable) {
        return new Verdict.TakenBack<>(
                new SQLException(
                        what
                                + (cause == null ? "" : ": " + cause.getMessage())
                                + "; rolled back on all backends, may be tried again",
                        SqlState.ROLLED_BACK.code(),
                        cause),
                rerunnable);
    }
}
