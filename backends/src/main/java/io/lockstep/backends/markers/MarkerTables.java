package io.lockstep.backends.markers;

import io.lockstep.backends.markers.Markers.Claim;
import io.lockstep.backends.markers.Markers.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * One engine's way to keep markers and fence, for one database. Immutable, thread-safe. Connections
 * belong to the caller, are at READ COMMITTED and, unless it is said otherwise, in a transaction
 * that the caller ends.
 *
 * <p>Markers are spread over a ring of tables by their sequence, so that those of long ago can be
 * removed by emptying a table. It does not matter if the ring comes round to a table that still
 * holds markers: the table is emptied only when all in it are below the watermark.
 */
public interface MarkerTables {
    int TABLES = 4;

    /** Sequences that go into one table before the next one is used. */
    long RANGE = 20_000;

    /** The table for a sequence. */
    static int table(long sequence) {
        return (int) (sequence / RANGE % TABLES);
    }

    /** A statement and the values of its parameters. */
    record Call(String sql, List<Long> parameters) {
        public Call {
            parameters = List.copyOf(parameters);
        }
    }

    /**
     * Inserts the marker. Fails as a violated NOT NULL if the fence does not show its epoch, as a
     * duplicate key if it is there. From then to the end of its transaction {@link #raise} waits.
     */
    Call insert(Marker marker);

    /**
     * A query that gives a row if the fence shows the marker's epoch, to be run behind {@link
     * #insert}; null where that one looks itself.
     */
    Call fenceCheck(Marker marker);

    /** Whether the engine can have marker and COMMIT in one round trip. */
    boolean commitsInOne();

    /**
     * {@link #insert} and COMMIT in one round trip, of which the second is not done if the first
     * fails. Only if {@link #commitsInOne}.
     */
    Call insertAndCommit(Marker marker);

    /** In auto-commit mode. What is there already stays as it is. */
    void create(Connection connection) throws SQLException;

    /** Fails with an unknown table or schema where there is none. */
    Optional<Claim> claim(Connection connection) throws SQLException;

    /**
     * Changes the claim from one to the other, and the fence if their epochs differ; then waits for
     * the transactions that have inserted markers.
     *
     * @return false if the claim was not the expected one; the transaction is to be rolled back
     */
    boolean raise(Connection connection, Claim expected, Claim next) throws SQLException;

    /** May be called in a snapshot's transaction, at its isolation. */
    Position position(Connection connection) throws SQLException;

    /**
     * What is missing of what was here, in words; one query, which waits for nobody. In auto-commit
     * mode, at any isolation.
     *
     * @param sequences of transactions whose COMMIT was confirmed
     * @param epoch to which the fence was raised
     * @return empty if all of it is here
     */
    Optional<String> missing(Connection connection, long[] sequences, long epoch)
            throws SQLException;

    /**
     * Raises the watermark; does nothing if it is there or higher.
     *
     * @param epoch whose fence must stand
     * @return false if the fence shows another epoch
     */
    boolean setWatermark(Connection connection, long watermark, long epoch) throws SQLException;

    /** The tables that hold rows, all of them with sequences up to the watermark. */
    List<Integer> emptiable(Connection connection, long watermark) throws SQLException;

    /**
     * Removes what is in a table up to the watermark, or a part of it. Without waiting, and without
     * making others wait: fails as a lock not granted if somebody uses the table and that matters.
     *
     * @return true if there is more, to be removed in another transaction
     */
    boolean empty(Connection connection, int table, long watermark) throws SQLException;
}
