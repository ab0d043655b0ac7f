package io.lockstep.backends.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * PostgreSQL. Raising the fence locks the marker tables against inserts: that costs a commit
 * nothing, while locking the fence's row would write to it each time. A statement that waited for
 * its table takes its snapshot afterwards, so it sees the fence raised.
 */
final class PostgresMarkers extends MarkerSql {
    PostgresMarkers(String schema) {
        super(texts(CounterSql.quote(schema.toLowerCase(Locale.ROOT), '"')));
    }

    private static Texts texts(String schema) {
        return new Texts(
                schema + ".\"%s\"",
                "CREATE SCHEMA IF NOT EXISTS " + schema,
                "INSERT INTO %s (seq, epoch) VALUES (?, (SELECT f.epoch FROM %s f WHERE f.epoch = ?))",
                "%s; COMMIT");
    }

    @Override
    FailureClass classify(SQLException failure) {
        return PostgresDialect.INSTANCE.classify(failure);
    }

    @Override
    void quiesce(Statement statement) throws SQLException {
        statement.execute("LOCK TABLE " + allTables() + " IN SHARE MODE");
    }

    private String allTables() {
        StringBuilder all = new StringBuilder();
        for (int table = 0; table < TABLES; table++) {
            all.append(table == 0 ? "" : ", ").append(table(table));
        }
        return all.toString();
    }

    /** A table that is in use stays: waiting for it would make those who come later wait too. */
    @Override
    public boolean empty(Connection connection, int table, long watermark) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLE " + table(table) + " IN ACCESS EXCLUSIVE MODE NOWAIT");
            if (isBelow(statement, table, watermark)) {
                statement.execute("TRUNCATE TABLE " + table(table));
            }
            return false;
        }
    }
}
