package io.lockstep.controller.execution;

import io.lockstep.controller.membership.BackendState;
import java.sql.SQLException;

/**
 * The backends that must leave because of one commit: all are taken out before it complains that
 * one of them could not be recorded. For one thread.
 */
final class Departures {
    private final BackendGroup group;
    private SQLException failure;

    Departures(BackendGroup group) {
        this.group = group;
    }

    /** False if it stays because it is the last one. */
    boolean leave(BackendHandle handle, BackendState state, String reason) {
        try {
            return group.leave(handle, state, reason) != BackendGroup.Fate.LAST;
        } catch (SQLException e) {
            failure = e;
            return true;
        }
    }

    /**
     * Returns when it is durable who has left, also by others' doing.
     *
     * @throws SQLException 08007 if that could not be recorded
     */
    void recorded() throws SQLException {
        try {
            if (failure == null) {
                group.awaitRecorded();
                return;
            }
        } catch (SQLException e) {
            failure = e;
        }
        throw Commit.unknown(
                "it could not be recorded which backends did not follow: " + failure.getMessage(),
                failure);
    }
}
