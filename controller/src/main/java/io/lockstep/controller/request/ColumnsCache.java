package io.lockstep.controller.request;

import io.lockstep.backends.dialect.Dialect;
import io.lockstep.controller.execution.ResultColumns;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Descriptions of results by text and engine, so that a repeated query does not describe its
 * columns anew. Bounded.
 */
final class ColumnsCache {
    private static final int ENTRIES_MAX = 2000;

    private final ConcurrentMap<Key, ResultColumns> known = new ConcurrentHashMap<>();

    private record Key(String text, String dialect) {}

    ResultColumns of(String text, Dialect dialect, ResultSetMetaData metaData) throws SQLException {
        Key key = new Key(text, dialect.name());
        ResultColumns columns = known.get(key);
        if (columns == null || !columns.fits(metaData)) {
            columns = ResultColumns.of(metaData, dialect);
            if (known.size() >= ENTRIES_MAX) {
                known.clear();
            }
            known.put(key, columns);
        }
        return columns;
    }

    /** After DDL. */
    void clear() {
        known.clear();
    }
}
