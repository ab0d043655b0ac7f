package io.lockstep.controller.request;

import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.protocol.SqlState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps reads outside transactions from taking the connections that admitted transactions and
 * commit groups were promised. Each transaction counts on every backend from its admission on; what
 * is left of a pool is for such reads, and never less than {@link #FLOOR}.
 */
public final class ReadSlots {
    /** Reads go on even if every admission permit is taken. */
    public static final int FLOOR = 2;

    private final int reserved;
    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final Condition freed = lock.newCondition();
    private final Map<BackendHandle, Integer> reads = new HashMap<>();
    private int transactions;

    /**
     * All free.
     *
     * @param backends all of them
     * @param reserved connections of each pool kept for commit groups
     */
    public ReadSlots(List<BackendHandle> backends, int reserved) {
        this.reserved = reserved;
        backends.forEach(backend -> reads.put(backend, 0));
    }

    void transactionBegins() {
        lock.lock();
        try {
            transactions++;
        } finally {
            lock.unlock();
        }
    }

    void transactionEnds() {
        lock.lock();
        try {
            transactions--;
            freed.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a read may use a connection of this backend.
     *
     * @throws SQLException 53300 after {@code timeout}
     */
    void begin(BackendHandle backend, Duration timeout) throws SQLException {
        lock.lock();
        try {
            long left = timeout.toNanos();
            while (reads.get(backend) >= limit(backend)) {
                if (left <= 0) {
                    throw new SQLException(
                            "no connection of backend %s became free for a read within %d ms (%d reads, %d transactions, pool of %d)"
                                    .formatted(
                                            backend,
                                            timeout.toMillis(),
                                            reads.get(backend),
                                            transactions,
                                            backend.backend().settings().poolMax()),
                            SqlState.TOO_MANY_CONNECTIONS.code());
                }
                left = freed.awaitNanos(left);
            }
            reads.merge(backend, 1, Integer::sum);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException(
                    "interrupted while waiting for a connection",
                    SqlState.QUERY_CANCELED.code(),
                    e);
        } finally {
            lock.unlock();
        }
    }

    void end(BackendHandle backend) {
        lock.lock();
        try {
            reads.merge(backend, -1, Integer::sum);
            freed.signal();
        } finally {
            lock.unlock();
        }
    }

    private int limit(BackendHandle backend) {
        return Math.max(FLOOR, backend.backend().settings().poolMax() - reserved - transactions);
    }
}
