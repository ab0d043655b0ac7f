package io.lockstep.backends.dialect;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.counters.Counters;
import io.lockstep.backends.markers.MarkerTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** MariaDB with InnoDB tables. */
final class MariaDbDialect implements Dialect {
    static final MariaDbDialect INSTANCE = new MariaDbDialect();

    private static final LexicalRules LEXICAL_RULES =
            new LexicalRules(false, true, true, true, true, false, true);

    /** The server's default since 10.2.4; fixed here because it decides what a text means. */
    private static final String SQL_MODE =
            "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,"
                    + "NO_ENGINE_SUBSTITUTION";

    /** About a year, the longest the server takes. */
    private static final int LONGEST_IDLE_SECONDS = 31_536_000;

    private static final String TEXT_AS_ELSEWHERE =
            "VARCHAR(?) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin";

    private static final String LONG_TEXT_AS_ELSEWHERE =
            "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin";

    /** BLOB and TEXT are widened: MariaDB's own end at 64 KB. */
    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("BLOB", "LONGBLOB"),
                    Map.entry("BINARY LARGE OBJECT", "LONGBLOB"),
                    Map.entry("BYTEA", "LONGBLOB"),
                    Map.entry("LONGVARBINARY", "LONGBLOB"),
                    Map.entry("LONG VARCHAR FOR BIT DATA", "LONGBLOB"),
                    Map.entry("VARCHAR FOR BIT DATA", "VARBINARY(?)"),
                    Map.entry("BINARY VARYING", "VARBINARY(?)"),
                    Map.entry("CLOB", "LONGTEXT"),
                    Map.entry("NCLOB", "LONGTEXT"),
                    Map.entry("TEXT", "LONGTEXT"),
                    Map.entry("CHARACTER LARGE OBJECT", "LONGTEXT"),
                    Map.entry("CHAR LARGE OBJECT", "LONGTEXT"),
                    Map.entry("LONGVARCHAR", "LONGTEXT"),
                    Map.entry("LONG VARCHAR", "LONGTEXT"),
                    Map.entry("TIMESTAMP WITHOUT TIME ZONE", "DATETIME(?6)"));

    /**
     * Names that mean less here: times without fractions, a TIMESTAMP that ends in 2038 and changes
     * by itself, FLOAT of four bytes and REAL of eight, text that ignores case.
     */
    private static final Map<String, String> TYPES_WHEN_MIXED =
            Map.ofEntries(
                    Map.entry("TIMESTAMP", "DATETIME(?6)"),
                    Map.entry("DATETIME", "DATETIME(?6)"),
                    Map.entry("FLOAT", "DOUBLE"),
                    Map.entry("CLOB", LONG_TEXT_AS_ELSEWHERE),
                    Map.entry("NCLOB", LONG_TEXT_AS_ELSEWHERE),
                    Map.entry("TEXT", LONG_TEXT_AS_ELSEWHERE),
                    Map.entry("LONGTEXT", LONG_TEXT_AS_ELSEWHERE),
                    Map.entry("CHARACTER LARGE OBJECT", LONG_TEXT_AS_ELSEWHERE),
                    Map.entry("CHAR LARGE OBJECT", LONG_TEXT_AS_ELSEWHERE),
                    Map.entry("LONGVARCHAR", LONG_TEXT_AS_ELSEWHERE),
                    Map.entry("LONG VARCHAR", LONG_TEXT_AS_ELSEWHERE),
                    Map.entry("REAL", "FLOAT"),
                    Map.entry("VARCHAR", TEXT_AS_ELSEWHERE),
                    Map.entry("NVARCHAR", TEXT_AS_ELSEWHERE),
                    Map.entry("CHARACTER VARYING", TEXT_AS_ELSEWHERE),
                    Map.entry("CHAR VARYING", TEXT_AS_ELSEWHERE),
                    Map.entry("CHAR", "CHAR(?) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"),
                    Map.entry("CHARACTER", "CHAR(?) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"));

    private MariaDbDialect() {}

    @Override
    public String name() {
        return "mariadb";
    }

    @Override
    public LexicalRules lexicalRules() {
        return LEXICAL_RULES;
    }

    @Override
    public FailureClass classify(SQLException failure) {
        return FailureWalk.classify(failure, MariaDbFailures::byCode);
    }

    /**
     * One statement, so one round trip. The time zone is the controller's own on every server, or
     * two servers would store different instants for one text.
     */
    @Override
    public List<String> sessionSetup(Duration lockWait) {
        long seconds = Math.max(1, lockWait.toSeconds());
        return List.of(
                "SET SESSION innodb_lock_wait_timeout="
                        + seconds
                        + ", SESSION lock_wait_timeout="
                        + seconds
                        + ", SESSION max_statement_time=0, SESSION idle_transaction_timeout=0"
                        + ", SESSION wait_timeout="
                        + LONGEST_IDLE_SECONDS
                        + ", SESSION interactive_timeout="
                        + LONGEST_IDLE_SECONDS
                        + ", SESSION tx_isolation='READ-COMMITTED', SESSION sql_mode='"
                        + SQL_MODE
                        + "', SESSION time_zone="
                        + timeZone(ZoneId.systemDefault()));
    }

    /** The zone by name where the server has the zone tables, else by its offset of today. */
    private static String timeZone(ZoneId zone) {
        ZoneOffset now = ZonedDateTime.now(zone).getOffset();
        String offset = now.equals(ZoneOffset.UTC) ? "'+00:00'" : "'" + now.getId() + "'";
        if (zone.normalized() instanceof ZoneOffset) {
            return offset;
        }
        return "IF(CONVERT_TZ('2000-01-01 00:00:00', '+00:00', '"
                + zone.getId()
                + "') IS NULL, "
                + offset
                + ", '"
                + zone.getId()
                + "')";
    }

    @Override
    public Optional<String> setTimeZone(ZoneId zone) {
        return Optional.of("SET SESSION time_zone=" + timeZone(zone));
    }

    @Override
    public boolean driverConvertsInstants() {
        return true;
    }

    @Override
    public List<String> urlProblems(String url) {
        UrlSettings settings = MariaDbControl.settings(url);
        List<String> problems = new ArrayList<>();
        if (settings.isOn("allowMultiQueries")) {
            problems.add(
                    "allowMultiQueries lets a second statement hide behind the first; leave it"
                            + " out");
        }
        if (settings.isOn("useAffectedRows")) {
            problems.add(
                    "useAffectedRows counts rows differently from the other engines; leave it"
                            + " out");
        }
        if (settings.isOn("useBulkStmts")
                || settings.isOn("useBulkStmtsForInserts")
                || settings.isOn("rewriteBatchedStatements")) {
            problems.add(
                    "useBulkStmts, useBulkStmtsForInserts and rewriteBatchedStatements hide the"
                            + " update counts by which backends are compared; leave them out");
        }
        if (settings.isOn("transactionReplay") || settings.isOn("autoReconnect")) {
            problems.add(
                    "transactionReplay and autoReconnect hide a lost transaction; leave them out");
        }
        if (settings.has("sessionVariables")
                || settings.has("initSql")
                || settings.has("transactionIsolation")) {
            problems.add(
                    "sessionVariables, initSql and transactionIsolation would change what"
                            + " statements mean on this backend only; leave them out");
        }
        if (settings.is("autocommit", "false") || settings.is("autocommit", "0")) {
            problems.add("autocommit=false: Lockstep sets that itself; leave it out");
        }
        problems.addAll(hostProblems(url));
        return problems;
    }

    private static List<String> hostProblems(String url) {
        int start = url.indexOf("//");
        int end = start < 0 ? -1 : url.indexOf('/', start + 2);
        String hosts = start < 0 ? "" : end < 0 ? url.substring(start) : url.substring(start, end);
        boolean several = hosts.indexOf(',') >= 0 && !hosts.contains("address=");
        if (several || !url.startsWith("jdbc:mariadb://")) {
            return List.of(
                    "a backend is one database on one host: write"
                            + " jdbc:mariadb://host:port/database, without failover modes");
        }
        return List.of();
    }

    @Override
    public Map<String, String> portableTypes() {
        return TYPES;
    }

    @Override
    public Map<String, String> portableTypesWhenMixed() {
        return TYPES_WHEN_MIXED;
    }

    @Override
    public boolean ddlCommitsImplicitly() {
        return true;
    }

    @Override
    public boolean failureDoomsTransaction() {
        return false;
    }

    /** InnoDB locks gaps for an IN list. */
    @Override
    public boolean inListPins() {
        return false;
    }

    @Override
    public boolean streamingNeedsTransaction() {
        return false;
    }

    @Override
    public Catalogue readCatalogue(Connection connection, String ownSchema) throws SQLException {
        return new MariaDbCatalogue(connection, ownSchema).read();
    }

    @Override
    public String fingerprint(Connection connection, Collection<String> names) throws SQLException {
        return new MariaDbObjects(connection, names).fingerprint();
    }

    @Override
    public Counters counters() {
        return MariaDbCounters.INSTANCE;
    }

    @Override
    public MarkerTables markerTables(String url, String schema) {
        return new MariaDbMarkers(schema, MariaDbControl.database(url));
    }

    @Override
    public DriverControl driverControl() {
        return MariaDbControl.INSTANCE;
    }
}
