package io.lockstep.controller.allocation;

import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.counters.CounterPosition;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Databases that have one position for each counter; they outlive every allocator. */
final class FakeStore implements CounterStore {
    static final Counter SEQUENCE = new Counter("s", List.of());

    private final Map<Counter, CounterPosition> positions = new HashMap<>(); // guarded by this
    private final boolean reserves;
    private final List<Long> reservations = new ArrayList<>(); // guarded by this
    private boolean failing; // guarded by this

    FakeStore(CounterPosition first) {
        this(first, true);
    }

    FakeStore(CounterPosition first, boolean reserves) {
        this.reserves = reserves;
        positions.put(SEQUENCE, first);
    }

    @Override
    public synchronized CounterPosition read(Counter counter) throws SQLException {
        check();
        return positions.get(counter);
    }

    @Override
    public boolean reserves(Counter counter) {
        return reserves;
    }

    @Override
    public synchronized void reserve(Counter counter, long used) throws SQLException {
        check();
        reservations.add(used);
        positions.computeIfPresent(counter, (c, position) -> position.past(used));
    }

    @Override
    public long view() {
        return 1;
    }

    @Override
    public synchronized void align(Counter counter, long used) throws SQLException {
        check();
        CounterPosition now = positions.get(counter);
        positions.put(counter, CounterPosition.of(used, now.increment(), now.last()).past(used));
    }

    private void check() throws SQLException {
        if (failing) {
            throw new SQLException("out of order", "08006");
        }
    }

    synchronized void failing(boolean fails) {
        failing = fails;
    }

    /** Draws by itself, as a trigger or an INSERT .. SELECT does. */
    synchronized long draw() {
        CounterPosition position = positions.get(SEQUENCE);
        positions.put(SEQUENCE, position.past(position.next()));
        return position.next();
    }

    synchronized void set(CounterPosition position) {
        positions.put(SEQUENCE, position);
    }

    synchronized int reservations() {
        return reservations.size();
    }
}
