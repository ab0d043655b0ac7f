package io.lockstep.cli.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes keywords and the names of tables, which are read at the first use. */
final class SqlCompleter implements Completer {
    private static final int TABLES_MAX = 2000;
    private static final List<String> KEYWORDS =
            List.of(
                    "ALTER TABLE",
                    "AND",
                    "AS",
                    "BEGIN",
                    "BETWEEN",
                    "BY",
                    "COMMIT",
                    "COUNT(*)",
                    "CREATE INDEX",
                    "CREATE TABLE",
                    "DELETE FROM",
                    "DESC",
                    "DISTINCT",
                    "DROP TABLE",
                    "EXISTS",
                    "FOR UPDATE",
                    "FROM",
                    "GROUP BY",
                    "HAVING",
                    "IN",
                    "INNER JOIN",
                    "INSERT INTO",
                    "IS NOT NULL",
                    "IS NULL",
                    "LEFT JOIN",
                    "LIKE",
                    "LIMIT",
                    "NOT",
                    "NULL",
                    "ON",
                    "OR",
                    "ORDER BY",
                    "PRIMARY KEY",
                    "ROLLBACK",
                    "SELECT",
                    "SET",
                    "UNION",
                    "UPDATE",
                    "VALUES",
                    "WHERE");

    private final Connection connection;
    private Set<String> tables;

    SqlCompleter(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        boolean lower = line.word().equals(line.word().toLowerCase(Locale.ROOT));
        for (String keyword : KEYWORDS) {
            candidates.add(new Candidate(lower ? keyword.toLowerCase(Locale.ROOT) : keyword));
        }
        tables().forEach(table -> candidates.add(new Candidate(table)));
    }

    private Set<String> tables() {
        if (tables == null) {
            tables = new TreeSet<>();
            try (ResultSet rows =
                    connection
                            .getMetaData()
                            .getTables(null, null, "%", new String[] {"TABLE", "VIEW"})) {
                while (rows.next() && tables.size() < TABLES_MAX) {
                    tables.add(rows.getString("TABLE_NAME"));
                }
            } catch (SQLException e) {
                // Completion is a convenience: keywords alone will do, the next statement tells.
                tables.clear();
            }
        }
        return tables;
    }
}
