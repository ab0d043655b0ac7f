package io.lockstep.controller.allocation;

import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.counters.CounterPosition;
import java.sql.SQLException;

/** The databases' own counters, those of all backends in service taken together. Blocks. */
public interface CounterStore {
    /** The furthest position among the databases' counters and the rows of the columns. */
    CounterPosition read(Counter counter) throws SQLException;

    /** Whether {@link #reserve} does anything for this counter on any database. */
    boolean reserves(Counter counter);

    /** Durably moves every database's counter behind {@code used}, where it can be moved. */
    void reserve(Counter counter, long used) throws SQLException;

    /** The number of the set of databases in service; another one whenever one comes or goes. */
    long view();

    /**
     * Puts every database's counter right behind {@code used}, so that all give the same next. The
     * caller keeps everybody else away. Leaves out counters that {@link
     * io.lockstep.backends.counters.Counters#catchUp} is for.
     */
    void align(Counter counter, long used) throws SQLException;
}
