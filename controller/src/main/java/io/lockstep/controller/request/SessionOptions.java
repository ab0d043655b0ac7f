package io.lockstep.controller.request;

import java.sql.Connection;

/**
 * What a client has set for its session by calls of its driver, but for the schema.
 *
 * @param isolation a {@code java.sql.Connection} constant
 */
public record SessionOptions(boolean autoCommit, int isolation, boolean readOnly) {
    public static final SessionOptions INITIAL =
            new SessionOptions(true, Connection.TRANSACTION_READ_COMMITTED, false);

    SessionOptions withIsolation(int level) {
        return new SessionOptions(autoCommit, level, readOnly);
    }
}
