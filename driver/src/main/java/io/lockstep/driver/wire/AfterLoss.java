package io.lockstep.driver.wire;

import io.lockstep.driver.errors.Failures;
import io.lockstep.driver.settings.ConnectionSettings;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.TransactionId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is true of a request whose answer was lost with the connection: finds out as far as anybody
 * knows, and says exactly that.
 */
final class AfterLoss {
    private final ConnectionSettings settings;
    private final Response.Welcome welcome;
    private final Command command;
    private final TransactionState.Place place;
    private final boolean autoCommit;
    private final String what;
    private final Throwable cause;

    /**
     * @param autoCommit as it was for the request
     * @param what was lost and why, the beginning of a sentence
     */
    AfterLoss(
            ConnectionSettings settings,
            Response.Welcome welcome,
            Command command,
            TransactionState.Place place,
            boolean autoCommit,
            String what,
            Throwable cause) {
        this.settings = settings;
        this.welcome = welcome;
        this.command = command;
        this.place = place;
        this.autoCommit = autoCommit;
        this.what = what;
        this.cause = cause;
    }

    private TransactionId id(int number) {
        return new TransactionId(welcome.sessionId(), number);
    }

    /** What everything the request was to do has, once all of it is committed. */
    private TransactionId whole() {
        return id(place.number() + command.numbers() - 1);
    }

    /** Whether something may have been committed by the request. */
    private boolean mayBeCommitted(boolean readOnly) {
        if (command.effect() != Command.Effect.EXECUTES) {
            return command.effect() == Command.Effect.COMMITS;
        }
        if (readOnly) {
            return false;
        }
        if (autoCommit && place.alone()) {
            return true;
        }
        return switch (command.commits()) {
            case NOTHING -> false;
            case ALL -> true;
            case ALL_BEFORE -> welcome.ddlCommits();
        };
    }

    /**
     * What the caller goes on with, if all of it is known to be committed.
     *
     * @param ask false if the session was closed by its own user
     * @throws SQLException 08006 if it is known that nothing is committed, otherwise 08007
     */
    Answer resolve(boolean readOnly, boolean ask) throws SQLException {
        if (!mayBeCommitted(readOnly)) {
            throw Failures.connectionLost(
                    what + ". Nothing of the transaction was committed", cause);
        }
        if (!ask || settings.outcomeTimeout().isZero()) {
            throw unknown("nobody was asked");
        }
        List<TransactionId> ids = new ArrayList<>();
        ids.add(whole());
        boolean complete = partsInto(ids);
        OutcomeInquiry inquiry = new OutcomeInquiry(settings, ids);
        OutcomeInquiry.Finding finding = inquiry.ask();
        return switch (finding.outcome()) {
            case COMMITTED -> {
                int index = finding.committed();
                if (index == 0 || (index == 1 && command.endsWithPart())) {
                    yield committed(finding);
                }
                throw partly(ids.get(index));
            }
            case ROLLED_BACK -> {
                if (complete) {
                    throw rolledBack();
                }
                throw unknown(
                        "it was not carried out to its end, but may have committed what was before it");
            }
            case UNKNOWN -> {
                SQLException unknown = unknown(reason(inquiry));
                if (inquiry.lastFailure() != null) {
                    unknown.addSuppressed(inquiry.lastFailure());
                }
                throw unknown;
            }
        };
    }

    /**
     * Adds what may be committed although the whole is not, the latest first.
     *
     * @return false if that cannot be named
     */
    private boolean partsInto(List<TransactionId> ids) {
        List<Integer> parts = command.parts();
        for (int i = parts.size() - 1; i >= 0; i--) {
            ids.add(id(place.number() + parts.get(i)));
        }
        boolean endsOther =
                command.effect() == Command.Effect.EXECUTES
                        && !place.alone()
                        && (command.commits() == Commits.ALL_BEFORE || !parts.isEmpty());
        if (endsOther && place.certain()) {
            ids.add(id(place.transaction()));
        }
        return !endsOther || place.certain();
    }

    private static String reason(OutcomeInquiry inquiry) {
        return inquiry.lastFailure() == null
                ? "the controller does not know"
                : inquiry.lastFailure().getMessage();
    }

    private Answer committed(OutcomeInquiry.Finding finding) throws SQLException {
        Response.Reply reply =
                command.answerIfCommitted(finding.counts())
                        .orElseThrow(
                                () ->
                                        Failures.outcomeUnknown(
                                                what
                                                        + ". Transaction "
                                                        + whole()
                                                        + " was committed, but its result is lost;"
                                                        + " do not run it again",
                                                cause));
        return Answer.afterLoss(reply);
    }

    private SQLException partly(TransactionId committed) {
        String rest =
                command.numbers() == 1
                        ? ", as this statement does before anything else, but the statement itself ("
                                + whole()
                                + ") was not carried out"
                        : " as a part of the batch, but nothing that comes after it";
        return Failures.outcomeUnknown(
                what
                        + ". Transaction "
                        + committed
                        + " was committed"
                        + rest
                        + "; do not run the whole again",
                cause);
    }

    private SQLException rolledBack() {
        return Failures.connectionLost(
                what + ". Transaction " + whole() + " was rolled back; it may be tried again",
                cause);
    }

    private SQLException unknown(String why) {
        return Failures.outcomeUnknown(
                what
                        + " while transaction "
                        + whole()
                        + " was being committed, and its outcome is not known: "
                        + why
                        + ". Ask later with: lockstep outcome "
                        + whole(),
                cause);
    }
}
