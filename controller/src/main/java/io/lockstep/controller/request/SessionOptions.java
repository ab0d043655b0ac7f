package io.lockstep.controller.request;

import java.sql.Connection;

/**
 * What a client has set for its session.
 *
 * @param isolation a {@code java.sql.Connection} constant
 * @param schema null = the backends' default
 */
public record SessionOptions(boolean autoCommit, int isolation, boolean readOnly, String schema) {
    public static final SessionOptions INITIAL =
            new SessionOptions(true, Connection.TRANSACTION_READ_COMMITTED, false, null);

    SessionOptions withIsolation(int level) {
        return new SessionOptions(autoCommit, level, readOnly, schema);
    }
}
