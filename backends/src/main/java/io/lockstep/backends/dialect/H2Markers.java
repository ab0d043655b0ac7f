package io.lockstep.backends.dialect;

import io.lockstep.backends.markers.Marker;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;

/**
 * H2. A statement's snapshot is older than its lock on the table it writes, so locking the marker
 * tables would not do: the insert locks a row of the fence, one of many, which costs it nothing
 * measurable.
 */
final class H2Markers extends MarkerSql {
    private static final int FENCE_ROWS = 64;
    private static final int AT_ONCE = 1_000;

    /** Spreads neighbours, whatever their distance. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    H2Markers(String schema) {
        super(texts(CounterSql.quote(schema.toUpperCase(Locale.ROOT), '"')));
    }

    /** The insert may wait for the fence, and nobody may wait whose turn it is to commit. */
    private static Texts texts(String schema) {
        return new Texts(
                schema + ".%s",
                "CREATE SCHEMA IF NOT EXISTS " + schema,
                "INSERT INTO %s (seq, epoch) VALUES (?, (SELECT f.epoch FROM %s f WHERE f.slot = ? AND f.epoch = ? FOR UPDATE))",
                null);
    }

    @Override
    int fenceRows() {
        return FENCE_ROWS;
    }

    @Override
    FailureClass classify(SQLException failure) {
        return H2Dialect.INSTANCE.classify(failure);
    }

    @Override
    List<Long> parameters(Marker marker) {
        long slot = (marker.sequence() * SPREAD) >>> 58;
        return List.of(marker.sequence(), slot, marker.epoch());
    }

    /**
     * Not TRUNCATE, which waits for those who use the table and makes all others wait behind it,
     * and which no lock could keep together with a look at what the table holds. Deleted rows leave
     * nothing behind in H2.
     */
    @Override
    public boolean empty(Connection connection, int table, long watermark) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int deleted =
                    statement.executeUpdate(
                            "DELETE FROM %s WHERE seq <= %d FETCH FIRST %d ROWS ONLY"
                                    .formatted(table(table), watermark, AT_ONCE));
            return deleted == AT_ONCE;
        }
    }
}
