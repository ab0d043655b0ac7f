package io.lockstep.backends.dialect;

import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.counters.Counter.CountedColumn;
import io.lockstep.backends.counters.CounterPosition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the engines' counters have in common: finding things by name, and the rows' own values. */
final class CounterSql {
    /** Of a column that no counter is found for. */
    static final CounterPosition UNKNOWN = CounterPosition.of(1, 1, Long.MAX_VALUE);

    private CounterSql() {}

    /** A sequence or column as this database spells it, and where it stands. */
    record Found(String schema, String name, String column, CounterPosition position) {
        /** {@code "schema"."name"} in the given quotes. */
        String quoted(char quote) {
            return quote(schema, quote) + "." + quote(name, quote);
        }

        String quotedColumn(char quote) {
            return quote(column, quote);
        }
    }

    static String quote(String name, char quote) {
        String mark = String.valueOf(quote);
        return mark + name.replace(mark, mark + mark) + mark;
    }

    /**
     * How the engine wants it written.
     *
     * @param behindQuery what makes a query see, rather than wait for, rows not yet committed
     */
    record Style(char quote, String behindQuery) {}

    /** Reads one row of a query into what it found. */
    @FunctionalInterface
    interface Reader {
        Found read(ResultSet row) throws SQLException;
    }

    /**
     * The one object of this name. Engines fold names and call their schemas in their own way, so
     * case is ignored; of several the one in the named schema, else the first.
     */
    static Found find(
            Connection connection, String query, List<String> names, String schema, Reader reader)
            throws SQLException {
        List<Found> all = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < names.size(); i++) {
                statement.setString(i + 1, names.get(i).toLowerCase(Locale.ROOT));
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    all.add(reader.read(row));
                }
            }
        }
        for (Found found : all) {
            if (found.schema().equalsIgnoreCase(schema)) {
                return found;
            }
        }
        return all.isEmpty() ? null : all.get(0);
    }

    static List<String> names(CountedColumn column) {
        return List.of(column.table().name(), column.column());
    }

    /** The position behind the values that the column's rows hold. */
    static CounterPosition pastRows(
            Connection connection, Found column, Style style, CounterPosition position)
            throws SQLException {
        String query =
                "SELECT %s(%s) FROM %s%s"
                        .formatted(
                                position.increment() > 0 ? "MAX" : "MIN",
                                column.quotedColumn(style.quote()),
                                column.quoted(style.quote()),
                                style.behindQuery());
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            long used = row.getLong(1);
            return row.wasNull() ? position : position.past(used);
        }
    }

    /** Finds a column of this database; null if there is none. */
    @FunctionalInterface
    interface ColumnFinder {
        Found find(Connection connection, CountedColumn column) throws SQLException;
    }

    /**
     * Where a counter stands that is the sequence, if there is one, and otherwise its columns' own.
     */
    static Optional<CounterPosition> position(
            Connection connection,
            Counter counter,
            Found sequence,
            ColumnFinder finder,
            boolean withRows,
            Style style)
            throws SQLException {
        CounterPosition furthest = sequence == null ? null : sequence.position();
        for (CountedColumn column : counter.columns()) {
            Found found = sequence == null || withRows ? finder.find(connection, column) : null;
            if (found == null) {
                continue;
            }
            CounterPosition own = sequence == null ? found.position() : null;
            if (own != null) {
                furthest = furthest == null ? own : furthest.furthest(own);
            }
            if (withRows) {
                furthest =
                        pastRows(connection, found, style, furthest == null ? UNKNOWN : furthest);
            }
        }
        return Optional.ofNullable(furthest);
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
