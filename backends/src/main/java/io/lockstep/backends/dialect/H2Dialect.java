package io.lockstep.backends.dialect;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.counters.Counters;
import io.lockstep.backends.markers.MarkerTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** H2, embedded and TCP. */
final class H2Dialect implements Dialect {
    static final H2Dialect INSTANCE = new H2Dialect();

    private static final LexicalRules LEXICAL_RULES =
            new LexicalRules(true, false, false, false, false, true, false);

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    // VARBINARY and VARCHAR end at a megabyte on H2.
                    Map.entry("BYTEA", "BLOB"),
                    Map.entry("LONGVARBINARY", "BLOB"),
                    Map.entry("LONG VARCHAR FOR BIT DATA", "BLOB"),
                    Map.entry("LONGVARCHAR", "CLOB"),
                    Map.entry("LONG VARCHAR", "CLOB"),
                    Map.entry("VARCHAR FOR BIT DATA", "VARBINARY(?)"),
                    Map.entry("DATETIME", "TIMESTAMP(?)"),
                    Map.entry("TIMESTAMPTZ", "TIMESTAMP(?) WITH TIME ZONE"));

    private H2Dialect() {}

    @Override
    public String name() {
        return "h2";
    }

    @Override
    public LexicalRules lexicalRules() {
        return LEXICAL_RULES;
    }

    @Override
    public FailureClass classify(SQLException failure) {
        return FailureWalk.classify(failure, H2Failures::byCode);
    }

    @Override
    public List<String> sessionSetup(Duration lockWait) {
        return List.of("SET LOCK_TIMEOUT " + lockWait.toMillis(), "SET QUERY_TIMEOUT 0");
    }

    @Override
    public Optional<String> setTimeZone(ZoneId zone) {
        ZoneId plain = zone.normalized();
        return Optional.of(
                "SET TIME ZONE '" + (plain.equals(ZoneOffset.UTC) ? "UTC" : plain.getId()) + "'");
    }

    @Override
    public List<String> urlProblems(String url) {
        UrlSettings settings = H2Control.settings(url);
        String lower = url.toLowerCase(Locale.ROOT);
        List<String> problems = new ArrayList<>();
        if (lower.startsWith("jdbc:h2:mem:") || lower.contains("/mem:")) {
            problems.add(
                    "an in-memory database keeps nothing when its process ends; use jdbc:h2:file:"
                            + " or jdbc:h2:tcp: with a database file");
        } else if (!settings.is("WRITE_DELAY", "0")) {
            problems.add(
                    "without ;WRITE_DELAY=0 H2 loses commits that it has acknowledged; append it"
                            + " to the URL");
        }
        if (settings.isOn("AUTO_RECONNECT")) {
            problems.add(
                    "AUTO_RECONNECT=TRUE hides a lost transaction; leave it out, Lockstep"
                            + " reconnects by itself");
        }
        if (settings.is("LOCK_MODE", "0")) {
            problems.add("LOCK_MODE=0 shows uncommitted rows; leave it out");
        }
        if (settings.get("MODE").filter(mode -> !mode.equalsIgnoreCase("REGULAR")).isPresent()) {
            problems.add(
                    "MODE changes what statements mean, and Lockstep reads them as H2's own; leave"
                            + " it out");
        }
        if (settings.is("AUTOCOMMIT", "FALSE")) {
            problems.add("AUTOCOMMIT=FALSE: Lockstep sets that itself; leave it out");
        }
        return problems;
    }

    @Override
    public Map<String, String> portableTypes() {
        return TYPES;
    }

    @Override
    public boolean ddlCommitsImplicitly() {
        return true;
    }

    @Override
    public boolean failureDoomsTransaction() {
        return false;
    }

    @Override
    public boolean inListPins() {
        return true;
    }

    /**
     * A commit has H2 save the roots of all its tables, one after the other and without stopping
     * other transactions: of one that ends meanwhile it saves some tables as before and some as
     * after, together with its emptied undo log. (Found by killing it: with six writers, rows
     * without their marker after about one kill in a hundred. H2's issue 2080 describes it.)
     */
    @Override
    public boolean tearsConcurrentCommits() {
        return true;
    }

    @Override
    public boolean streamingNeedsTransaction() {
        return false;
    }

    @Override
    public Catalogue readCatalogue(Connection connection, String ownSchema) throws SQLException {
        return new H2Catalogue(connection, ownSchema).read();
    }

    @Override
    public String fingerprint(Connection connection, Collection<String> names) throws SQLException {
        return H2Objects.fingerprint(connection, names);
    }

    @Override
    public Counters counters() {
        return H2Counters.INSTANCE;
    }

    @Override
    public MarkerTables markerTables(String url, String schema) {
        return new H2Markers(schema);
    }

    @Override
    public DriverControl driverControl() {
        return H2Control.INSTANCE;
    }
}
