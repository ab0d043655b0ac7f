package io.lockstep.driver.wire;

import io.lockstep.driver.errors.ServerErrors;
import io.lockstep.protocol.Response;
import java.sql.SQLException;
import java.util.List;

/**
 * Everything the controller answered to one request.
 *
 * @param replies in order; what came before the failure if there was one
 * @param failure null if the request succeeded
 * @param afterLoss the answer itself was lost with the connection: this is what could be found out,
 *     without generated keys
 */
public record Answer(List<Response.Reply> replies, Response.Failed failure, boolean afterLoss) {
    /** What the controller answered. */
    Answer(List<Response.Reply> replies, Response.Failed failure) {
        this(replies, failure, false);
    }

    /** A successful one. */
    static Answer of(Response.Reply reply) {
        return new Answer(List.of(reply), null);
    }

    /** A successful one in place of what was lost. */
    static Answer afterLoss(Response.Reply reply) {
        return new Answer(List.of(reply), null, true);
    }

    /**
     * The first reply.
     *
     * @param timedOut whether 57014 means that a query timeout is over
     * @throws SQLException if the request failed
     */
    public Response.Reply orThrow(boolean timedOut) throws SQLException {
        if (failure != null) {
            throw ServerErrors.toException(failure, timedOut);
        }
        return replies.get(0);
    }
}
