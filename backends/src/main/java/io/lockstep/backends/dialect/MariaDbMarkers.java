package io.lockstep.backends.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * MariaDB. The schema is a database beside the user's, for all of that server's, so the tables'
 * names end with the user's own. The insert share-locks the fence's row, in memory only.
 */
final class MariaDbMarkers extends MarkerSql {
    /**
     * @param database the user's
     */
    MariaDbMarkers(String schema, String database) {
        super(
                texts(
                        CounterSql.quote(schema, '`'),
                        CounterSql.quote("%s_" + suffix(database), '`')));
    }

    private static Texts texts(String schema, String table) {
        return new Texts(
                schema + "." + table,
                "CREATE DATABASE IF NOT EXISTS " + schema,
                "INSERT INTO %s (seq, epoch) VALUES (?, (SELECT f.epoch FROM %s f WHERE f.slot = 0 AND f.epoch = ? LOCK IN SHARE MODE))",
                "BEGIN NOT ATOMIC %s; COMMIT; END");
    }

    /** Names of tables end at 64 characters; a name that is too long is told by its hash. */
    private static String suffix(String database) {
        int longest = 64 - "watermark_".length();
        String name =
                database.length() <= longest
                        ? database
                        : database.substring(0, longest - 9)
                                + "_%08x".formatted(database.hashCode());
        return name.replace("%", "%%");
    }

    /** Whatever the server's default. */
    @Override
    String tableOptions() {
        return " ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
    }

    @Override
    FailureClass classify(SQLException failure) {
        return MariaDbDialect.INSTANCE.classify(failure);
    }

    /** A table that is in use stays: waiting for it would make those who come later wait too. */
    @Override
    public boolean empty(Connection connection, int table, long watermark) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLES " + table(table) + " WRITE NOWAIT");
            try {
                if (isBelow(statement, table, watermark)) {
                    statement.execute("TRUNCATE TABLE " + table(table));
                }
                return false;
            } finally {
                statement.execute("UNLOCK TABLES");
            }
        }
    }
}
