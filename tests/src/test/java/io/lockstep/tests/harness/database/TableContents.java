package io.lockstep.tests.harness.database;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All rows of all user tables of one database, in a form that is the same whatever the engine.
 *
 * <p>Names are compared without case, columns by name, values by {@link CanonicalValue}; the order
 * of rows and of columns does not count, duplicates do. Lockstep's own tables are left out.
 * Everything is held in memory, big values as their digest: meant for thousands of rows.
 */
public final class TableContents {
    private static final Set<String> SYSTEM_SCHEMAS =
            Set.of(
                    "INFORMATION_SCHEMA",
                    "PG_CATALOG",
                    "SYS",
                    "SYSIBM",
                    "MYSQL",
                    "PERFORMANCE_SCHEMA");
    private static final String OWN_PREFIX = "LOCKSTEP";
    private static final int DIFFERENCES_SHOWN = 10;

    /** Each row with the number of times it occurs, so that duplicate rows count. */
    private record Rows(List<String> columns, SortedMap<String, Integer> counts) {
        int size() {
            return counts.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    private final SortedMap<String, Rows> tables;

    private TableContents(SortedMap<String, Rows> tables) {
        this.tables = tables;
    }

    /** Reads a database on a connection of its own. Nobody should be writing. */
    public static TableContents of(Database database) throws SQLException {
        try (Connection connection = database.connect()) {
            return of(connection);
        }
    }

    public static TableContents of(Connection connection) throws SQLException {
        SortedMap<String, Rows> tables = new TreeMap<>();
        DatabaseMetaData metaData = connection.getMetaData();
        String quote = metaData.getIdentifierQuoteString();
        String catalog = connection.getCatalog();
        List<String[]> names = new ArrayList<>();
        try (ResultSet found =
                metaData.getTables(
                        catalog == null || catalog.isEmpty() ? null : catalog,
                        null,
                        "%",
                        new String[] {"TABLE", "BASE TABLE"})) {
            while (found.next()) {
                names.add(
                        new String[] {
                            found.getString("TABLE_SCHEM"), found.getString("TABLE_NAME")
                        });
            }
        }
        for (String[] name : names) {
            String schema = name[0];
            if (isUserTable(schema, name[1])) {
                String qualified =
                        (schema == null ? "" : quote + schema + quote + ".")
                                + quote
                                + name[1]
                                + quote;
                tables.put(name[1].toUpperCase(Locale.ROOT), read(connection, qualified));
            }
        }
        return new TableContents(tables);
    }

    /** Fails unless all databases hold the same rows; the message shows the first that differ. */
    public static void assertSame(List<Database> databases) throws SQLException {
        Database first = databases.get(0);
        TableContents expected = of(first);
        for (Database other : databases.subList(1, databases.size())) {
            List<String> differences = expected.differences(of(other));
            if (!differences.isEmpty()) {
                throw new AssertionError(
                        "%s (left) and %s (right) differ:%n%s"
                                .formatted(first, other, String.join("\n", differences)));
            }
        }
    }

    /** One line for each finding, nothing if both hold the same; left is this one. */
    public List<String> differences(TableContents right) {
        List<String> findings = new ArrayList<>();
        Set<String> names = new java.util.TreeSet<>(tables.keySet());
        names.addAll(right.tables.keySet());
        for (String name : names) {
            Rows leftRows = tables.get(name);
            Rows rightRows = right.tables.get(name);
            if (leftRows == null || rightRows == null) {
                findings.add(
                        "table "
                                + name
                                + " is only on the "
                                + (leftRows == null ? "right" : "left"));
            } else if (!leftRows.columns.equals(rightRows.columns)) {
                findings.add(
                        "table "
                                + name
                                + " has columns "
                                + leftRows.columns
                                + " on the left, "
                                + rightRows.columns
                                + " on the right");
            } else if (!leftRows.counts.equals(rightRows.counts)) {
                findings.add(
                        "table "
                                + name
                                + leftRows.columns
                                + ": "
                                + leftRows.size()
                                + " rows on the left, "
                                + rightRows.size()
                                + " on the right");
                findings.addAll(surplus("left", leftRows, rightRows));
                findings.addAll(surplus("right", rightRows, leftRows));
            }
        }
        return findings;
    }

    /** How many rows a table has; 0 if there is no such table. */
    public int rowCount(String table) {
        Rows rows = tables.get(table.toUpperCase(Locale.ROOT));
        return rows == null ? 0 : rows.size();
    }

    public Set<String> tableNames() {
        return Collections.unmodifiableSet(tables.keySet());
    }

    private static List<String> surplus(String side, Rows rows, Rows others) {
        List<String> all = new ArrayList<>();
        for (Map.Entry<String, Integer> row : rows.counts.entrySet()) {
            int more = row.getValue() - others.counts.getOrDefault(row.getKey(), 0);
            if (more > 0) {
                all.add(
                        "  only "
                                + side
                                + (more == 1 ? ": " : " (" + more + " times): ")
                                + row.getKey());
            }
        }
        int shown = Math.min(all.size(), DIFFERENCES_SHOWN);
        List<String> lines = new ArrayList<>(all.subList(0, shown));
        if (shown < all.size()) {
            lines.add("  ... and " + (all.size() - shown) + " more only " + side);
        }
        return lines;
    }

    private static boolean isUserTable(String schema, String table) {
        if (table.toUpperCase(Locale.ROOT).startsWith(OWN_PREFIX)) {
            return false;
        }
        if (schema == null) {
            return true;
        }
        String upper = schema.toUpperCase(Locale.ROOT);
        return !SYSTEM_SCHEMAS.contains(upper) && !upper.startsWith(OWN_PREFIX);
    }

    private static Rows read(Connection connection, String qualifiedName) throws SQLException {
        SortedMap<String, Integer> counts = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT * FROM " + qualifiedName)) {
            SortedMap<String, Integer> columns = columnIndexes(result.getMetaData());
            while (result.next()) {
                List<String> values = new ArrayList<>();
                for (int column : columns.values()) {
                    values.add(CanonicalValue.of(result, column));
                }
                counts.merge(
                        values.stream().collect(Collectors.joining(", ", "(", ")")),
                        1,
                        Integer::sum);
            }
            return new Rows(List.copyOf(columns.keySet()), counts);
        }
    }

    private static SortedMap<String, Integer> columnIndexes(ResultSetMetaData metaData)
            throws SQLException {
        SortedMap<String, Integer> columns = new TreeMap<>();
        for (int column = 1; column <= metaData.getColumnCount(); column++) {
            columns.put(metaData.getColumnName(column).toUpperCase(Locale.ROOT), column);
        }
        return columns;
    }
}
