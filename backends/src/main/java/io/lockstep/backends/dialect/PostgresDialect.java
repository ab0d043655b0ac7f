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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** PostgreSQL through pgjdbc. */
final class PostgresDialect implements Dialect {
    static final PostgresDialect INSTANCE = new PostgresDialect();

    private static final LexicalRules LEXICAL_RULES =
            new LexicalRules(true, false, false, false, false, true, false);

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("BLOB", "BYTEA"),
                    Map.entry("BINARY LARGE OBJECT", "BYTEA"),
                    Map.entry("TINYBLOB", "BYTEA"),
                    Map.entry("MEDIUMBLOB", "BYTEA"),
                    Map.entry("LONGBLOB", "BYTEA"),
                    Map.entry("VARBINARY", "BYTEA"),
                    Map.entry("BINARY VARYING", "BYTEA"),
                    Map.entry("LONGVARBINARY", "BYTEA"),
                    Map.entry("VARCHAR FOR BIT DATA", "BYTEA"),
                    Map.entry("LONG VARCHAR FOR BIT DATA", "BYTEA"),
                    Map.entry("CLOB", "TEXT"),
                    Map.entry("NCLOB", "TEXT"),
                    Map.entry("CHARACTER LARGE OBJECT", "TEXT"),
                    Map.entry("CHAR LARGE OBJECT", "TEXT"),
                    Map.entry("TINYTEXT", "TEXT"),
                    Map.entry("MEDIUMTEXT", "TEXT"),
                    Map.entry("LONGTEXT", "TEXT"),
                    Map.entry("LONGVARCHAR", "TEXT"),
                    Map.entry("LONG VARCHAR", "TEXT"),
                    Map.entry("NVARCHAR", "VARCHAR(?)"),
                    Map.entry("DATETIME", "TIMESTAMP(?)"),
                    Map.entry("DOUBLE", "DOUBLE PRECISION"),
                    // So that the entry above is not taken for the first of these two words.
                    Map.entry("DOUBLE PRECISION", "DOUBLE PRECISION"),
                    Map.entry("TINYINT", "SMALLINT"),
                    Map.entry("MEDIUMINT", "INTEGER"));

    private PostgresDialect() {}

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public LexicalRules lexicalRules() {
        return LEXICAL_RULES;
    }

    @Override
    public FailureClass classify(SQLException failure) {
        return FailureWalk.classify(failure, PostgresFailures::byState);
    }

    /**
     * One statement, so one round trip. Settings an older server does not have are passed over; a
     * synchronous_commit stronger than {@code on} is left alone.
     */
    @Override
    public List<String> sessionSetup(Duration lockWait) {
        String wanted =
                "SELECT set_config(w.name, w.value, false) FROM (VALUES"
                        + " ('lock_timeout', '"
                        + lockWait.toMillis()
                        + "'), ('statement_timeout', '0'), ('transaction_timeout', '0'),"
                        + " ('idle_in_transaction_session_timeout', '0'),"
                        + " ('idle_session_timeout', '0'),"
                        + " ('client_connection_check_interval', '1000'),"
                        + " ('synchronous_commit', 'on')) AS w (name, value)"
                        + " JOIN pg_catalog.pg_settings s ON s.name = w.name"
                        + " WHERE (w.name <> 'synchronous_commit' OR s.setting = 'off')"
                        // The server can look for a vanished client only where its platform can.
                        + " AND (w.name <> 'client_connection_check_interval'"
                        + " OR version() ~* 'linux|darwin|bsd|solaris')";
        return List.of(wanted);
    }

    @Override
    public Optional<String> setTimeZone(ZoneId zone) {
        return Optional.of(
                zone.normalized() instanceof ZoneOffset offset
                        ? "SET TIME ZONE INTERVAL '%s' HOUR TO SECOND".formatted(clock(offset))
                        : "SET TIME ZONE '" + zone.getId() + "'");
    }

    private static String clock(ZoneOffset offset) {
        return offset.equals(ZoneOffset.UTC) ? "+00:00" : offset.getId();
    }

    @Override
    public List<String> urlProblems(String url) {
        UrlSettings settings = PostgresControl.settings(url);
        List<String> problems = new ArrayList<>();
        if (settings.is("preferQueryMode", "simple")) {
            problems.add(
                    "preferQueryMode=simple makes several statements in one text not atomic; leave"
                            + " it out");
        }
        if (settings.isOn("reWriteBatchedInserts")) {
            problems.add(
                    "reWriteBatchedInserts=true hides the update counts by which backends are"
                            + " compared; leave it out");
        }
        if (settings.get("autosave").filter(v -> !v.equalsIgnoreCase("never")).isPresent()) {
            problems.add(
                    "autosave hides failed statements behind savepoints and costs a round trip"
                            + " each; leave it out");
        }
        if (settings.isOn("readOnly")) {
            problems.add("readOnly=true: a backend must take writes; leave it out");
        }
        if (severalHosts(url)) {
            problems.add(
                    "several hosts in one URL: each backend is one database; declare one backend"
                            + " per host");
        }
        return problems;
    }

    private static boolean severalHosts(String url) {
        int start = url.indexOf("//");
        if (start < 0) {
            return false;
        }
        int end = url.indexOf('/', start + 2);
        String hosts = end < 0 ? url.substring(start) : url.substring(start, end);
        return hosts.indexOf(',') >= 0;
    }

    @Override
    public Map<String, String> portableTypes() {
        return TYPES;
    }

    @Override
    public boolean ddlCommitsImplicitly() {
        return false;
    }

    @Override
    public boolean rollbackUndoesSettings() {
        return true;
    }

    @Override
    public boolean failureDoomsTransaction() {
        return true;
    }

    @Override
    public boolean inListPins() {
        return true;
    }

    @Override
    public boolean streamingNeedsTransaction() {
        return true;
    }

    @Override
    public Catalogue readCatalogue(Connection connection, String ownSchema) throws SQLException {
        return new PostgresCatalogue(connection, ownSchema).read();
    }

    @Override
    public Counters counters() {
        return PostgresCounters.INSTANCE;
    }

    @Override
    public MarkerTables markerTables(String url, String schema) {
        return new PostgresMarkers(schema);
    }

    @Override
    public DriverControl driverControl() {
        return PostgresControl.INSTANCE;
    }
}
