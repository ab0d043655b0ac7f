package io.lockstep.driver.wire;

import io.lockstep.driver.settings.ConnectionSettings;
import io.lockstep.protocol.ProtocolException;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/**
 * Finds out what became of a transaction whose connection was lost while it was being committed:
 * logs in anew, to any of the hosts, and asks, until there is an answer or the time is over.
 */
final class OutcomeInquiry {
    private static final long RETRY_MILLIS_FIRST = 50;
    private static final long RETRY_MILLIS_MAX = 1_000;

    private final ConnectionSettings settings;
    private final TransactionId transaction;
    private Exception lastFailure;

    OutcomeInquiry(ConnectionSettings settings, TransactionId transaction) {
        this.settings = settings;
        this.transaction = transaction;
    }

    /**
     * Why nobody could say, if {@link #ask} answered UNKNOWN; null if a controller itself did not
     * know.
     */
    Exception lastFailure() {
        return lastFailure;
    }

    /** UNKNOWN also if no controller could be asked in time, or the thread was interrupted. */
    TransactionOutcome ask() {
        Deadline deadline = Deadline.in(settings.outcomeTimeout());
        long pauseMillis = RETRY_MILLIS_FIRST;
        while (true) {
            try {
                TransactionOutcome outcome = askOnce(deadline);
                lastFailure = null;
                // The controller may still be committing, or noticing that we are gone: worth
                // asking again.
                if (outcome != TransactionOutcome.UNKNOWN) {
                    return outcome;
                }
            } catch (SQLException e) {
                lastFailure = e;
                if (SqlState.LOGIN_REFUSED.code().equals(e.getSQLState())) {
                    return TransactionOutcome.UNKNOWN;
                }
            } catch (IOException e) {
                lastFailure = e;
            }
            if (!pause(pauseMillis, deadline)) {
                return TransactionOutcome.UNKNOWN;
            }
            pauseMillis = Math.min(2 * pauseMillis, RETRY_MILLIS_MAX);
        }
    }

    private TransactionOutcome askOnce(Deadline deadline) throws SQLException, IOException {
        Connector.Login login = new Connector(settings).connect(deadline);
        try (ControllerLink link = login.link()) {
            new Request.Outcome(transaction).writeTo(link.values());
            link.setReadTimeout(deadline.remaining(settings.outcomeTimeout()));
            link.send();
            Response.Reply reply = link.receiveReply();
            if (reply instanceof Response.OutcomeIs answer) {
                return answer.outcome();
            }
            if (reply instanceof Response.Failed failed) {
                throw new ProtocolException(
                        "the outcome could not be told: " + ControllerLink.text(failed.error()));
            }
            throw new ProtocolException("a " + reply.tag() + " in answer to OUTCOME");
        }
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
