package io.lockstep.backends.counters;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * One engine's way to read and move what numbers rows. Stateless, thread-safe; every call blocks
 * for a few round trips on a connection in auto-commit mode that belongs to the caller.
 */
public interface Counters {
    /**
     * Where the counter stands on this database.
     *
     * @param withRows also behind the values in its columns, those of open transactions included
     *     where the engine shows them (the connection is best at READ UNCOMMITTED): one look at an
     *     index each, or a scan where there is none
     * @return empty if this database knows neither the sequence nor any of the columns
     */
    Optional<CounterPosition> position(Connection connection, Counter counter, boolean withRows)
            throws SQLException;

    /**
     * Has the database give none of the values up to and including {@code used} by itself any more,
     * as far as that can be done at any moment without waiting for those who use the tables. Never
     * moves a counter back. Not undone by a rollback, durable when it returns.
     */
    void reserve(Connection connection, Counter counter, long used) throws SQLException;

    /** False if {@link #reserve} never does anything for this counter. */
    boolean reserves(Counter counter);

    /**
     * Puts the counter right behind {@code used}, forwards or backwards: what the database gives
     * next is the value after it. May wait for the table as DDL does.
     */
    void settle(Connection connection, Counter counter, long used) throws SQLException;

    /** Whether the next value of {@link #position} is exactly the one that comes next. */
    boolean tellsNext(Counter counter);

    /**
     * Before a statement is done again in which the database gave {@code next} first: has it give
     * that again, wherever the counter stands now. Databases skip values when they are killed.
     *
     * @param inTransaction that of the statement is open
     * @return false if the engine cannot: perhaps it can outside of a transaction
     */
    boolean repeat(Connection connection, Counter counter, long next, boolean inTransaction)
            throws SQLException;

    /**
     * The statement that {@link #settle} would run for a counter of a column which {@link #reserve}
     * cannot keep ahead and which explicit values do not move either; it can be taken back with its
     * transaction. Empty on engines whose counters never fall behind.
     *
     * @param next what the database is to give next
     * @param spelledHere the column's and table's names are this engine's own spelling; otherwise
     *     they are written as a client would, without quotes and schema
     */
    Optional<String> catchUp(Counter.CountedColumn column, long next, boolean spelledHere);
}
