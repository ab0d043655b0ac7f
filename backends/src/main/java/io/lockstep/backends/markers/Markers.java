package io.lockstep.backends.markers;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Lockstep's own tables in one database. Thread-safe; every call blocks for a few round trips on a
 * connection borrowed from the backend's pool, and may therefore end with {@link
 * io.lockstep.backends.BackendBusyException}.
 */
public interface Markers {
    /** The watermark of a database that no commit is known to be in. */
    long NO_WATERMARK = -1;

    /**
     * Schema and tables, if they are not there. Safe to repeat, safe if a crash interrupted it.
     *
     * @throws SQLException if the user may not create them; an administrator can create the schema
     *     instead and give it to the user
     */
    void create() throws SQLException;

    /** Who holds this database. Empty if it has never been Lockstep's: no schema, table or row. */
    Optional<Claim> claim() throws SQLException;

    /**
     * Raises the fence: from when this returns, no commit of an older epoch can succeed, those
     * included that had inserted their marker before. Waits for these, as long as the database
     * waits for locks ({@code lockWait} of the settings); then it fails and has changed nothing.
     *
     * <p>With the epoch of {@code expected} and another view it only records the view: nobody is
     * fenced, nobody waited for. That is for the holder alone: log and holder must be the same.
     *
     * @param expected the claim read before; null = none yet
     * @param next what shall stand there; repeating a raise that has succeeded does nothing
     * @throws FencedException if the claim is not {@code expected} any more
     */
    void raise(Claim expected, Claim next) throws SQLException;

    /**
     * To which the fence was raised here in the present {@linkplain
     * io.lockstep.backends.Backend#newTerm term}. -1 if it was not.
     */
    long epoch();

    /** Whether it is of the same log and holder as the latest one that was raised here. */
    boolean isOwn(Claim claim);

    /** Watermark and markers above it, from one consistent read. */
    Position position() throws SQLException;

    /**
     * Every commit with a sequence up to this is here: records that, and empties marker tables that
     * lie wholly below. Changes nothing in another term than the one for which that is known.
     * Commits never wait for it: a table somebody uses is left for the next time. Never lowers the
     * watermark; safe to repeat. Must not be called while a snapshot of this database is read for a
     * copy or a comparison, which would miss the markers.
     *
     * @param epoch of the term in which it is known to hold them
     */
    void advance(long watermark, long epoch) throws SQLException;

    /**
     * Tables of the user's that lose rows, when the database is killed, although the marker of
     * their transaction stays: no database with such tables can be brought level by its log.
     * Sorted.
     */
    List<String> nonDurableTables() throws SQLException;

    /**
     * Who holds a database.
     *
     * @param virtualDatabase name in the configuration
     * @param log identity of the recovery log that this database follows
     * @param epoch of the controller's reign; commits of any other are refused
     * @param view 0 so far: room for the number of a view of the backends in service
     * @param holder for people: which controller that is
     * @param sinceMillis when, in milliseconds since 1970
     */
    record Claim(
            String virtualDatabase,
            UUID log,
            long epoch,
            long view,
            String holder,
            long sinceMillis) {
        /** Of the names: the rest is cut off. */
        public static final int LONGEST_NAME = 255;

        public Claim {
            virtualDatabase = shortened(virtualDatabase);
            holder = shortened(holder);
        }

        private static String shortened(String name) {
            return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
        }

        @Override
        public String toString() {
            return holder
                    + " for virtual database "
                    + virtualDatabase
                    + " (log "
                    + log
                    + ", epoch "
                    + epoch
                    + ", view "
                    + view
                    + ", since "
                    + java.time.Instant.ofEpochMilli(sinceMillis)
                    + ")";
        }
    }

    /**
     * Which commits a database holds: all up to the watermark, and those named.
     *
     * @param watermark {@link #NO_WATERMARK} if no commit is known to be there
     * @param markers sequences above the watermark, ascending; the receiver's own. An array, since
     *     there may be tens of thousands; positions are not compared as records
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Position(long watermark, long[] markers) {}
}
