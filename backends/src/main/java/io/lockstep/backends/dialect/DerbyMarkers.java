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
 * Derby. Raising the fence locks the marker tables against inserts. An insert works out what it
 * inserts before it locks its table, and keeps no lock on what it has read for that; so the fence
 * is read by a statement of its own, behind the insert. It costs a round trip, but so does the
 * marker: both are done while others have work to do too (see {@code prepareMarker}).
 */
final class DerbyMarkers extends MarkerSql {
    /** Derby makes 5,000 row locks one lock on the table. */
    private static final long AT_ONCE = 4_000;

    private final String check;

    DerbyMarkers(String schema) {
        super(texts(CounterSql.quote(schema.toUpperCase(Locale.ROOT), '"')));
        this.check = "SELECT f.epoch FROM %s f WHERE f.epoch = ?".formatted(fence());
    }

    private static Texts texts(String schema) {
        return new Texts(
                schema + ".%s",
                "CREATE SCHEMA " + schema,
                "INSERT INTO %s (seq, epoch) VALUES (?, ?)",
                null);
    }

    @Override
    FailureClass classify(SQLException failure) {
        return DerbyDialect.INSTANCE.classify(failure);
    }

    @Override
    public Call fenceCheck(Marker marker) {
        return new Call(check, List.of(marker.epoch()));
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

    /**
     * Not TRUNCATE: Derby's locks its catalogue, and deadlocks with an insert that is being
     * compiled for the table. Pages whose rows are all deleted are used anew.
     */
    @Override
    public boolean empty(Connection connection, int table, long watermark) throws SQLException {
        try (Statement look = connection.createStatement();
                ResultSet row =
                        look.executeQuery("SELECT MIN(seq) FROM " + table(table) + lookSuffix());
                PreparedStatement delete =
                        connection.prepareStatement(
                                "DELETE FROM " + table(table) + " WHERE seq <= ?")) {
            row.next();
            long lowest = row.getLong(1);
            if (row.wasNull() || lowest > watermark) {
                return false;
            }
            delete.setLong(1, Math.min(lowest + AT_ONCE, watermark));
            delete.executeUpdate();
            return true;
        }
    }
}
