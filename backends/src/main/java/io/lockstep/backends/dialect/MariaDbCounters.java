package io.lockstep.backends.dialect;

import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.counters.CounterPosition;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * MariaDB: AUTO_INCREMENT follows every value that is inserted, so only sequences have to be moved.
 * Only the connection's own database is looked at.
 */
final class MariaDbCounters extends CounterSql {
    static final MariaDbCounters INSTANCE = new MariaDbCounters();

    private static final char QUOTE = '`';

    private static final String SEQUENCE =
            "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA ="
                    + " DATABASE() AND TABLE_TYPE = 'SEQUENCE' AND LOWER(TABLE_NAME) = ?";

    private static final String COLUMN =
            "SELECT t.TABLE_SCHEMA, t.TABLE_NAME, c.COLUMN_NAME, CASE WHEN LOWER(c.EXTRA) LIKE"
                    + " '%auto_increment%' THEN COALESCE(t.AUTO_INCREMENT, 1) END"
                    + " FROM information_schema.TABLES t JOIN information_schema.COLUMNS c"
                    + " ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME"
                    + " WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE'"
                    + " AND LOWER(t.TABLE_NAME) = ? AND LOWER(c.COLUMN_NAME) = ?";

    private MariaDbCounters() {
        super(QUOTE, SEQUENCE, COLUMN);
    }

    @Override
    Found sequence(ResultSet row) throws SQLException {
        return new Found(row.getString(1), row.getString(2), null, null);
    }

    @Override
    Found column(ResultSet row) throws SQLException {
        return new Found(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getObject(4) == null
                        ? null
                        : CounterPosition.of(row.getLong(4), 1, Long.MAX_VALUE));
    }

    @Override
    Found positioned(Connection connection, Found found) throws SQLException {
        return found.isSequence() ? found.at(read(connection, found)) : found;
    }

    /** What the server holds ready in its memory counts as given out. */
    private static CounterPosition read(Connection connection, Found sequence) throws SQLException {
        String query =
                "SELECT next_not_cached_value, increment, minimum_value, maximum_value FROM "
                        + sequence.quoted(QUOTE);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            // 0 stands for the server's own auto_increment_increment.
            long increment = row.getLong(2) == 0 ? 1 : row.getLong(2);
            return CounterPosition.of(
                    row.getLong(1), increment, increment > 0 ? row.getLong(4) : row.getLong(3));
        }
    }

    /** SETVAL moves forwards only. */
    @Override
    public void reserve(Connection connection, Counter counter, long used) throws SQLException {
        Found sequence = sequence(connection, counter);
        if (sequence != null && !sequence.position().exhausted()) {
            execute(connection, "SELECT SETVAL(" + sequence.quoted(QUOTE) + ", " + used + ")");
        }
    }

    @Override
    public void settle(Connection connection, Counter counter, long used) throws SQLException {
        for (Found found : counting(connection, counter)) {
            if (found.isSequence()) {
                CounterPosition wanted = found.position().rightBehind(used);
                if (!wanted.exhausted()) {
                    restart(connection, found, wanted.next());
                }
            } else if (found.position().mayReach(used) && used < Long.MAX_VALUE) {
                execute(
                        connection,
                        "ALTER TABLE " + found.quoted(QUOTE) + " AUTO_INCREMENT = " + (used + 1));
            }
        }
    }

    /** How much of a sequence the server has in its memory it does not say. */
    @Override
    public boolean tellsNext(Counter counter) {
        return counter.sequence() == null;
    }

    /** Columns are told the number for the next statement, as replication does it. */
    @Override
    public boolean repeat(Connection connection, Counter counter, long next, boolean inTransaction)
            throws SQLException {
        boolean done = true;
        for (Found found : counting(connection, counter)) {
            if (found.isSequence()) {
                done =
                        inTransaction
                                ? forward(connection, found, next)
                                : restart(connection, found, next);
            } else if (found.position().next() != next) {
                execute(connection, "SET SESSION insert_id = " + next);
            }
        }
        return done;
    }

    /** False if it stands beyond that. */
    private static boolean forward(Connection connection, Found sequence, long next)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT SETVAL(%s, %d, 0)"
                                        .formatted(sequence.quoted(QUOTE), next))) {
            row.next();
            return row.getObject(1) != null;
        }
    }

    private static boolean restart(Connection connection, Found sequence, long next)
            throws SQLException {
        execute(connection, "ALTER SEQUENCE " + sequence.quoted(QUOTE) + " RESTART " + next);
        return true;
    }

    @Override
    public boolean reserves(Counter counter) {
        return counter.sequence() != null;
    }
}
