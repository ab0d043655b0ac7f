package io.lockstep.controller.request;

import io.lockstep.controller.allocation.ServingCounters;
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
public final class ReadSlots implements ServingCounters.Slots {
    /** Reads go on even if every admission permit is taken. */
    public static final int FLOOR = 2;

    private final int reserved;
    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final Map<BackendHandle, Slots> slots = new HashMap<>();
    private int transactions;

    /** One backend's reads under way, and who waits to be one. */
    private static final class Slots {
        final Condition freed;
        int reads;

        Slots(Condition freed) {
            this.freed = freed;
        }
    }

    /**
     * All free.
     *
     * @param backends all of them
     * @param reserved connections of each pool kept for commit groups
     */
    public ReadSlots(List<BackendHandle> backends, int reserved) {
        this.reserved = reserved;
        backends.forEach(backend -> slots.put(backend, new Slots(lock.newCondition())));
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
            slots.values().forEach(each -> each.freed.signal()); // it had one of each pool
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a read may use a connection of this backend.
     *
     * @throws SQLException 53300 after {@code timeout}
     */
    @Override
    public void begin(BackendHandle backend, Duration timeout) throws SQLException {
        lock.lock();
        try {
            Slots own = slots.get(backend);
            long left = timeout.toNanos();
            while (own.reads >= limit(backend)) {
                if (left <= 0) {
                    throw new SQLException(
                            "no connection of backend %s became free for a read within %d ms (%d reads, %d transactions, pool of %d)"
                                    .formatted(
                                            backend,
                                            timeout.toMillis(),
                                            own.reads,
                                            transactions,
                                            backend.backend().settings().poolMax()),
                            SqlState.TOO_MANY_CONNECTIONS.code());
                }
                left = own.freed.awaitNanos(left);
            }
            own.reads++;
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

    @Override
    public void end(BackendHandle backend) {
        lock.lock();
        try {
            Slots own = slots.get(backend);
            own.reads--;
            own.freed.signal();
        } finally {
            lock.unlock();
        }
    }

    private int limit(BackendHandle backend) {
        return Math.max(FLOOR, backend.backend().settings().poolMax() - reserved - transactions);
    }
}
