package io.lockstep.backends.dialect;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.counters.Counters;
import io.lockstep.backends.markers.MarkerTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Apache Derby, embedded and through its network server. */
final class DerbyDialect implements Dialect {
    static final DerbyDialect INSTANCE = new DerbyDialect();

    private static final LexicalRules LEXICAL_RULES =
            new LexicalRules(false, false, false, false, false, true, false);

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("BYTEA", "BLOB"),
                    Map.entry("TINYBLOB", "BLOB"),
                    Map.entry("MEDIUMBLOB", "BLOB"),
                    Map.entry("LONGBLOB", "BLOB"),
                    Map.entry("LONGVARBINARY", "BLOB"),
                    Map.entry("VARBINARY", "VARCHAR(?) FOR BIT DATA"),
                    Map.entry("BINARY VARYING", "VARCHAR(?) FOR BIT DATA"),
                    Map.entry("TEXT", "CLOB"),
                    Map.entry("TINYTEXT", "CLOB"),
                    Map.entry("MEDIUMTEXT", "CLOB"),
                    Map.entry("LONGTEXT", "CLOB"),
                    Map.entry("LONGVARCHAR", "CLOB"),
                    Map.entry("NCLOB", "CLOB"),
                    Map.entry("NVARCHAR", "VARCHAR(?)"),
                    Map.entry("NCHAR", "CHAR(?)"),
                    // Derby's own always has nine digits and takes no argument.
                    Map.entry("DATETIME", "TIMESTAMP"),
                    Map.entry("TIMESTAMP", "TIMESTAMP"),
                    Map.entry("TIMESTAMP WITHOUT TIME ZONE", "TIMESTAMP"),
                    Map.entry("TINYINT", "SMALLINT"),
                    Map.entry("MEDIUMINT", "INTEGER"),
                    Map.entry("INT2", "SMALLINT"),
                    Map.entry("INT4", "INTEGER"),
                    Map.entry("INT8", "BIGINT"),
                    Map.entry("FLOAT4", "REAL"),
                    Map.entry("FLOAT8", "DOUBLE"),
                    Map.entry("BOOL", "BOOLEAN"));

    private DerbyDialect() {}

    @Override
    public String name() {
        return "derby";
    }

    @Override
    public LexicalRules lexicalRules() {
        return LEXICAL_RULES;
    }

    @Override
    public FailureClass classify(SQLException failure) {
        return FailureWalk.classify(failure, DerbyFailures::byState);
    }

    /** Derby knows lock limits for the whole database only: see {@link DerbyControl}. */
    @Override
    public List<String> sessionSetup(Duration lockWait) {
        return List.of();
    }

    @Override
    public Optional<String> setTimeZone(ZoneId zone) {
        return Optional.empty();
    }

    @Override
    public boolean driverConvertsInstants() {
        return true;
    }

    @Override
    public List<String> urlProblems(String url) {
        UrlSettings settings = DerbyControl.settings(url);
        List<String> problems = new ArrayList<>();
        if (DerbyControl.inMemory(url)) {
            problems.add(
                    "an in-memory database keeps nothing when its process ends; name a directory"
                            + " instead of memory:");
        }
        for (String attribute :
                List.of("shutdown", "drop", "restoreFrom", "rollForwardRecoveryFrom")) {
            if (settings.has(attribute)) {
                problems.add(
                        attribute + " acts on the database at every new connection; leave it out");
            }
        }
        return problems;
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
    public boolean failureDoomsTransaction() {
        return false;
    }

    /** Derby reads small tables whole, whatever their indexes, and locks what it reads. */
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
        return new DerbyCatalogue(connection, ownSchema).read();
    }

    @Override
    public Counters counters() {
        return DerbyCounters.INSTANCE;
    }

    @Override
    public MarkerTables markerTables(String url, String schema) {
        return new DerbyMarkers(schema);
    }

    @Override
    public DriverControl driverControl() {
        return DerbyControl.INSTANCE;
    }
}
