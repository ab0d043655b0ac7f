package io.lockstep.backends.dialect;

import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.counters.CounterPosition;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

/** H2: sequences and identity columns alike are moved by RESTART, which waits for nobody. */
final class H2Counters extends CounterSql {
    static final H2Counters INSTANCE = new H2Counters();

    private static final char QUOTE = '"';

    private static final String SEQUENCE =
            "SELECT SEQUENCE_SCHEMA, SEQUENCE_NAME, BASE_VALUE, INCREMENT, MINIMUM_VALUE,"
                    + " MAXIMUM_VALUE FROM INFORMATION_SCHEMA.SEQUENCES WHERE"
                    + " LOWER(SEQUENCE_NAME) = ? ORDER BY SEQUENCE_SCHEMA <> CURRENT_SCHEMA";

    private static final String COLUMN =
            "SELECT TABLE_SCHEMA, TABLE_NAME, IDENTITY_BASE, IDENTITY_INCREMENT,"
                    + " IDENTITY_MINIMUM, IDENTITY_MAXIMUM, COLUMN_NAME FROM"
                    + " INFORMATION_SCHEMA.COLUMNS WHERE LOWER(TABLE_NAME) = ? AND"
                    + " LOWER(COLUMN_NAME) = ? ORDER BY TABLE_SCHEMA <> CURRENT_SCHEMA";

    private H2Counters() {
        super(QUOTE, SEQUENCE, COLUMN);
    }

    @Override
    Found sequence(ResultSet row) throws SQLException {
        return new Found(row.getString(1), row.getString(2), null, position(row));
    }

    @Override
    Found column(ResultSet row) throws SQLException {
        return new Found(
                row.getString(1),
                row.getString(2),
                row.getString(7),
                row.getObject(3) == null ? null : position(row));
    }

    private static CounterPosition position(ResultSet row) throws SQLException {
        long increment = row.getLong(4);
        return CounterPosition.of(
                row.getLong(3), increment, increment > 0 ? row.getLong(6) : row.getLong(5));
    }

    @Override
    public void reserve(Connection connection, Counter counter, long used) throws SQLException {
        for (Found found : counting(connection, counter)) {
            if (found.position().mayReach(used)) {
                restart(connection, found, used);
            }
        }
    }

    @Override
    public void settle(Connection connection, Counter counter, long used) throws SQLException {
        for (Found found : counting(connection, counter)) {
            restart(connection, found, used);
        }
    }

    /** One that has given its last value stays where it is. */
    private static void restart(Connection connection, Found found, long used) throws SQLException {
        CounterPosition wanted = found.position().rightBehind(used);
        if (!wanted.exhausted()) {
            execute(connection, restart(found, wanted.next()));
        }
    }

    private static String restart(Found found, long next) {
        String what =
                found.isSequence()
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
        for (Found found : counting(connection, counter)) {
            if (found.position().exhausted() || found.position().next() != next) {
                execute(connection, restart(found, next));
            }
        }
        return true;
    }

    @Override
    public boolean reserves(Counter counter) {
        return true;
    }
}
