package io.lockstep.backends.dialect;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.counters.Counters;
import io.lockstep.backends.markers.MarkerTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One database engine's ways. Stateless, thread-safe. Found by {@link Dialects#forUrl}. */
public interface Dialect {
    /** {@code postgresql}, {@code mariadb}, {@code h2} or {@code derby}. */
    String name();

    /** How texts of this engine are to be cut into tokens. */
    LexicalRules lexicalRules();

    /**
     * What an exception of this engine's driver means; looks at causes and next exceptions too.
     * Never throws.
     */
    FailureClass classify(SQLException failure);

    /**
     * Statements that set up every new physical connection: lock wait limit, no server-side idle or
     * statement limits, durable commits.
     */
    List<String> sessionSetup(Duration lockWait);

    /**
     * What puts a connection into a time zone as {@link #sessionSetup} or the driver puts it into
     * this process's own; undone with its transaction, or by the connection's reset. Empty where a
     * connection has none.
     */
    Optional<String> setTimeZone(ZoneId zone);

    /**
     * The driver turns instants into the local time of this process's own zone, whatever that of
     * the connection.
     */
    default boolean driverConvertsInstants() {
        return false;
    }

    /**
     * Why the URL must not be used for a backend (H2 without {@code WRITE_DELAY=0}, pgjdbc's {@code
     * preferQueryMode=simple} ...), or an empty list.
     */
    List<String> urlProblems(String url);

    /**
     * Portable type name in upper case (words separated by one space) to this engine's own, for
     * DDL: names the engine lacks, and names it has for something narrower. A value is a template
     * for {@link #nativeType}, which is the simple way to use this map.
     */
    Map<String, String> portableTypes();

    /**
     * More of the same for a virtual database that mixes engines: names that this engine
     * understands, but differently from the others (MariaDB's {@code TIMESTAMP}).
     */
    default Map<String, String> portableTypesWhenMixed() {
        return Map.of();
    }

    /**
     * This engine's text for a type.
     *
     * @param name in upper case, words separated by one space, without its arguments
     * @param arguments what stood between the parentheses, or null
     * @param mixed whether the virtual database mixes engines
     * @return null if the type is to be left as it was written
     */
    default String nativeType(String name, String arguments, boolean mixed) {
        String template = mixed ? portableTypesWhenMixed().get(name) : null;
        if (template == null) {
            template = portableTypes().get(name);
        }
        return template == null ? null : TypeTemplate.render(template, arguments);
    }

    /** DDL ends the open transaction by itself. */
    boolean ddlCommitsImplicitly();

    /** SET is undone when its transaction is rolled back. */
    default boolean rollbackUndoesSettings() {
        return false;
    }

    /** After a failed statement the transaction can only be rolled back. */
    boolean failureDoomsTransaction();

    /** An IN list over the primary key locks just the rows named. */
    boolean inListPins();

    /**
     * The {@code TRANSACTION_*} level that a connection is given when asked for {@code requested}.
     * Levels below READ COMMITTED are raised to it, as JDBC allows: a dirty read would show a
     * client what another backend may never have had.
     */
    default int effectiveIsolation(int requested) {
        return switch (requested) {
            case Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE ->
                    requested;
            default -> Connection.TRANSACTION_READ_COMMITTED;
        };
    }

    /**
     * When killed while several transactions end at the same time, the database may come back with
     * a part of one of them: they are to end one after the other.
     */
    default boolean tearsConcurrentCommits() {
        return false;
    }

    /** Rows can be streamed only inside a transaction. */
    boolean streamingNeedsTransaction();

    /**
     * Reads the catalogue of the connection's database, without system schemas. The connection must
     * not be in a failed transaction.
     *
     * @param ownSchema where Lockstep's own tables are, which are left out
     */
    Catalogue readCatalogue(Connection connection, String ownSchema) throws SQLException;

    /**
     * A short text that stays the same as long as no DDL has changed one of these objects, for an
     * engine whose DDL commits by itself: so a restart finds out whether one that was under way was
     * done. Says nothing about rows. Takes a few round trips.
     *
     * @param names of tables, views, sequences, in lower case and without schema; at least one
     */
    default String fingerprint(Connection connection, Collection<String> names)
            throws SQLException {
        throw new UnsupportedOperationException(name() + " takes its DDL back by itself");
    }

    /** How what numbers rows is read and moved. */
    Counters counters();

    /**
     * How markers and fence are kept in the database of a URL.
     *
     * @param schema where Lockstep's tables are: a plain identifier, as configured
     */
    MarkerTables markerTables(String url, String schema);

    /** What the pool must know about this engine's JDBC driver. */
    DriverControl driverControl();

    /** Lexical differences that matter for finding tokens. */
    record LexicalRules(
            boolean dollarQuotes,
            boolean backslashEscapes,
            boolean doubleQuoteIsString,
            boolean backtickQuotes,
            boolean hashComments,
            boolean nestedComments,
            boolean executableComments) {}
}
