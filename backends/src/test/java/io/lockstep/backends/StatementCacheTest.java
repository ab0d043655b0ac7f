package io.lockstep.backends;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.BackendConnection.KeyColumns;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatementCacheTest {
    private Connection connection;
    private StatementCache cache;

    @BeforeEach
    void open() throws SQLException {
        connection = DriverManager.getConnection("jdbc:h2:mem:");
        cache = new StatementCache(connection, 3);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private PreparedStatement use(String sql) throws SQLException {
        PreparedStatement statement = cache.lease(sql, KeyColumns.NONE);
        cache.giveBack(statement);
        return statement;
    }

    @Test
    void theLongestUnusedStatementGoesFirst() throws SQLException {
        PreparedStatement one = use("SELECT 1");
        PreparedStatement two = use("SELECT 2");
        use("SELECT 3");
        assertThat(use("SELECT 1")).isSameAs(one);
        use("SELECT 4");
        assertThat(cache.size()).isEqualTo(3);
        assertThat(two.isClosed()).isTrue();
        assertThat(use("SELECT 1")).isSameAs(one);
    }

    @Test
    void parametersAndLimitsDoNotPassOn() throws SQLException {
        PreparedStatement statement = cache.lease("SELECT ?", KeyColumns.NONE);
        int usualFetchSize = statement.getFetchSize();
        statement.setString(1, "x");
        statement.setMaxRows(10);
        statement.setFetchSize(7);
        statement.addBatch();
        cache.giveBack(statement);
        PreparedStatement again = cache.lease("SELECT ?", KeyColumns.NONE);
        assertThat(again).isSameAs(statement);
        assertThat(again.getMaxRows()).isZero();
        assertThat(again.getFetchSize()).isEqualTo(usualFetchSize);
        cache.giveBack(again);
    }

    @Test
    void longTextsAreNotKept() throws SQLException {
        String sql = "SELECT '" + "x".repeat(StatementCache.LONGEST_TEXT) + "'";
        assertThat(use(sql).isClosed()).isTrue();
        assertThat(cache.size()).isZero();
    }

    @Test
    void forgottenLeasesAreClosed() throws SQLException {
        List<PreparedStatement> forgotten = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            forgotten.add(cache.lease("SELECT 1", KeyColumns.NONE));
        }
        assertThat(cache.hasLeases()).isTrue();
        cache.reclaim();
        assertThat(cache.hasLeases()).isFalse();
        for (PreparedStatement statement : forgotten) {
            assertThat(statement.isClosed()).isTrue();
        }
    }
}
