package io.lockstep.controller.allocation;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.counters.CounterPosition;
import io.lockstep.backends.counters.Counters;
import io.lockstep.controller.execution.BackendHandle;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Puts one database's own counters right for being used without Lockstep: behind every value given
 * out, and behind the rows.
 */
public final class CounterSettling {
    private final Allocator allocator;
    private final BackendHandle handle;
    private final boolean exactly;

    private CounterSettling(Allocator allocator, BackendHandle handle, boolean exactly) {
        this.allocator = allocator;
        this.handle = handle;
        this.exactly = exactly;
    }

    /**
     * Blocks for some round trips for each counter.
     *
     * @param exactly also give back what is reserved beyond the values given out: only while nobody
     *     inserts through this backend
     * @return how many counters were moved
     * @throws SQLException if one could not be; those before it were
     */
    public static int settle(
            Allocator allocator,
            Collection<Counter> counters,
            BackendHandle handle,
            boolean exactly,
            Duration timeout)
            throws SQLException {
        BackendConnection connection = handle.backend().borrow(timeout);
        boolean usable = false;
        try {
            connection.useIsolation(Connection.TRANSACTION_READ_COMMITTED);
            CounterSettling settling = new CounterSettling(allocator, handle, exactly);
            int moved = 0;
            for (Counter counter : counters) {
                moved += settling.settle(connection.jdbc(), counter) ? 1 : 0;
            }
            usable = true;
            return moved;
        } finally {
            if (usable) {
                connection.release();
            } else {
                connection.discard("its counters could not be moved");
            }
        }
    }

    private boolean settle(Connection connection, Counter counter) throws SQLException {
        Counters counters = handle.backend().dialect().counters();
        Optional<CounterPosition> known = counters.position(connection, counter, false);
        if (known.isEmpty()) {
            return false; // this database does not have it
        }
        CounterPosition now = known.get();
        OptionalLong used = allocator.used(counter);
        boolean moved = false;
        if (used.isPresent() && isToMove(now, used.getAsLong())) {
            counters.settle(connection, counter, used.getAsLong());
            moved = true;
            now = counters.position(connection, counter, false).orElse(now);
        }
        CounterPosition rows = counters.position(connection, counter, true).orElse(now);
        if (!now.exhausted() && !rows.exhausted() && rows.after(rows.next(), now.next())) {
            counters.settle(connection, counter, rows.next() - rows.increment());
            moved = true;
        }
        return moved;
    }

    private boolean isToMove(CounterPosition now, long used) {
        boolean behind = !now.exhausted() && !now.after(now.next(), used);
        boolean ahead = exactly && now.after(now.next(), used + now.increment());
        return behind || ahead;
    }
}
