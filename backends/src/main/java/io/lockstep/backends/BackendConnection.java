package io.lockstep.backends;

import io.lockstep.backends.markers.FencedException;
import io.lockstep.backends.markers.Marker;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * A leased physical connection. One thread at a time, except {@link #abort} and {@link
 * #cancelRunning}, which any thread may call. Ends with exactly one of {@link #release} and {@link
 * #discard}.
 */
public interface BackendConnection {
    Backend backend();

    /**
     * The epoch under which its transactions are committed: that of the {@linkplain Backend#newTerm
     * term} it was opened in, whatever the database has been raised to since. -1 before the fence
     * was raised in that term.
     */
    long epoch();

    /**
     * The physical connection, for what this interface does not cover: metadata, savepoints, large
     * objects. Changing auto-commit, isolation or closing it is forbidden. Outside a transaction,
     * statements belong to {@link #prepare} and {@link #createStatement}, which see to auto-commit.
     */
    Connection jdbc();

    /**
     * A prepared statement for the text, from this connection's bounded cache where possible, with
     * parameters cleared and maxRows, fetchSize, timeout at their defaults. The caller has it alone
     * until {@link #giveBack}; the same text prepared meanwhile yields another statement. One
     * prepared outside a transaction may be used inside it, and the other way round.
     */
    PreparedStatement prepare(String sql, KeyColumns keys) throws SQLException;

    /**
     * Returns a statement of {@link #prepare} to the cache; closes its open results. Never throws.
     */
    void giveBack(PreparedStatement statement);

    /**
     * A statement for a call, {@code CALL p(?)} or the JDBC escapes, whose OUT parameters the
     * caller may register. Not cached; otherwise as {@link #prepare}, {@link #giveBack} included.
     */
    CallableStatement prepareCall(String sql) throws SQLException;

    /** A fresh plain statement; the caller closes it. */
    Statement createStatement() throws SQLException;

    /**
     * Has the engine parse a text without running it; a round trip or two. Not inside a
     * transaction, which some engines would doom for it.
     *
     * @param parameters whether the text has markers for parameters
     * @return the syntax error that executing the text would end with as well; empty if there is
     *     none, or the engine cannot tell
     * @throws SQLException if something else went wrong
     */
    Optional<SQLException> syntaxError(String sql, boolean parameters) throws SQLException;

    /**
     * Opens a transaction lazily (no round trip of its own where the driver allows).
     *
     * @param isolation a {@code java.sql.Connection.TRANSACTION_*} constant; mapped to the nearest
     *     the engine has
     */
    void begin(int isolation, boolean readOnly) throws SQLException;

    /**
     * Sets isolation for auto-commit statements; costs a round trip only if it differs from the
     * connection's.
     */
    void useIsolation(int isolation) throws SQLException;

    boolean inTransaction();

    /**
     * Commits; statements prepared afterwards run in auto-commit mode. Fails with 25P02, and has
     * rolled back, if the engine would roll back instead. After any other failure the transaction's
     * outcome is unknown to this object and the connection must be discarded.
     *
     * @throws IllegalStateException if no transaction is open
     */
    void commit() throws SQLException;

    /**
     * Commits with the marker of this commit in the same transaction, in the same round trip where
     * the engine can. As {@link #commit()} otherwise: when it fails nothing is open afterwards, and
     * the outcome is unknown unless the failure says that the statement was refused.
     *
     * @throws FencedException if another controller has claimed the database: nothing was committed
     * @throws SQLException of class {@code DUPLICATE_KEY} if the marker is there already: nothing
     *     was committed
     */
    void commit(Marker marker) throws SQLException;

    /**
     * Does ahead what {@link #commit(Marker)} with the same marker would need a round trip of its
     * own for; a no-op on the engines that need none. If it fails, the transaction must be rolled
     * back.
     *
     * @throws FencedException as {@link #commit(Marker)}
     */
    void prepareMarker(Marker marker) throws SQLException;

    /**
     * Inserts the marker only, in the open transaction: the first statement of a redo, which {@link
     * #commit()} ends. Waits for an undecided insert of the same marker.
     *
     * @return false if it is there already; the transaction must then be rolled back
     * @throws FencedException as {@link #commit(Marker)}; the transaction has been rolled back
     */
    boolean insert(Marker marker) throws SQLException;

    /**
     * Rolls back; does nothing without an open transaction. If it fails the connection must be
     * discarded.
     */
    void rollback() throws SQLException;

    /**
     * Marks the connection as changed by its session (SET, temporary tables, calls of whatever
     * ...): before another session gets it, it is reset where the engine has a reset that can be
     * relied on, and otherwise closed.
     */
    void markSessionStateChanged();

    /** Remembers what runs now, so that {@link #cancelRunning} finds it; null when nothing runs. */
    void running(Statement statement);

    /**
     * Asks the database to end the statement now running, if any. Blocks for a round trip, at most
     * two seconds. Never hits a later statement: {@link #running} with null waits for it. Derby's
     * network server cannot be asked; there the connection is cut and the statement fails in class
     * {@code CONNECTION}.
     */
    void cancelRunning();

    /**
     * Whether a cancel has cut the connection. To be asked when a statement has ended, before its
     * answer counts: the cut may have come in the moment between, and nothing can follow on this
     * connection; of a COMMIT nobody would know what became. It says nothing about the database.
     */
    boolean isCut();

    /** Back to the pool; rolls back what is open. Discards instead if that fails. Never throws. */
    void release();

    /** Closes the physical connection. Never throws. */
    void discard(String reason);

    /** Cuts the socket from another thread; whoever is blocked in this connection gets an error. */
    void abort();

    /** Which generated columns a statement shall return. */
    sealed interface KeyColumns {
        KeyColumns NONE = new None();

        record None() implements KeyColumns {}

        record All() implements KeyColumns {}

        record Named(java.util.List<String> columns) implements KeyColumns {
            public Named {
                columns = java.util.List.copyOf(columns);
            }
        }
    }
}
