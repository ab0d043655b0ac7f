package io.lockstep.controller.bootstrap;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.Kind;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.TableName;
import io.lockstep.controller.execution.BackendHandle;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many rows each table has, as far as that can be told in a moment: no table is read further
 * than {@link #ROWS_COUNTED}. It shows a database with a schema but without its data, and two that
 * have long lived apart; it proves nothing about equal ones.
 */
final class FirstRows {
    private static final Logger log = LoggerFactory.getLogger(FirstRows.class);

    static final int ROWS_COUNTED = 1000;
    private static final Duration CONNECTION_WAIT = Duration.ofSeconds(5);
    private static final int QUERY_SECONDS = 10;

    private final Map<BackendHandle, Map<TableName, Integer>> known = new HashMap<>();

    /**
     * Compares two that have the same tables.
     *
     * @return one sentence for each table of which the numbers differ
     */
    List<String> differences(
            BackendHandle one, Catalogue first, BackendHandle other, Catalogue second)
            throws SQLException {
        Map<TableName, Integer> counts = counts(one, first);
        Map<TableName, Integer> others = counts(other, second);
        List<String> found = new ArrayList<>();
        for (Table table : first.tables().values()) {
            Integer count = counts.get(table.name());
            Integer otherCount =
                    same(table.name(), first, second).map(t -> others.get(t.name())).orElse(null);
            if (count != null && otherCount != null && !count.equals(otherCount)) {
                found.add(
                        "table %s has %s in %s, but %s in %s"
                                .formatted(
                                        table.name().name().toLowerCase(Locale.ROOT),
                                        rows(count),
                                        one,
                                        rows(otherCount),
                                        other));
            }
        }
        found.sort(null);
        return found;
    }

    private static Optional<Table> same(TableName name, Catalogue first, Catalogue second) {
        boolean byDefault = name.schema().equalsIgnoreCase(first.defaultSchema());
        return second.find(byDefault ? null : name.schema(), name.name());
    }

    private static String rows(int count) {
        return count > ROWS_COUNTED
                ? "more than " + ROWS_COUNTED + " rows"
                : count == 1 ? "1 row" : count + " rows";
    }

    private Map<TableName, Integer> counts(BackendHandle handle, Catalogue catalogue)
            throws SQLException {
        Map<TableName, Integer> counts = known.get(handle);
        if (counts == null) {
            counts = count(handle, catalogue);
            known.put(handle, counts);
        }
        return counts;
    }

    private static Map<TableName, Integer> count(BackendHandle handle, Catalogue catalogue)
            throws SQLException {
        Map<TableName, Integer> counts = new HashMap<>();
        BackendConnection connection = handle.backend().borrow(CONNECTION_WAIT);
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(QUERY_SECONDS);
            String quote = connection.jdbc().getMetaData().getIdentifierQuoteString().strip();
            for (Table table : catalogue.tables().values()) {
                if (table.kind() == Kind.TABLE) {
                    count(statement, quote, table.name(), counts, handle);
                }
            }
        } finally {
            connection.release();
        }
        return counts;
    }

    /** A table that cannot be read is left out: other safeguards judge whether that matters. */
    private static void count(
            Statement statement,
            String quote,
            TableName table,
            Map<TableName, Integer> counts,
            BackendHandle handle) {
        String text =
                "SELECT COUNT(*) FROM (SELECT 1 AS one FROM %s.%s FETCH FIRST %d ROWS ONLY) counted"
                        .formatted(
                                quoted(quote, table.schema()),
                                quoted(quote, table.name()),
                                ROWS_COUNTED + 1);
        try (ResultSet row = statement.executeQuery(text)) {
            row.next();
            counts.put(table, row.getInt(1));
        } catch (SQLException e) {
            log.warn("backend {}: rows of {} not counted: {}", handle, table, e.getMessage());
        }
    }

    private static String quoted(String quote, String name) {
        return quote + name.replace(quote, quote + quote) + quote;
    }
}
