package io.lockstep.tests.oracle;

import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The ways to ask an engine for a value of its own, and the places where a write can hold one.
 * Table {@code v} has a column for each kind of value; {@code src} has rows 1 to 3.
 */
final class Matrix {
    private static final Set<Engine> ALL = Set.of(Engine.values());
    private static final Set<Engine> PG = Set.of(Engine.POSTGRESQL);
    private static final Set<Engine> MARIA = Set.of(Engine.MARIADB);
    private static final Set<Engine> H2 = Set.of(Engine.H2);
    private static final Set<Engine> DERBY = Set.of(Engine.DERBY);
    private static final Set<Engine> PG_H2 = Set.of(Engine.POSTGRESQL, Engine.H2);
    private static final Set<Engine> PG_H2_DERBY =
            Set.of(Engine.POSTGRESQL, Engine.H2, Engine.DERBY);

    /** Brings the rows back to what they are at first. */
    static final List<String> RESET =
            List.of(
                    "DELETE FROM v",
                    "INSERT INTO v (id, k) VALUES (1, 0)",
                    "INSERT INTO v (id, k) VALUES (2, 0)",
                    "UPDATE v SET ts = '2000-01-01 00:00:00', dt = '2000-01-01', tm = '00:00:00', n = 0.5, s = 'a'");

    private static final List<Spelling> SPELLINGS =
            List.of(
                    new Spelling("CURRENT_TIMESTAMP", "ts", ALL),
                    new Spelling("CURRENT_DATE", "dt", ALL),
                    new Spelling("CURRENT_TIME", "tm", ALL),
                    new Spelling("{fn CURDATE()}", "dt", ALL),
                    new Spelling("{fn CURTIME()}", "tm", ALL),
                    new Spelling("{fn NOW()}", "ts", Set.of(Engine.MARIADB, Engine.H2)),
                    new Spelling(
                            "now()", "ts", Set.of(Engine.POSTGRESQL, Engine.MARIADB, Engine.H2)),
                    new Spelling(
                            "LOCALTIMESTAMP",
                            "ts",
                            Set.of(Engine.POSTGRESQL, Engine.MARIADB, Engine.H2)),
                    new Spelling(
                            "CURRENT_TIMESTAMP(3)",
                            "ts",
                            Set.of(Engine.POSTGRESQL, Engine.MARIADB, Engine.H2)),
                    new Spelling("LOCALTIME", "tm", PG_H2),
                    new Spelling("CURRENT_TIMESTAMP + INTERVAL '1' DAY", "ts", PG_H2),
                    new Spelling("CAST(CURRENT_TIMESTAMP AS DATE)", "dt", ALL),
                    new Spelling("transaction_timestamp()", "ts", PG),
                    new Spelling("statement_timestamp()", "ts", PG),
                    new Spelling("clock_timestamp()", "ts", PG),
                    new Spelling("pg_catalog.now()", "ts", PG),
                    new Spelling("\"now\"()", "ts", PG),
                    new Spelling("timeofday()", "s", PG),
                    new Spelling("'now'::timestamp", "ts", PG),
                    new Spelling("CAST('now' AS timestamp)", "ts", PG),
                    new Spelling("TIMESTAMP 'now'", "ts", PG),
                    new Spelling("'today'::date", "dt", PG),
                    new Spelling("date_trunc('second', now())", "ts", PG),
                    new Spelling("extract(epoch FROM now())", "n", PG),
                    new Spelling("age(timestamp '2000-01-01')::text", "s", PG),
                    new Spelling("random()", "n", PG),
                    new Spelling("random(1, 1000000)", "n", PG),
                    new Spelling("gen_random_uuid()", "u", PG),
                    new Spelling("uuidv7()", "u", PG),
                    new Spelling("uuidv4()", "u", PG),
                    new Spelling("md5(random()::text)", "s", PG),
                    new Spelling("pg_backend_pid()", "n", PG),
                    new Spelling("txid_current()", "n", PG),
                    new Spelling("pg_current_xact_id()::text", "s", PG),
                    new Spelling("pg_current_wal_lsn()::text", "s", PG),
                    new Spelling("inet_server_port()", "n", PG),
                    new Spelling("random_normal()", "n", PG),
                    new Spelling("current_setting('port')::int", "n", PG),
                    new Spelling("pg_relation_filepath('src')", "s", PG),
                    new Spelling("'src'::regclass::oid::int", "n", PG),
                    new Spelling("(SELECT max(pid) FROM pg_stat_activity)", "n", PG),
                    new Spelling("(SELECT max(oid::bigint) FROM pg_class)", "n", PG),
                    new Spelling("SYSDATE()", "ts", MARIA),
                    new Spelling("@@server_id", "n", MARIA),
                    new Spelling("@@port", "n", MARIA),
                    new Spelling("@@timestamp", "n", MARIA),
                    new Spelling("NOW(6)", "ts", MARIA),
                    new Spelling("UTC_TIMESTAMP()", "ts", MARIA),
                    new Spelling("UTC_DATE()", "dt", MARIA),
                    new Spelling("UTC_TIME()", "tm", MARIA),
                    new Spelling("UTC_DATE", "dt", MARIA),
                    new Spelling("UTC_TIMESTAMP", "ts", MARIA),
                    new Spelling("CURDATE()", "dt", MARIA),
                    new Spelling("UNIX_TIMESTAMP()", "n", MARIA),
                    new Spelling("UNIX_TIMESTAMP(NOW(6))", "n", MARIA),
                    new Spelling("NOW() + INTERVAL 1 DAY", "ts", MARIA),
                    new Spelling("DATE_ADD(NOW(), INTERVAL 1 HOUR)", "ts", MARIA),
                    new Spelling("RAND()", "n", MARIA),
                    new Spelling("RAND(5)", "n", MARIA),
                    new Spelling("UUID()", "s", MARIA),
                    new Spelling("UUID_SHORT()", "n", MARIA),
                    new Spelling("SYS_GUID()", "s", MARIA),
                    new Spelling("CONNECTION_ID()", "n", MARIA),
                    new Spelling("HEX(RANDOM_BYTES(8))", "s", MARIA),
                    new Spelling("ENCRYPT('x')", "s", MARIA),
                    new Spelling(
                            "(SELECT MAX(ID) FROM information_schema.PROCESSLIST)", "n", MARIA),
                    new Spelling("SYSDATE", "ts", H2),
                    new Spelling("TODAY()", "dt", H2),
                    new Spelling("CURTIME()", "tm", H2),
                    new Spelling("DATEADD(DAY, 1, CURRENT_TIMESTAMP)", "ts", H2),
                    new Spelling("RANDOM_UUID()", "u", H2),
                    new Spelling("RAND()", "n", H2),
                    new Spelling("SECURE_RAND(4)", "s", H2),
                    new Spelling("SESSION_ID()", "n", H2),
                    new Spelling("DB_OBJECT_ID('TABLE', 'PUBLIC', 'V')", "n", H2),
                    new Spelling(
                            "(SELECT MAX(SESSION_ID) FROM INFORMATION_SCHEMA.SESSIONS)", "n", H2),
                    new Spelling("CURRENT TIMESTAMP", "ts", DERBY),
                    new Spelling("CURRENT DATE", "dt", DERBY),
                    new Spelling("CURRENT TIME", "tm", DERBY),
                    new Spelling(
                            "{fn TIMESTAMPADD(SQL_TSI_DAY, 1, CURRENT_TIMESTAMP)}", "ts", DERBY),
                    new Spelling("DATE(CURRENT_TIMESTAMP)", "dt", DERBY),
                    new Spelling("RANDOM()", "n", DERBY),
                    new Spelling("RAND(7)", "n", DERBY),
                    new Spelling(
                            "(SELECT MAX(CONGLOMERATENUMBER) FROM SYS.SYSCONGLOMERATES)",
                            "n",
                            DERBY));

    private static final List<Position> POSITIONS =
            List.of(
                    at("VALUES", ALL, "INSERT INTO v (id, <c>) VALUES (10, <v>)"),
                    at("VALUES twice", ALL, "INSERT INTO v (id, <c>) VALUES (10, <v>), (11, <v>)"),
                    at("SET by key", ALL, "UPDATE v SET <c> = <v> WHERE id = 1"),
                    at("SET all rows", ALL, "UPDATE v SET <c> = <v>"),
                    at(
                            "SET in CASE",
                            ALL,
                            "UPDATE v SET <c> = CASE WHEN id > 0 THEN <v> END WHERE id = 1"),
                    at("WHERE", ALL, "UPDATE v SET k = k + 1 WHERE <c> < <v>"),
                    at("DELETE WHERE", ALL, "DELETE FROM v WHERE <c> <> <v> AND id = 2"),
                    at(
                            "INSERT SELECT",
                            ALL,
                            "INSERT INTO v (id, <c>) SELECT id + 100, <v> FROM src"),
                    at(
                            "INSERT SELECT WHERE",
                            ALL,
                            "INSERT INTO v (id, k) SELECT id + 200, 5 FROM v WHERE <c> < <v>"),
                    at(
                            "sub-select",
                            Set.of(Engine.POSTGRESQL, Engine.MARIADB, Engine.H2),
                            "UPDATE v SET <c> = (SELECT <v>) WHERE id = 1"),
                    at("sub-select", DERBY, "UPDATE v SET <c> = (VALUES <v>) WHERE id = 1"),
                    at(
                            "sub-select with rows",
                            ALL,
                            "UPDATE v SET k = (SELECT COUNT(*) FROM src WHERE <v> IS NOT NULL)"),
                    at(
                            "upsert",
                            PG,
                            "INSERT INTO v (id, <c>) VALUES (1, <v>) ON CONFLICT (id) DO UPDATE SET <c> = <v>"),
                    at(
                            "upsert",
                            MARIA,
                            "INSERT INTO v (id, <c>) VALUES (1, <v>) ON DUPLICATE KEY UPDATE <c> = <v>"),
                    at("upsert", H2, "MERGE INTO v (id, <c>) KEY (id) VALUES (1, <v>)"),
                    at(
                            "upsert of several",
                            PG,
                            "INSERT INTO v (id, <c>) SELECT id, <v> FROM src ON CONFLICT (id) DO UPDATE SET <c> = excluded.<c>"),
                    at(
                            "upsert of several",
                            MARIA,
                            "INSERT INTO v (id, <c>) SELECT id, <v> FROM src ON DUPLICATE KEY UPDATE <c> = VALUES(<c>)"),
                    at("REPLACE", MARIA, "REPLACE INTO v (id, <c>) VALUES (1, <v>)"),
                    at("INSERT SET", MARIA, "INSERT INTO v SET id = 10, <c> = <v>"),
                    at(
                            "MERGE update",
                            PG_H2_DERBY,
                            "MERGE INTO v USING src ON v.id = src.id WHEN MATCHED THEN UPDATE SET <c> = <v>"),
                    at(
                            "MERGE insert",
                            PG_H2_DERBY,
                            "MERGE INTO v USING src ON v.id = src.id WHEN NOT MATCHED THEN INSERT (id, <c>) VALUES (src.id, <v>)"),
                    at(
                            "CTE",
                            PG,
                            "WITH x AS (SELECT <v> AS w) INSERT INTO v (id, <c>) SELECT 10, w FROM x"),
                    at(
                            "CTE",
                            Set.of(Engine.MARIADB, Engine.H2),
                            "INSERT INTO v (id, <c>) WITH x AS (SELECT <v> AS w) SELECT 10, w FROM x"),
                    at(
                            "CTE that modifies",
                            PG,
                            "WITH x AS (UPDATE v SET <c> = <v> WHERE id = 1 RETURNING id) INSERT INTO v (id, k) SELECT id + 50, 1 FROM x"),
                    new Position(
                            "prepared",
                            ALL,
                            1,
                            false,
                            List.of("INSERT INTO v (id, <c>) VALUES (?, <v>)")),
                    new Position(
                            "prepared UPDATE",
                            ALL,
                            1,
                            false,
                            List.of("UPDATE v SET <c> = <v>, k = ? WHERE id = 1")),
                    new Position(
                            "batch",
                            ALL,
                            3,
                            false,
                            List.of("INSERT INTO v (id, <c>) VALUES (?, <v>)")),
                    withDefault("DEFAULT, left out", "INSERT INTO d (id) VALUES (1)"),
                    withDefault("DEFAULT, two rows", "INSERT INTO d (id) VALUES (1), (2)"),
                    withDefault("DEFAULT, the word", "INSERT INTO d (id, c) VALUES (1, DEFAULT)"),
                    withDefault(
                            "DEFAULT, SET by key",
                            "INSERT INTO d (id, c) VALUES (1, NULL)",
                            "UPDATE d SET c = DEFAULT WHERE id = 1"),
                    withDefault(
                            "DEFAULT, SET all",
                            "INSERT INTO d (id, c) VALUES (1, NULL), (2, NULL)",
                            "UPDATE d SET c = DEFAULT"),
                    withDefault("DEFAULT, INSERT SELECT", "INSERT INTO d (id) SELECT id FROM src"));

    private Matrix() {}

    /**
     * A value.
     *
     * @param column of table {@code v} that it fits
     * @param engines that know it
     */
    record Spelling(String sql, String column, Set<Engine> engines) {}

    /**
     * A place.
     *
     * @param rows of a prepared statement with one parameter; 0 if it has none
     * @param ownTable it makes a table {@code d}
     */
    record Position(
            String name, Set<Engine> engines, int rows, boolean ownTable, List<String> templates) {
        List<String> statements(Spelling spelling, Engine engine) {
            List<String> statements = new ArrayList<>();
            for (String template : templates) {
                statements.add(
                        template.replace("<c>", spelling.column())
                                .replace("<v>", spelling.sql())
                                .replace("<type>", type(spelling.column(), engine)));
            }
            return statements;
        }
    }

    private static Position at(String name, Set<Engine> engines, String template) {
        return new Position(name, engines, 0, false, List.of(template));
    }

    private static Position withDefault(String name, String... templates) {
        List<String> all = new ArrayList<>();
        all.add("CREATE TABLE d (id INT NOT NULL PRIMARY KEY, c <type> DEFAULT <v>)");
        all.addAll(List.of(templates));
        return new Position(name, ALL, 0, true, all);
    }

    static List<Spelling> spellings(Set<Engine> engines) {
        return SPELLINGS.stream().filter(s -> s.engines().containsAll(engines)).toList();
    }

    static List<Position> positions(Set<Engine> engines) {
        return POSITIONS.stream().filter(p -> p.engines().containsAll(engines)).toList();
    }

    private static String type(String column, Engine engine) {
        return switch (column) {
            case "ts" -> engine == Engine.MARIADB ? "DATETIME(6)" : "TIMESTAMP";
            case "dt" -> "DATE";
            case "tm" -> engine == Engine.MARIADB ? "TIME(6)" : "TIME";
            case "n" -> "DOUBLE PRECISION";
            case "u" -> engine == Engine.POSTGRESQL || engine == Engine.H2 ? "UUID" : "CHAR(36)";
            default -> "VARCHAR(60)";
        };
    }

    static List<String> schema(Engine engine) {
        StringBuilder v = new StringBuilder("CREATE TABLE v (id INT NOT NULL PRIMARY KEY, k INT");
        for (String column : List.of("ts", "dt", "tm", "n", "u", "s")) {
            v.append(", ").append(column).append(' ').append(type(column, engine));
        }
        return List.of(
                v.append(")").toString(),
                "CREATE TABLE src (id INT NOT NULL PRIMARY KEY)",
                "INSERT INTO src VALUES (1), (2), (3)");
    }

    /** A position has left its table, or a part of the databases has it. */
    static boolean hasOwnTable(Connection connection) throws SQLException {
        String name = connection.getMetaData().storesUpperCaseIdentifiers() ? "D" : "d";
        try (ResultSet tables =
                connection
                        .getMetaData()
                        .getTables(connection.getCatalog(), null, name, new String[] {"TABLE"})) {
            return tables.next();
        }
    }
}
