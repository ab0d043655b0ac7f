package io.lockstep.backends.dialect;

import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.counters.Counter.CountedColumn;
import io.lockstep.backends.counters.CounterPosition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * Derby: an identity column is moved by RESTART, which takes its table for itself; a sequence only
 * by drawing from it.
 */
final class DerbyCounters extends CounterSql {
    static final DerbyCounters INSTANCE = new DerbyCounters();

    private static final char QUOTE = '"';

    /** About three seconds of drawing. */
    private static final int DRAWN_MAX = 100_000;

    /** Without locks: with them it would keep others from drawing, and fail them after a while. */
    private static final String SEQUENCE =
            "SELECT s.SCHEMANAME, q.SEQUENCENAME, q.INCREMENT, q.MINIMUMVALUE, q.MAXIMUMVALUE"
                    + " FROM SYS.SYSSEQUENCES q JOIN SYS.SYSSCHEMAS s ON s.SCHEMAID = q.SCHEMAID"
                    + " WHERE LOWER(q.SEQUENCENAME) = ? WITH UR";

    private static final String COLUMN =
            "SELECT s.SCHEMANAME, t.TABLENAME, c.COLUMNNAME, c.AUTOINCREMENTINC"
                    + " FROM SYS.SYSCOLUMNS c JOIN SYS.SYSTABLES t ON t.TABLEID = c.REFERENCEID"
                    + " JOIN SYS.SYSSCHEMAS s ON s.SCHEMAID = t.SCHEMAID"
                    + " WHERE LOWER(t.TABLENAME) = ? AND LOWER(c.COLUMNNAME) = ? WITH UR";

    private DerbyCounters() {
        super(QUOTE, SEQUENCE, COLUMN);
    }

    @Override
    String behindQuery() {
        return " WITH UR";
    }

    @Override
    String sequenceSchema(Connection connection) throws SQLException {
        return connection.getSchema();
    }

    /** With its increment, but not with what comes next. */
    @Override
    Found sequence(ResultSet row) throws SQLException {
        long increment = row.getLong(3);
        long last = increment > 0 ? row.getLong(5) : row.getLong(4);
        return new Found(
                row.getString(1),
                row.getString(2),
                null,
                CounterPosition.of(last, increment, last));
    }

    /** With its increment, but not with what comes next. */
    @Override
    Found column(ResultSet row) throws SQLException {
        long increment = row.getLong(4);
        boolean counts = !row.wasNull() && increment != 0;
        long last = increment > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
        return new Found(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                counts ? CounterPosition.of(last, increment, last) : null);
    }

    @Override
    Found positioned(Connection connection, Found found) throws SQLException {
        if (found.position() == null) {
            return found;
        }
        return peek(
                connection,
                found.isSequence()
                        ? "SYSCS_UTIL.SYSCS_PEEK_AT_SEQUENCE"
                        : "SYSCS_UTIL.SYSCS_PEEK_AT_IDENTITY",
                found);
    }

    /** With the value that comes next; the functions say null when there is none. */
    private static Found peek(Connection connection, String function, Found found)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("VALUES " + function + "(?, ?)")) {
            statement.setString(1, found.schema());
            statement.setString(2, found.name());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                long next = row.getLong(1);
                CounterPosition limits = found.position();
                return found.at(
                        row.wasNull()
                                ? new CounterPosition(
                                        limits.last(), limits.increment(), limits.last(), true)
                                : CounterPosition.of(next, limits.increment(), limits.last()));
            }
        }
    }

    @Override
    public void reserve(Connection connection, Counter counter, long used) throws SQLException {
        Found sequence = sequence(connection, counter);
        if (sequence != null) {
            draw(connection, sequence, used);
        }
    }

    /** Derby has no ALTER SEQUENCE. */
    private static void draw(Connection connection, Found sequence, long used) throws SQLException {
        CounterPosition now = sequence.position();
        if (!now.mayReach(used)) {
            return;
        }
        long count = Math.subtractExact(used, now.next()) / now.increment() + 1;
        if (count > DRAWN_MAX) {
            throw new SQLException(
                    "sequence %s is %,d values behind, and Derby moves one only by drawing from it, at most %,d here. Create it anew, starting behind %d"
                            .formatted(sequence.name(), count, DRAWN_MAX, used),
                    "2200H");
        }
        // A limit of the driver's would not do: its server fills whole blocks of rows.
        String query =
                "SELECT NEXT VALUE FOR %s FROM SYS.SYSCOLUMNS a, SYS.SYSCOLUMNS b, SYS.SYSSCHEMAS c FETCH FIRST %d ROWS ONLY"
                        .formatted(sequence.quoted(QUOTE), count);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                // Each row has drawn a value.
            }
        }
    }

    @Override
    public void settle(Connection connection, Counter counter, long used) throws SQLException {
        for (Found found : counting(connection, counter)) {
            CounterPosition wanted = found.position().rightBehind(used);
            if (found.isSequence()) {
                draw(connection, found, used);
            } else if (!wanted.exhausted()) {
                restart(connection, found, wanted.next());
            }
        }
    }

    private static void restart(Connection connection, Found column, long next)
            throws SQLException {
        execute(connection, restart(column.quoted(QUOTE), column.quotedColumn(QUOTE), next));
    }

    private static String restart(String table, String column, long next) {
        return "ALTER TABLE %s ALTER COLUMN %s RESTART WITH %d".formatted(table, column, next);
    }

    /** Where a column stands does not show before its own transaction has ended. */
    @Override
    public boolean tellsNext(Counter counter) {
        return counter.sequence() != null;
    }

    /** A sequence cannot go back. */
    @Override
    public boolean repeat(Connection connection, Counter counter, long next, boolean inTransaction)
            throws SQLException {
        Found sequence = sequence(connection, counter);
        if (sequence != null) {
            CounterPosition now = sequence.position();
            boolean behind = !now.exhausted() && now.after(next, now.next());
            if (behind) {
                draw(connection, sequence, next - now.increment());
            }
            return behind || (!now.exhausted() && now.next() == next);
        }
        for (Found column : numbered(connection, counter, this::namedColumn)) {
            restart(connection, column, next);
        }
        return true;
    }

    @Override
    public boolean reserves(Counter counter) {
        return counter.sequence() != null;
    }

    @Override
    public Optional<String> catchUp(CountedColumn column, long next, boolean spelledHere) {
        String table = column.table().name();
        return Optional.of(
                spelledHere
                        ? restart(
                                quote(column.table().schema(), QUOTE) + "." + quote(table, QUOTE),
                                quote(column.column(), QUOTE),
                                next)
                        : restart(table, column.column(), next));
    }
}
