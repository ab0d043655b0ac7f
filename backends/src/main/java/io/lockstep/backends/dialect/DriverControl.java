package io.lockstep.backends.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * What the pool must know about one engine's JDBC driver: how to log in within a limit, how to cut
 * and cancel, which calls cost a round trip. Connections passed in are physical ones. Stateless,
 * thread-safe.
 */
public interface DriverControl {
    /** Name of the {@code java.sql.Driver} to load for the URL. */
    String driverClass(String url);

    /**
     * Driver settings beside user and password; never one that the URL sets itself.
     *
     * @param connectTimeout limit for the TCP connect and for each answer during the login
     */
    Properties properties(String url, Duration connectTimeout);

    /**
     * Whether a login may block for ever because the driver has no limit for it; it must then run
     * on a thread that can be given up.
     */
    boolean loginMayHang(String url);

    /** Lifts the limits that only the login needed. No round trip. */
    default void afterLogin(Connection connection) throws SQLException {}

    /**
     * Database-wide settings that cannot be made per session; called with the first connection, and
     * changes nothing that is right already.
     */
    default void prepareDatabase(Connection connection, Duration lockWait) throws SQLException {}

    /**
     * What an operator should know about this server: settings under which it can lose what it
     * acknowledged. Sentences without a full stop; empty if all is well.
     */
    default List<String> durabilityWarnings(Connection connection) throws SQLException {
        return List.of();
    }

    /**
     * A text that two backends have in common only if they are one and the same physical database,
     * whatever their URLs look like. On an idle connection in auto-commit mode; a few round trips.
     *
     * @return empty if this engine cannot tell
     */
    default Optional<String> databaseIdentity(Connection connection, String url)
            throws SQLException {
        return Optional.empty();
    }

    /**
     * Closes the socket under a connection without asking the server, from any thread, within
     * milliseconds. Does nothing for an embedded database. Never throws, also not if another thread
     * is closing the connection: whoever cuts has the fate of a commit to look after.
     */
    void cut(Connection connection);

    /**
     * Asks the server to end what runs in {@code running}. Where the driver cannot, cuts the
     * connection, so that the statement fails as a lost one.
     *
     * @return whether the connection can be used further
     */
    default boolean cancel(Connection connection, Statement running) throws SQLException {
        running.cancel();
        return true;
    }

    /**
     * Whether the open transaction has failed, so that a commit would silently roll it back; known
     * without a round trip. False where the driver reports that itself.
     */
    default boolean transactionFailed(Connection connection) {
        return false;
    }

    /**
     * Has the server parse a text without running it, outside a transaction. An error of class
     * {@link FailureClass#SYNTAX} must be one that executing the text would end with as well.
     *
     * @param parameters whether the text has markers for parameters
     */
    default void parse(Connection connection, String sql, boolean parameters) throws SQLException {
        connection.prepareStatement(sql).close(); // these drivers prepare on the server at once
    }

    /** {@code setAutoCommit} on an idle connection costs no round trip. */
    boolean autoCommitSwitchIsFree();

    /** {@code setReadOnly} on an idle connection costs no round trip and binds the server. */
    default boolean readOnlySwitchIsFree() {
        return false;
    }

    /**
     * Statement that makes a connection forget plans compiled before a change of the schema, or
     * null where the engine sees to that itself.
     */
    default String forgetPlans() {
        return null;
    }

    /**
     * Statement that takes a connection back to where its login had brought it, whatever was set or
     * made on it since, to be run in auto-commit mode and followed by {@link Dialect#sessionSetup};
     * or null where only a new connection does that.
     */
    default String resetSession() {
        return null;
    }

    /** A cheap statement that returns one row. */
    String probe();

    /** Called when the last connection of a closed pool is gone. Never throws. */
    default void afterClose(String url) {}
}
