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
import java.util.Optional;

/** PostgreSQL: behind every numbered column stands a sequence, which setval moves. */
final class PostgresCounters extends CounterSql {
    static final PostgresCounters INSTANCE = new PostgresCounters();

    private static final char QUOTE = '"';

    private static final String SEQUENCE =
            "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
                    + " ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND"
                    + " pg_catalog.lower(c.relname) = ? ORDER BY"
                    + " pg_catalog.pg_table_is_visible(c.oid) DESC, n.nspname";

    private static final String COLUMN =
            "SELECT n.nspname, c.relname, a.attname FROM pg_catalog.pg_attribute a"
                    + " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                    + " WHERE pg_catalog.lower(c.relname) = ? AND pg_catalog.lower(a.attname) = ?"
                    + " AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped"
                    + " ORDER BY pg_catalog.pg_table_is_visible(c.oid) DESC, n.nspname";

    /** With its column: the sequence that this one owns. */
    private static final String OWNED =
            "SELECT n.nspname, s.relname FROM pg_catalog.pg_class s JOIN pg_catalog.pg_namespace n"
                    + " ON n.oid = s.relnamespace WHERE s.oid ="
                    + " pg_catalog.pg_get_serial_sequence(?, ?)::regclass";

    private PostgresCounters() {
        super(QUOTE, SEQUENCE, COLUMN);
    }

    @Override
    Found sequence(ResultSet row) throws SQLException {
        return new Found(row.getString(1), row.getString(2), null, null);
    }

    @Override
    Found column(ResultSet row) throws SQLException {
        return new Found(row.getString(1), row.getString(2), row.getString(3), null);
    }

    @Override
    public Optional<CounterPosition> position(
            Connection connection, Counter counter, boolean withRows) throws SQLException {
        CounterPosition furthest = null;
        for (Found sequence : sequences(connection, counter)) {
            CounterPosition position = position(connection, sequence);
            furthest = furthest == null ? position : furthest.furthest(position);
        }
        for (CountedColumn column : counter.columns()) {
            Found found = withRows ? column(connection, column) : null;
            if (found != null) {
                furthest = pastRows(connection, found, furthest);
            }
        }
        return Optional.ofNullable(furthest);
    }

    /** The named one, or those that the columns own. */
    private List<Found> sequences(Connection connection, Counter counter) throws SQLException {
        Found named = sequence(connection, counter);
        if (named != null) {
            return List.of(named);
        }
        List<Found> sequences = new ArrayList<>();
        for (CountedColumn column : counter.columns()) {
            Found found = column(connection, column);
            Found owned = found == null ? null : owned(connection, found);
            if (owned != null) {
                sequences.add(owned);
            }
        }
        return sequences;
    }

    private Found owned(Connection connection, Found column) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OWNED)) {
            statement.setString(1, column.quoted(QUOTE));
            statement.setString(2, column.column());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? sequence(row) : null;
            }
        }
    }

    private static CounterPosition position(Connection connection, Found sequence)
            throws SQLException {
        String name = sequence.quoted(QUOTE);
        String query =
                "SELECT s.last_value, s.is_called, p.seqincrement, p.seqmin, p.seqmax FROM "
                        + name
                        + " s, pg_catalog.pg_sequence p WHERE p.seqrelid = '"
                        + name.replace("'", "''")
                        + "'::regclass";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            long increment = row.getLong(3);
            long last = increment > 0 ? row.getLong(5) : row.getLong(4);
            CounterPosition position = CounterPosition.of(row.getLong(1), increment, last);
            return row.getBoolean(2) ? position.past(row.getLong(1)) : position;
        }
    }

    @Override
    public void reserve(Connection connection, Counter counter, long used) throws SQLException {
        for (Found sequence : sequences(connection, counter)) {
            if (position(connection, sequence).mayReach(used)) {
                set(connection, sequence, used, true);
            }
        }
    }

    @Override
    public void settle(Connection connection, Counter counter, long used) throws SQLException {
        for (Found sequence : sequences(connection, counter)) {
            CounterPosition wanted = position(connection, sequence).rightBehind(used);
            // What is in front of its first value a sequence cannot have given.
            set(
                    connection,
                    sequence,
                    wanted.exhausted() ? used : wanted.next(),
                    wanted.exhausted());
        }
    }

    private static void set(Connection connection, Found sequence, long value, boolean used)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        "SELECT pg_catalog.setval(CAST(? AS regclass), ?, ?)")) {
            statement.setString(1, sequence.quoted(QUOTE));
            statement.setLong(2, value);
            statement.setBoolean(3, used);
            statement.executeQuery().close();
        }
    }

    @Override
    public boolean tellsNext(Counter counter) {
        return true;
    }

    @Override
    public boolean repeat(Connection connection, Counter counter, long next, boolean inTransaction)
            throws SQLException {
        for (Found sequence : sequences(connection, counter)) {
            set(connection, sequence, next, false);
        }
        return true;
    }

    @Override
    public boolean reserves(Counter counter) {
        return true;
    }
}
