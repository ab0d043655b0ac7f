package io.lockstep.backends;

import io.lockstep.backends.BackendConnection.KeyColumns;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepared statements of one physical connection. A leased statement is not in the cache, so nobody
 * else gets it; the map's insertion order is therefore the order of last use. Not thread-safe:
 * belongs to whoever holds the connection.
 */
final class StatementCache {
    private static final Logger LOG = LoggerFactory.getLogger(StatementCache.class);

    /** Longer texts are rarely repeated and would keep much memory. */
    static final int LONGEST_TEXT = 4_096;

    private final Connection connection;
    private final int capacity;
    private final LinkedHashMap<Key, PreparedStatement> idle = new LinkedHashMap<>();

    /** Few at a time, so a list is faster than a map. */
    private final List<Lease> leased = new ArrayList<>(4);

    StatementCache(Connection connection, int capacity) {
        this.connection = connection;
        this.capacity = capacity;
    }

    PreparedStatement lease(String sql, KeyColumns keys) throws SQLException {
        Key key = new Key(sql, keys);
        PreparedStatement statement = idle.remove(key);
        if (statement == null) {
            statement = prepare(sql, keys);
        }
        leased.add(new Lease(statement, key));
        return statement;
    }

    /** Never kept: drivers differ in what becomes of registered OUT parameters. */
    CallableStatement leaseCall(String sql) throws SQLException {
        CallableStatement statement = connection.prepareCall(sql);
        leased.add(new Lease(statement, null));
        return statement;
    }

    private PreparedStatement prepare(String sql, KeyColumns keys) throws SQLException {
        if (keys instanceof KeyColumns.Named named) {
            return connection.prepareStatement(sql, named.columns().toArray(new String[0]));
        }
        return keys instanceof KeyColumns.All
                ? connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)
                : connection.prepareStatement(sql);
    }

    /** A statement that is not leased from here is closed. */
    void giveBack(PreparedStatement statement) {
        Key key = endLease(statement);
        boolean keep =
                key != null
                        && key.sql.length() <= LONGEST_TEXT
                        && !idle.containsKey(key)
                        && clean(statement);
        if (!keep) {
            closeQuietly(statement);
            return;
        }
        idle.put(key, statement);
        if (idle.size() > capacity) {
            Iterator<PreparedStatement> oldest = idle.values().iterator();
            PreparedStatement evicted = oldest.next();
            oldest.remove();
            closeQuietly(evicted);
        }
    }

    private Key endLease(PreparedStatement statement) {
        for (int i = leased.size() - 1; i >= 0; i--) {
            Lease lease = leased.get(i);
            if (lease.statement == statement) {
                leased.remove(i);
                return lease.key;
            }
        }
        return null;
    }

    /** All local calls in the drivers used, unless a result is still open on the server. */
    private static boolean clean(PreparedStatement statement) {
        try {
            statement.getMoreResults(Statement.CLOSE_ALL_RESULTS);
            statement.clearParameters();
            statement.clearBatch();
            if (statement.getMaxRows() != 0) {
                statement.setMaxRows(0);
            }
            if (statement.getFetchSize() != 0) {
                statement.setFetchSize(0);
            }
            if (statement.getQueryTimeout() != 0) {
                statement.setQueryTimeout(0);
            }
            return true;
        } catch (SQLException | RuntimeException e) {
            // MariaDB's driver trips over its own null after a failed batch.
            LOG.debug("statement not kept: {}", e.toString());
            return false;
        }
    }

    boolean hasLeases() {
        return !leased.isEmpty();
    }

    /** Ends leases that their holder forgot. */
    void reclaim() {
        for (Lease lease : leased) {
            closeQuietly(lease.statement);
        }
        leased.clear();
    }

    /** Forgets all statements not in use. */
    void clear() {
        for (PreparedStatement statement : idle.values()) {
            closeQuietly(statement);
        }
        idle.clear();
    }

    int size() {
        return idle.size();
    }

    private static void closeQuietly(PreparedStatement statement) {
        try {
            statement.close();
        } catch (SQLException e) {
            LOG.debug("closing a statement failed: {}", e.getMessage());
        }
    }

    /** {@code key}: null if the statement is closed when it comes back. */
    private record Lease(PreparedStatement statement, Key key) {}

    /** A class and not a record: hashed and compared on every statement. */
    private static final class Key {
        private final String sql;
        private final KeyColumns keys;

        Key(String sql, KeyColumns keys) {
            this.sql = sql;
            this.keys = keys;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key
                    && sql.equals(key.sql)
                    && (keys == key.keys || Objects.equals(keys, key.keys));
        }

        @Override
        public int hashCode() {
            return sql.hashCode();
        }
    }
}
