package io.lockstep.backends;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.backends.markers.Markers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * One database behind the controller. Thread-safe. Opening one does not contact the database, so an
 * unreachable one can be declared and come up later.
 */
public interface Backend extends AutoCloseable {
    String name();

    BackendSettings settings();

    /** Known from the URL alone. */
    Dialect dialect();

    /**
     * A connection in auto-commit mode, set up by the dialect (lock wait limit, no server-side idle
     * limits).
     *
     * @param timeout longest wait for a free one or a new one
     * @throws BackendBusyException if all connections stayed in use: says nothing about the
     *     database's health
     * @throws SQLException if the database could not be reached or refused the login
     */
    BackendConnection borrow(Duration timeout) throws SQLException;

    /**
     * One round trip on a connection of its own outside the pool (opened at need, kept). Returns
     * within about {@code timeout} even if the database is frozen.
     *
     * @throws SQLException if no answer came in time or the database is gone
     */
    void ping(Duration timeout) throws SQLException;

    /** Reads tables, keys, triggers, sequences anew. Takes tens of milliseconds or more. */
    Catalogue readCatalogue() throws SQLException;

    /** What Lockstep keeps about itself in this database. */
    Markers markers();

    /**
     * Product name and version as its JDBC driver reports them; from the first contact on, cached.
     */
    ProductVersion productVersion() throws SQLException;

    /** The same if the database has been reached before; never contacts it. */
    Optional<ProductVersion> knownProductVersion();

    /**
     * A text that two backends share only if they are one and the same physical database, as seen
     * at the latest contact; never contacts it. Empty before the first one, or if the engine cannot
     * tell.
     */
    Optional<String> knownIdentity();

    PoolFigures pool();

    /**
     * To be called after DDL: statements prepared before it are prepared anew at their next use, on
     * every connection, in open transactions too.
     */
    void schemaChanged();

    /**
     * Cuts every physical connection, those in use too, so that threads blocked in one wake with an
     * error (not of a database within this process, which has none to cut). The pool stays usable,
     * but makes connections only on demand from here on, until {@link #keepReady}: the next {@link
     * #borrow} connects anew. What the database had confirmed is still expected of it.
     */
    void cutAll();

    /**
     * To be called before a database is taken over anew: what it had confirmed is not expected of
     * it any more, and no connection opened before, or being opened, is lent again. Those in use
     * keep the {@link BackendConnection#epoch} of their own term.
     */
    void newTerm();

    /**
     * For a backend in service: the pool keeps all its connections open, so that nobody waits for a
     * login. They are made in the background; until they exist, borrowing makes them as before.
     */
    void keepReady();

    /**
     * To be called when a connection broke although the database lives: the idle ones are replaced,
     * those in use when they come back.
     */
    void renewConnections();

    @Override
    void close();

    /** Pool counters at one moment. */
    record PoolFigures(int active, int idle, int waiting, int max) {}

    record ProductVersion(String product, String version) {}
}
