package io.lockstep.controller.allocation;

import io.lockstep.backends.counters.Counter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** Gives out the numbers of one virtual database. Thread-safe. */
public final class Allocator {
    private final CounterStore store;
    private final Duration patience;
    private final Map<Object, NumberSource> sources = new ConcurrentHashMap<>();

    /**
     * One that knows no position yet.
     *
     * @param patience longest wait for another session that moves the databases' counters
     */
    public Allocator(CounterStore store, Duration patience) {
        this.store = store;
        this.patience = patience;
    }

    /** The sequence, or the column: the same whatever else the catalogue says about it. */
    private static Object key(Counter counter) {
        return counter.sequence() != null ? counter.sequence() : counter.columns().get(0);
    }

    private NumberSource source(Counter counter) {
        return sources.computeIfAbsent(
                key(counter), key -> new NumberSource(store, patience.toNanos()));
    }

    /** True if {@link #take} need not wait for {@link #read} first. */
    public boolean knows(Collection<Counter> counters) {
        for (Counter counter : counters) {
            if (!source(counter).known()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Finds out where counters stand, as far as that is not known. Blocks for some round trips to
     * every backend. The caller holds a lock that keeps away whoever moves them unseen.
     */
    public void read(Collection<Counter> counters) throws SQLException {
        for (Counter counter : counters) {
            source(counter).read(counter);
        }
    }

    /**
     * One value of each counter for each execution.
     *
     * @return empty if one of them has to be {@link #read} first
     * @throws SQLException 2200H if a counter has no value left; any other if the databases'
     *     counters could not be moved
     */
    public Optional<Allocation> take(List<Counter> counters, int executions) throws SQLException {
        Map<NumberSource, Long> reigns = new LinkedHashMap<>();
        for (Counter counter : counters) {
            NumberSource source = source(counter);
            reigns.putIfAbsent(source, source.reign()); // before the first value
        }
        List<List<Long>> rows = new ArrayList<>(executions);
        for (int i = 0; i < executions; i++) {
            List<Long> row = new ArrayList<>(counters.size());
            for (Counter counter : counters) {
                OptionalLong value = source(counter).take(counter);
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                row.add(value.getAsLong());
            }
            rows.add(row);
        }
        List<Allocation.Stamp> stamps = new ArrayList<>(reigns.size());
        reigns.forEach((source, reign) -> stamps.add(new Allocation.Stamp(source, reign)));
        return Optional.of(new Allocation(rows, stamps));
    }

    /** A client has named this value itself: none up to it is given out any more. */
    public void heard(Counter counter, long value) {
        source(counter).heard(value);
    }

    /**
     * Before the databases count by themselves: has them all begin at the same value, behind those
     * given out. Blocks for some round trips, unless they have counted alike ever since. The caller
     * keeps everybody away who uses the counter, and lets no database count along that has come
     * into service since.
     *
     * @return the value; empty if nothing had to be done
     */
    public OptionalLong align(Counter counter) throws SQLException {
        return source(counter).align(counter);
    }

    /**
     * The databases have moved these counters, or put values into their columns, unseen: where they
     * stand is read again before the next value. None is given out twice.
     */
    public void movedUnseen(Collection<Counter> counters) {
        counters.forEach(counter -> source(counter).movedUnseen());
    }

    /** The same of all counters. */
    public void allMovedUnseen() {
        sources.values().forEach(NumberSource::movedUnseen);
    }

    /**
     * A backend has come into service, and its counters stand where they stand: nothing is reserved
     * in it, and it would not count as the others do.
     */
    public void backendEntered() {
        sources.values().forEach(NumberSource::backendEntered);
    }

    /** These counters were set, backwards perhaps, or have gone: nothing is known of them. */
    public void reset(Collection<Counter> counters) {
        for (Counter counter : counters) {
            NumberSource source = sources.remove(key(counter));
            if (source != null) {
                source.end();
            }
        }
    }

    /** The same of all counters. */
    public void resetAll() {
        for (Object key : List.copyOf(sources.keySet())) {
            NumberSource source = sources.remove(key);
            if (source != null) {
                source.end();
            }
        }
    }

    /** The last value up to which all are taken; empty if nothing is known of the counter. */
    public OptionalLong used(Counter counter) {
        NumberSource source = sources.get(key(counter));
        return source == null ? OptionalLong.empty() : source.used();
    }
}
