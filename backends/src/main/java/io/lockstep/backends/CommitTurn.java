package io.lockstep.backends;

import java.sql.SQLException;
import java.util.concurrent.Semaphore;

/**
 * Lets the transactions of one database end one after the other, where its engine {@linkplain
 * io.lockstep.backends.dialect.Dialect#tearsConcurrentCommits needs} that; elsewhere all at once. A
 * permit and not a lock, for it is held during a round trip; how long that takes is bounded by
 * whoever watches the database and cuts its connections. What is done with the turn must not wait
 * for locks of the database: their holder may be waiting for the turn. Fair.
 */
final class CommitTurn {
    private final Semaphore free;

    CommitTurn(boolean oneAtATime) {
        free = oneAtATime ? new Semaphore(1, true) : null;
    }

    @FunctionalInterface
    interface End {
        void end() throws SQLException;
    }

    /** Waits for the turn, which comes also when all connections have been cut. */
    void take(End end) throws SQLException {
        if (free == null) {
            end.end();
            return;
        }
        free.acquireUninterruptibly();
        try {
            end.end();
        } finally {
            free.release();
        }
    }
}
