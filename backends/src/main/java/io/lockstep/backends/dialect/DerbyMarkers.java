package io.lockstep.backends.dialect;

import io.lockstep.backends.markers.Marker;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;

/**
 * Derby. Raising the fence locks the marker tables against inserts. An insert works out the values
 * of its first row before it locks its table, and keeps no lock on what it has read for that; so
 * the fence is read for a second row, whose sequence is the complement of the first's.
 */
final class DerbyMarkers extends MarkerSql {
    private final String schema;
    private final String name;
    private final String[] inserts = new String[TABLES];

    DerbyMarkers(String schema) {
        super(CounterSql.quote(schema.toUpperCase(Locale.ROOT), '"') + ".%s");
        this.name = schema.toUpperCase(Locale.ROOT);
        this.schema = CounterSql.quote(name, '"');
        for (int table = 0; table < TABLES; table++) {
            inserts[table] =
                    "INSERT INTO %s (seq, epoch) VALUES (CAST(? AS BIGINT), CAST(? AS BIGINT)), (CAST(? AS BIGINT), (SELECT f.epoch FROM %s f WHERE f.slot = 0 AND f.epoch = ?))"
                            .formatted(table(table), fence());
        }
    }

    @Override
    String createSchema() {
        return "CREATE SCHEMA " + schema;
    }

    @Override
    FailureClass classify(SQLException failure) {
        return DerbyDialect.INSTANCE.classify(failure);
    }

    @Override
    String insertText(int table) {
        return inserts[table];
    }

    @Override
    List<Long> parameters(Marker marker) {
        return List.of(marker.sequence(), marker.epoch(), ~marker.sequence(), marker.epoch());
    }

    @Override
    public Call insertAndCommit(Marker marker) {
        return null;
    }

    @Override
    void quiesce(Statement statement) throws SQLException {
        for (int table = 0; table < TABLES; table++) {
            statement.execute("LOCK TABLE " + table(table) + " IN SHARE MODE");
        }
    }

    /** Locks what it has read until its transaction ends: Derby's way to see one moment. */
    @Override
    String positionSuffix() {
        return " WITH RR";
    }

    @Override
    String lookSuffix() {
        return " WITH UR";
    }

    /** Derby cannot be told not to wait for a lock, so it is asked before whether it would. */
    @Override
    public void empty(Connection connection, int table, long watermark) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (isUsed(connection, table)) {
                return;
            }
            statement.execute("LOCK TABLE " + table(table) + " IN EXCLUSIVE MODE");
            if (isBelow(statement, table, watermark)) {
                statement.execute("TRUNCATE TABLE " + table(table));
            }
        }
    }

    private boolean isUsed(Connection connection, int table) throws SQLException {
        try (PreparedStatement locks =
                connection.prepareStatement(
                        "SELECT COUNT(*) FROM SYSCS_DIAG.LOCK_TABLE l JOIN SYS.SYSTABLES t ON t.TABLENAME = l.TABLENAME JOIN SYS.SYSSCHEMAS s ON s.SCHEMAID = t.SCHEMAID WHERE s.SCHEMANAME = ? AND t.TABLENAME = ?")) {
            locks.setString(1, name);
            locks.setString(2, "MARKER_" + table);
            try (ResultSet row = locks.executeQuery()) {
                row.next();
                return row.getInt(1) > 0;
            }
        }
    }
}
