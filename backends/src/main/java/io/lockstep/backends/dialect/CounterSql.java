package io.lockstep.backends.dialect;

import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.counters.Counter.CountedColumn;
import io.lockstep.backends.counters.CounterPosition;
import io.lockstep.backends.counters.Counters;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the engines' counters have in common: finding things by name, and the rows' own values. A
 * subclass says what its catalogue's rows mean, and how its engine moves a counter.
 */
abstract class CounterSql implements Counters {
    /** Of a column that no counter is found for. */
    private static final CounterPosition UNKNOWN = CounterPosition.of(1, 1, Long.MAX_VALUE);

    private final char quote;
    private final String sequences;
    private final String columns;

    /**
     * @param quote around names
     * @param sequences finds sequences by their name in lower case
     * @param columns finds columns by their table's and their own name in lower case
     */
    CounterSql(char quote, String sequences, String columns) {
        this.quote = quote;
        this.sequences = sequences;
        this.columns = columns;
    }

    /**
     * A sequence or column as this database spells it, and where it stands.
     *
     * @param column null of a sequence
     * @param position null of a column that is not numbered
     */
    record Found(String schema, String name, String column, CounterPosition position) {
        boolean isSequence() {
            return column == null;
        }

        Found at(CounterPosition now) {
            return new Found(schema, name, column, now);
        }

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

    /** What a row of the query for sequences says. */
    abstract Found sequence(ResultSet row) throws SQLException;

    /** What a row of the query for columns says. */
    abstract Found column(ResultSet row) throws SQLException;

    /** With its position, where that has to be asked of the counter itself. */
    Found positioned(Connection connection, Found found) throws SQLException {
        return found;
    }

    /** In which sequences are looked for first; null: the query's own order tells. */
    String sequenceSchema(Connection connection) throws SQLException {
        return null;
    }

    /** Behind a query, to see rows not yet committed rather than wait for them. */
    String behindQuery() {
        return "";
    }

    /** Reads one row of a query into what it found. */
    @FunctionalInterface
    private interface Reader {
        Found read(ResultSet row) throws SQLException;
    }

    /**
     * The one object of this name. Engines fold names and call their schemas in their own way, so
     * case is ignored; of several the one in the named schema, else the first.
     */
    private static Found find(
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

    /** The counter's own; null if it has none, or this database lacks it. */
    final Found sequence(Connection connection, Counter counter) throws SQLException {
        if (counter.sequence() == null) {
            return null;
        }
        Found found =
                find(
                        connection,
                        sequences,
                        List.of(counter.sequence()),
                        sequenceSchema(connection),
                        this::sequence);
        return found == null ? null : positioned(connection, found);
    }

    /** Null if this database has no such column. */
    final Found column(Connection connection, CountedColumn column) throws SQLException {
        Found found = namedColumn(connection, column);
        return found == null ? null : positioned(connection, found);
    }

    /** The same as the catalogue shows it. */
    final Found namedColumn(Connection connection, CountedColumn column) throws SQLException {
        return find(
                connection,
                columns,
                List.of(column.table().name(), column.column()),
                column.table().schema(),
                this::column);
    }

    /** Finds a column of this database; null if there is none. */
    @FunctionalInterface
    interface ColumnFinder {
        Found find(Connection connection, CountedColumn column) throws SQLException;
    }

    /** The sequence, if there is one, and otherwise the columns that are numbered. */
    final List<Found> counting(Connection connection, Counter counter) throws SQLException {
        Found sequence = sequence(connection, counter);
        return sequence == null ? numbered(connection, counter, this::column) : List.of(sequence);
    }

    static List<Found> numbered(Connection connection, Counter counter, ColumnFinder finder)
            throws SQLException {
        List<Found> numbered = new ArrayList<>();
        for (CountedColumn column : counter.columns()) {
            Found found = finder.find(connection, column);
            if (found != null && found.position() != null) {
                numbered.add(found);
            }
        }
        return numbered;
    }

    /** Where a counter stands that is the sequence, if there is one, and otherwise its columns'. */
    @Override
    public Optional<CounterPosition> position(
            Connection connection, Counter counter, boolean withRows) throws SQLException {
        Found sequence = sequence(connection, counter);
        CounterPosition furthest = sequence == null ? null : sequence.position();
        for (CountedColumn column : counter.columns()) {
            Found found = sequence == null || withRows ? column(connection, column) : null;
            if (found == null) {
                continue;
            }
            CounterPosition own = sequence == null ? found.position() : null;
            if (own != null) {
                furthest = furthest == null ? own : furthest.furthest(own);
            }
            if (withRows) {
                furthest = pastRows(connection, found, furthest);
            }
        }
        return Optional.ofNullable(furthest);
    }

    /**
     * The position behind the values that the column's rows hold.
     *
     * @param known where its counter stands; null if there is none
     */
    final CounterPosition pastRows(Connection connection, Found column, CounterPosition known)
            throws SQLException {
        CounterPosition position = known == null ? UNKNOWN : known;
        String query =
                "SELECT %s(%s) FROM %s%s"
                        .formatted(
                                position.increment() > 0 ? "MAX" : "MIN",
                                column.quotedColumn(quote),
                                column.quoted(quote),
                                behindQuery());
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            long used = row.getLong(1);
            return row.wasNull() ? position : position.past(used);
        }
    }

    /** Nothing: a counter of this engine that cannot be kept ahead follows the rows by itself. */
    @Override
    public Optional<String> catchUp(CountedColumn column, long next, boolean spelledHere) {
        return Optional.empty();
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
