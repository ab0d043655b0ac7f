package io.lockstep.controller.session;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.protocol.RowDescription;

/** A text the client has prepared. Session thread only. */
final class Prepared {
    private final String sql;
    private final KeyColumns keys;
    private RowDescription sent;

    Prepared(String sql, KeyColumns keys) {
        this.sql = sql;
        this.keys = keys;
    }

    String sql() {
        return sql;
    }

    KeyColumns keys() {
        return keys;
    }

    /**
     * True if the client has this description from the last execution, so it need not be sent
     * again.
     */
    @SuppressWarnings(
            "ReferenceEquality") // mostly the cached object itself, which saves comparing column by
    // column
    boolean hasSent(RowDescription description) {
        if (sent != null && (sent == description || sent.equals(description))) {
            return true;
        }
        sent = description;
        return false;
    }
}
