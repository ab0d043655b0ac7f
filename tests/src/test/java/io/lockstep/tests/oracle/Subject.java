package io.lockstep.tests.oracle;

import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One engine's database that texts are tried on: its schema, and how to read and rebuild it. */
final class Subject {
    private static final Pattern SEPARATOR = Pattern.compile(";;\\s*");

    private final Engine engine;
    private final Database database;

    Subject(Engine engine, Database database) {
        this.engine = engine;
        this.database = database;
    }

    Connection connect() throws SQLException {
        return database.connect();
    }

    Grammar grammar() {
        return Grammar.of("common.grammar", name() + ".grammar");
    }

    private String name() {
        return engine.name().toLowerCase(Locale.ROOT);
    }

    /** Makes the schema and its rows in an empty database. */
    void create() throws SQLException {
        try (Connection connection = connect()) {
            run(connection, schema());
        }
    }

    private static void run(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                try {
                    statement.execute(sql);
                } catch (SQLException e) {
                    throw new SQLException("in " + sql + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private List<String> schema() {
        String resource = name() + ".sql";
        try (InputStream in = Subject.class.getResourceAsStream(resource)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(SEPARATOR.split(text, 0)).filter(sql -> !sql.isBlank()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }

    /** Brings everything back to what {@link #create} made, after a text that committed. */
    void rebuild() throws SQLException {
        List<String> drop =
                switch (engine) {
                    case POSTGRESQL ->
                            List.of(
                                    "DROP SCHEMA IF EXISTS public, other CASCADE",
                                    "CREATE SCHEMA public");
                    case MARIADB ->
                            List.of(
                                    "DROP DATABASE " + database.name(),
                                    "CREATE DATABASE " + database.name(),
                                    "USE " + database.name());
                    case H2 -> List.of("DROP ALL OBJECTS");
                    case DERBY ->
                            throw new IllegalStateException(
                                    "a text has committed on Derby, where everything can be rolled"
                                            + " back");
                };
        try (Connection connection = connect()) {
            run(connection, drop);
            run(connection, schema());
        }
    }

    /** What {@link Digest} reads. */
    Map<String, String> queries() {
        Map<String, String> queries = new LinkedHashMap<>();
        switch (engine) {
            case POSTGRESQL -> postgresql(queries);
            case MARIADB -> mariadb(queries);
            case H2 -> h2(queries);
            case DERBY -> derby(queries);
        }
        // With their schema: a text may have set another one.
        String schema =
                switch (engine) {
                    case POSTGRESQL, H2 -> "public.";
                    case DERBY -> "app.";
                    case MARIADB -> database.name() + ".";
                };
        for (String table : List.of("item", "orders", "journal", "audited")) {
            queries.put(table, "SELECT * FROM " + schema + table);
        }
        String quote = engine == Engine.MARIADB ? "`" : "\"";
        queries.put("odd name", "SELECT * FROM " + schema + quote + "Odd Name" + quote);
        return queries;
    }

    private static void postgresql(Map<String, String> queries) {
        queries.put(
                Digest.SESSION,
                "SELECT name, setting, (SELECT count(*) FROM pg_locks WHERE locktype ="
                        + " 'advisory'), (SELECT count(*) FROM pg_prepared_statements WHERE"
                        + " from_sql), (SELECT count(*) FROM pg_cursors WHERE is_holdable)"
                        + " FROM pg_settings WHERE source = 'session' AND name NOT IN"
                        + " ('transaction_isolation', 'extra_float_digits',"
                        + " 'application_name')");
        queries.put(
                Digest.CATALOGUE,
                "SELECT relname, relkind, relnatts, obj_description(oid), (SELECT count(*)"
                        + " FROM pg_proc) FROM pg_class WHERE relnamespace NOT IN"
                        + " ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace,"
                        + " 'information_schema'::regnamespace)");
        queries.put(
                Digest.SEQUENCES,
                Stream.of("seq1", "seq2", "\"Odd Seq\"", "journal_id_seq", "orders_id_seq")
                        .map("SELECT 1, last_value, is_called FROM public.%s"::formatted)
                        .reduce((a, b) -> a + " UNION ALL " + b)
                        .orElseThrow());
    }

    private static void mariadb(Map<String, String> queries) {
        queries.put(
                Digest.SESSION,
                "SELECT @@sql_mode, @@time_zone, @@autocommit, @@sql_safe_updates,"
                        + " @@foreign_key_checks, @@unique_checks, @@sql_select_limit,"
                        + " @@character_set_client, @@collation_connection, DATABASE(),"
                        + " @a, @b, IS_USED_LOCK('l')");
        queries.put(
                Digest.CATALOGUE,
                "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, COLUMN_DEFAULT, (SELECT"
                        + " COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA ="
                        + " DATABASE()) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA"
                        + " = DATABASE()");
        queries.put(
                Digest.SEQUENCES,
                "SELECT 1, next_not_cached_value FROM seq1 UNION ALL SELECT 2,"
                        + " next_not_cached_value FROM seq2 UNION ALL SELECT 3,"
                        + " next_not_cached_value FROM `Odd Seq`");
    }

    private static void h2(Map<String, String> queries) {
        queries.put(Digest.SESSION, "SELECT * FROM INFORMATION_SCHEMA.SESSION_STATE");
        queries.put(
                Digest.CATALOGUE,
                "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_DEFAULT,"
                        + " (SELECT COUNT(*) FROM INFORMATION_SCHEMA.ROUTINES) FROM"
                        + " INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA <>"
                        + " 'INFORMATION_SCHEMA'");
        queries.put(
                Digest.SEQUENCES,
                "SELECT SEQUENCE_NAME, BASE_VALUE FROM INFORMATION_SCHEMA.SEQUENCES");
    }

    private static void derby(Map<String, String> queries) {
        queries.put(
                Digest.SESSION, "SELECT CURRENT SCHEMA, CURRENT ISOLATION FROM SYSIBM.SYSDUMMY1");
        queries.put(
                Digest.CATALOGUE,
                "SELECT t.TABLENAME, c.COLUMNNAME, CAST(c.COLUMNDATATYPE AS VARCHAR(200)),"
                        + " (SELECT COUNT(*) FROM SYS.SYSALIASES), (SELECT COUNT(*) FROM"
                        + " SYS.SYSCONGLOMERATES) FROM SYS.SYSTABLES t, SYS.SYSCOLUMNS c"
                        + " WHERE c.REFERENCEID = t.TABLEID AND t.TABLETYPE <> 'S'");
        queries.put(
                Digest.SEQUENCES,
                "SELECT SYSCS_UTIL.SYSCS_PEEK_AT_SEQUENCE('APP', 'SEQ1'),"
                        + " SYSCS_UTIL.SYSCS_PEEK_AT_SEQUENCE('APP', 'SEQ2'),"
                        + " SYSCS_UTIL.SYSCS_PEEK_AT_SEQUENCE('APP', 'Odd Seq')"
                        + " FROM SYSIBM.SYSDUMMY1");
    }

    @Override
    public String toString() {
        return engine.toString();
    }
}
