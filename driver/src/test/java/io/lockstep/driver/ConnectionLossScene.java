package io.lockstep.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lockstep.protocol.Request;
import io.lockstep.protocol.SqlState;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A driver whose controller loses connections, and what is true of those. */
abstract class ConnectionLossScene {
    FakeController controller;

    @BeforeEach
    void start() throws Exception {
        controller = new FakeController();
    }

    @AfterEach
    void stop() throws Exception {
        controller.close();
    }

    Connection connect(String properties) throws SQLException {
        return DriverManager.getConnection(controller.url() + properties);
    }

    /** Drops the connection at the first request of a class, in place of an answer. */
    void dropAt(Class<? extends Request> type) {
        controller.script(request -> type.isInstance(request) ? FakeController.drop() : null);
    }

    static SQLException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(SQLException.class, call);
    }

    static Connection inTransaction(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM T");
        }
        return connection;
    }

    static void assertDead(Connection connection) throws SQLException {
        assertThat(connection.isValid(1)).isFalse();
        assertThat(connection.isClosed()).isTrue();
        SQLException failure = failure(connection::createStatement);
        assertThat((Throwable) failure).isInstanceOf(SQLNonTransientConnectionException.class);
        assertThat(failure.getSQLState()).isEqualTo(SqlState.CONNECTION_LOST.code());
        connection.close();
        connection.close();
    }

    SQLException lost(Connection connection, String sql) throws SQLException {
        dropAt(Request.ExecuteDirect.class);
        try (Statement statement = connection.createStatement()) {
            return failure(() -> statement.execute(sql));
        }
    }

    List<Integer> asked() {
        return controller.requests(Request.Outcome.class).stream()
                .map(request -> request.transaction().sequence())
                .toList();
    }
}
