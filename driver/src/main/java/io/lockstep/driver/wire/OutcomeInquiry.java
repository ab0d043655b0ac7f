package io.lockstep.driver.wire;

import io.lockstep.driver.settings.ConnectionSettings;
import io.lockstep.protocol.ProtocolException;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import io.lockstep.protocol.UpdateCounts;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Finds out what became of transactions whose connection was lost while they were being committed:
 * logs in anew, to any of the hosts, and asks, until there is an answer or the time is over.
 */
final class OutcomeInquiry {
    private static final long RETRY_MILLIS_FIRST = 50;
    private static final long RETRY_MILLIS_MAX = 1_000;

    private final ConnectionSettings settings;
    private final List<TransactionId> transactions;
    private Exception lastFailure;

    /**
     * An inquiry about one request.
     *
     * @param transactions what it may have committed; asked for in this order until one is found
     *     committed
     */
    OutcomeInquiry(ConnectionSettings settings, List<TransactionId> transactions) {
        this.settings = settings;
        this.transactions = List.copyOf(transactions);
    }

    /**
     * What was found.
     *
     * @param outcome ROLLED_BACK if none of them is committed; UNKNOWN also if no controller could
     *     be asked in time, or the thread was interrupted
     * @param committed index of the first that is committed; -1 if none is
     * @param counts its update counts; null if they are not known
     */
    record Finding(TransactionOutcome outcome, int committed, UpdateCounts counts) {
        static final Finding UNKNOWN = new Finding(TransactionOutcome.UNKNOWN, -1, null);
    }

    /**
     * Why nobody could say, if {@link #ask} answered UNKNOWN; null if a controller itself did not
     * know.
     */
    Exception lastFailure() {
        return lastFailure;
    }

    /** Waits for the answer. */
    Finding ask() {
        Deadline deadline = Deadline.in(settings.outcomeTimeout());
        long pauseMillis = RETRY_MILLIS_FIRST;
        while (true) {
            try {
                Finding finding = askOnce(deadline);
                lastFailure = null;
                // The controller may still be committing, or noticing that we are gone: worth
                // asking again.
                if (finding.outcome() != TransactionOutcome.UNKNOWN) {
                    return finding;
                }
            } catch (SQLException e) {
                lastFailure = e;
                if (SqlState.LOGIN_REFUSED.code().equals(e.getSQLState())) {
                    return Finding.UNKNOWN;
                }
            } catch (IOException e) {
                lastFailure = e;
            }
            if (!pause(pauseMillis, deadline)) {
                return Finding.UNKNOWN;
            }
            pauseMillis = Math.min(2 * pauseMillis, RETRY_MILLIS_MAX);
        }
    }

    private Finding askOnce(Deadline deadline) throws SQLException, IOException {
        Connector.Login login = new Connector(settings).connect(deadline);
        try (ControllerLink link = login.link()) {
            link.setReadTimeout(deadline.remaining(settings.outcomeTimeout()));
            for (int i = 0; i < transactions.size(); i++) {
                Response.OutcomeIs answer = askFor(transactions.get(i), link);
                switch (answer.outcome()) {
                    case COMMITTED -> {
                        return new Finding(answer.outcome(), i, answer.counts());
                    }
                    case UNKNOWN -> {
                        return Finding.UNKNOWN;
                    }
                    case ROLLED_BACK -> {} // the next one, then
                }
            }
            return new Finding(TransactionOutcome.ROLLED_BACK, -1, null);
        }
    }

    private static Response.OutcomeIs askFor(TransactionId transaction, ControllerLink link)
            throws IOException {
        new Request.Outcome(transaction).writeTo(link.values());
        link.send();
        Response.Reply reply = link.receiveReply();
        if (reply instanceof Response.OutcomeIs answer) {
            return answer;
        }
        if (reply instanceof Response.Failed failed) {
            throw new ProtocolException(
                    "the outcome could not be told: " + ControllerLink.text(failed.error()));
        }
        throw new ProtocolException("a " + reply.tag() + " in answer to OUTCOME");
    }

    /** False if there is no time for another try, or the thread is wanted elsewhere. */
    private static boolean pause(long millis, Deadline deadline) {
        if (deadline.isOver()) {
            return false;
        }
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
            return !deadline.isOver();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
