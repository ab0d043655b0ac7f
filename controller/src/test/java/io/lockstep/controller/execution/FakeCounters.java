package io.lockstep.controller.execution;

import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.counters.Counter.CountedColumn;
import io.lockstep.backends.counters.CounterPosition;
import io.lockstep.backends.counters.Counters;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One counter that goes by any name. */
final class FakeCounters implements Counters {
    /** Where it can be set back. */
    enum Back {
        ANYWHERE,
        OUTSIDE,
        NOWHERE
    }

    private final List<Long> repeated = new ArrayList<>();
    private long next = 1;
    private Back back = Back.ANYWHERE;

    synchronized void stands(long at, Back canBeSetBack) {
        next = at;
        back = canBeSetBack;
    }

    synchronized long next() {
        return next;
    }

    /** Every value it was set to. */
    synchronized List<Long> repeated() {
        return List.copyOf(repeated);
    }

    @Override
    public synchronized boolean repeat(
            Connection connection, Counter counter, long to, boolean inTransaction) {
        boolean can =
                to >= next || back == Back.ANYWHERE || (back == Back.OUTSIDE && !inTransaction);
        if (can) {
            next = to;
            repeated.add(to);
        }
        return can;
    }

    @Override
    public boolean tellsNext(Counter counter) {
        return true;
    }

    @Override
    public synchronized Optional<CounterPosition> position(
            Connection connection, Counter counter, boolean withRows) {
        return Optional.of(CounterPosition.of(next, 1, Long.MAX_VALUE));
    }

    @Override
    public synchronized void reserve(Connection connection, Counter counter, long used) {
        next = Math.max(next, used + 1);
    }

    @Override
    public boolean reserves(Counter counter) {
        return true;
    }

    @Override
    public synchronized void settle(Connection connection, Counter counter, long used) {
        next = used + 1;
    }

    @Override
    public Optional<String> catchUp(CountedColumn column, long to, boolean spelledHere) {
        throw new UnsupportedOperationException();
    }
}
