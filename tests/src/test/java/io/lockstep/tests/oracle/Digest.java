package io.lockstep.tests.oracle;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a database holds, part by part: the rows of each table, the sequences, the catalogue, the
 * state of the connection.
 *
 * @param parts contents by name; tables under their own, the others under a name in brackets
 */
record Digest(Map<String, String> parts) {
    /** The connection's own settings, locks and prepared statements. */
    static final String SESSION = "(session)";

    /** Names of tables, columns and routines. */
    static final String CATALOGUE = "(catalogue)";

    static final String SEQUENCES = "(sequences)";

    /**
     * Reads all of it.
     *
     * @param queries by part
     */
    static Digest of(Connection connection, Map<String, String> queries) throws SQLException {
        Map<String, String> parts = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> query : queries.entrySet()) {
                parts.put(query.getKey(), contents(statement, query.getValue()));
            }
        }
        return new Digest(parts);
    }

    /** A part that is gone is a change like others; the catalogue, which comes first, tells. */
    private static String contents(Statement statement, String query) {
        try {
            return rows(statement, query);
        } catch (SQLException unreadable) {
            return unreadable.getMessage();
        }
    }

    /** The rows in any order, duplicates counted. */
    private static String rows(Statement statement, String query) throws SQLException {
        Map<String, Integer> rows = new TreeMap<>();
        try (ResultSet result = statement.executeQuery(query)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= columns; i++) {
                    row.append(result.getString(i)).append('|');
                }
                rows.merge(row.toString(), 1, Integer::sum);
            }
        }
        return rows.toString();
    }

    /** The parts that are not as in the other one. */
    Set<String> changedSince(Digest before) {
        Set<String> changed = new TreeSet<>();
        parts.forEach(
                (part, content) -> {
                    if (!content.equals(before.parts.get(part))) {
                        changed.add(part);
                    }
                });
        return changed;
    }
}
