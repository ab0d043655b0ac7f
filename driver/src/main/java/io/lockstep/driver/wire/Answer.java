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
 */
public record Answer(List<Response.Reply> replies, Response.Failed failure) {
    /** A successful one. */
    static Answer of(Response.Reply reply) {
        return new Answer(List.of(reply), null);
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
