package io.lockstep.backends.dialect;

import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.counters.Counter.CountedColumn;
import io.lockstep.backends.counters.CounterPosition;
import io.lockstep.backends.counters.Counters;
import io.lockstep.backends.dialect.CounterSql.Found;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** H2: sequences and identity columns alike are moved by RESTART, which waits for nobody. */
final class H2Counters implements Counters {
    static final H2Counters INSTANCE = new H2Counters();

    private static final char QUOTE = '"';
    private static final CounterSql.Style STYLE = new CounterSql.Style(QUOTE, "");

    private static final String SEQUENCE =
            "SELECT SEQUENCE_SCHEMA, SEQUENCE_NAME, BASE_VALUE, INCREMENT, MINIMUM_VALUE,"
                    + " MAXIMUM_VALUE FROM INFORMATION_SCHEMA.SEQUENCES WHERE"
                    + " LOWER(SEQUENCE_NAME) = ? ORDER BY SEQUENCE_SCHEMA <> CURRENT_SCHEMA";

    private static final String COLUMN =
            "SELECT TABLE_SCHEMA, TABLE_NAME, IDENTITY_BASE, IDENTITY_INCREMENT,"
                    + " IDENTITY_MINIMUM, IDENTITY_MAXIMUM, COLUMN_NAME FROM"
                    + " INFORMATION_SCHEMA.COLUMNS WHERE LOWER(TABLE_NAME) = ? AND"
                    + " LOWER(COLUMN_NAME) = ? ORDER BY TABLE_SCHEMA <> CURRENT_SCHEMA";

    private H2Counters() {}

    @Override
    public Optional<CounterPosition> position(
            Connection connection, Counter counter, boolean withRows) throws SQLException {
        return CounterSql.position(
                connection,
                counter,
                sequence(connection, counter),
                H2Counters::column,
                withRows,
                STYLE);
    }

    private static Found sequence(Connection connection, Counter counter) throws SQLException {
        return counter.sequence() == null
                ? null
                : CounterSql.find(
                        connection,
                        SEQUENCE,
                        List.of(counter.sequence()),
                        null,
                        row ->
                                new Found(
                                        row.getString(1),
                                        row.getString(2),
                                        null,
                                        position(
                                                row.getLong(3),
                                                row.getLong(4),
                                                row.getLong(5),
                                                row.getLong(6))));
    }

    /** Its position is null if it is no identity column. */
    private static Found column(Connection connection, CountedColumn column) throws SQLException {
        return CounterSql.find(
                connection,
                COLUMN,
                CounterSql.names(column),
                column.table().schema(),
                row ->
                        new Found(
                                row.getString(1),
                                row.getString(2),
                                row.getString(7),
                                row.getObject(3) == null
                                        ? null
                                        : position(
                                                row.getLong(3),
                                                row.getLong(4),
                                                row.getLong(5),
                                                row.getLong(6))));
    }

    private static CounterPosition position(long next, long increment, long minimum, long maximum) {
        return CounterPosition.of(next, increment, increment > 0 ? maximum : minimum);
    }

    @Override
    public void reserve(Connection connection, Counter counter, long used) throws SQLException {
        for (Found found : all(connection, counter)) {
            CounterPosition now = found.position();
            if (!now.exhausted() && !now.after(now.next(), used)) {
                restart(connection, found, used);
            }
        }
    }

    @Override
    public void settle(Connection connection, Counter counter, long used) throws SQLException {
        for (Found found : all(connection, counter)) {
            restart(connection, found, used);
        }
    }

    private static List<Found> all(Connection connection, Counter counter) throws SQLException {
        Found sequence = sequence(connection, counter);
        if (sequence != null) {
            return List.of(sequence);
        }
        List<Found> columns = new ArrayList<>();
        for (CountedColumn column : counter.columns()) {
            Found found = column(connection, column);
            if (found != null && found.position() != null) {
                columns.add(found);
            }
        }
        return columns;
    }

    /** One that has given its last value stays where it is. */
    private static void restart(Connection connection, Found found, long used) throws SQLException {
        CounterPosition now = found.position();
        CounterPosition wanted = CounterPosition.of(used, now.increment(), now.last()).past(used);
        if (wanted.exhausted()) {
            return;
        }
        CounterSql.execute(connection, restart(found, wanted.next()));
    }

    private static String restart(Found found, long next) {
        String what =
                found.column() == null
                        ? "ALTER SEQUENCE " + found.quoted(QUOTE)
                        : "ALTER TABLE "
                                + found.quoted(QUOTE)
                                + " ALTER COLUMN "
                                + found.quotedColumn(QUOTE);
        return what + " RESTART WITH " + next;
    }

    @Override
    public boolean tellsNext(Counter counter) {
        return true;
    }

    @Override
    public boolean repeat(Connection connection, Counter counter, long next, boolean inTransaction)
            throws SQLException {
        for (Found found : all(connection, counter)) {
            if (found.position().exhausted() || found.position().next() != next) {
                CounterSql.execute(connection, restart(found, next));
            }
        }
        return true;
    }

    @Override
    public boolean reserves(Counter counter) {
        return true;
    }

    @Override
    public Optional<String> catchUp(CountedColumn column, long next, boolean spelledHere) {
        return Optional.empty();
    }
}
