package io.lockstep.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.protocol.Request;
import io.lockstep.protocol.RequestTag;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionStatus;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent when: the number of round trips, and what rides along with them. */
class RoundTripTest {
    private FakeController controller;
    private Connection connection;

    @BeforeEach
    void connect() throws Exception {
        controller = new FakeController();
        connection = DriverManager.getConnection(controller.url());
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        controller.close();
    }

    @Test
    void thePreparationTravelsWithTheFirstExecution() throws Exception {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO T VALUES (?)")) {
            assertThat(controller.tags()).isEmpty();
            for (int i = 0; i < 3; i++) {
                insert.setInt(1, i);
                assertThat(insert.executeUpdate()).isEqualTo(1);
            }
        }
        assertThat(controller.roundTrips()).isEqualTo(3);
        assertThat(controller.tags())
                .containsExactly(
                        RequestTag.PREPARE,
                        RequestTag.EXECUTE,
                        RequestTag.EXECUTE,
                        RequestTag.EXECUTE);
        assertThat(controller.requests(Request.Execute.class))
                .extracting(Request.Execute::parameters)
                .containsExactly(List.of(0), List.of(1), List.of(2));
    }

    @Test
    void aClosedStatementStaysPreparedForTheNextOfTheSameText() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (PreparedStatement insert = connection.prepareStatement("DELETE FROM T")) {
                insert.executeUpdate();
            }
        }
        assertThat(controller.tags())
                .containsExactly(
                        RequestTag.PREPARE,
                        RequestTag.EXECUTE,
                        RequestTag.EXECUTE,
                        RequestTag.EXECUTE);
    }

    @Test
    void statementsBeyondTheCacheAreClosedWithALaterRequest() throws Exception {
        for (int i = 0; i < 258; i++) {
            try (PreparedStatement insert = connection.prepareStatement("DELETE FROM T" + i)) {
                insert.executeUpdate();
            }
        }
        assertThat(controller.roundTrips()).isEqualTo(258);
        assertThat(controller.requests(Request.CloseStatement.class))
                .extracting(Request.CloseStatement::statementId)
                .containsExactly(1);
    }

    @Test
    void afterAFailedFirstExecutionTheTextIsPreparedAnew() throws Exception {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO T VALUES (1)")) {
            controller.script(
                    request ->
                            List.of(
                                    FakeController.failed(
                                            TransactionStatus.IDLE, "23505", "duplicate", false)));
            assertThatThrownBy(insert::executeUpdate).isInstanceOf(SQLException.class);
            controller.script(request -> null);
            insert.executeUpdate();
            insert.executeUpdate();
        }
        assertThat(controller.tags())
                .containsExactly(
                        RequestTag.PREPARE,
                        RequestTag.EXECUTE,
                        RequestTag.CLOSE_STATEMENT,
                        RequestTag.PREPARE,
                        RequestTag.EXECUTE,
                        RequestTag.EXECUTE);
        assertThat(controller.requests(Request.Prepare.class))
                .extracting(Request.Prepare::statementId)
                .containsExactly(1, 2);
    }

    @Test
    void optionsTravelWithTheNextRequestAndOnlyIfTheyChanged() throws Exception {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setSchema("OTHER");
        connection.setReadOnly(true);
        connection.setReadOnly(false);
        assertThat(controller.tags()).isEmpty();
        try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM T");
            statement.execute("DELETE FROM T");
        }
        assertThat(controller.tags())
                .containsExactly(
                        RequestTag.SET_OPTIONS,
                        RequestTag.EXECUTE_DIRECT,
                        RequestTag.EXECUTE_DIRECT);
        assertThat(controller.requests(Request.SetOptions.class))
                .containsExactly(new Request.SetOptions(false, 8, false, "OTHER", null));
    }

    @Test
    void optionsSetAndTakenBackAreNotSent() throws Exception {
        for (int i = 0; i < 5; i++) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM T");
        }
        assertThat(controller.tags()).containsExactly(RequestTag.EXECUTE_DIRECT);
    }

    @Test
    void optionsAreSentAgainWhenTheRequestBehindThemFailed() throws Exception {
        connection.setSchema("NOSUCH");
        try (Statement statement = connection.createStatement()) {
            controller.script(
                    request ->
                            List.of(
                                    FakeController.failed(
                                            TransactionStatus.IDLE, "3F000", "no schema", false)));
            assertThatThrownBy(() -> statement.execute("DELETE FROM T"))
                    .isInstanceOf(SQLException.class);
            connection.setSchema("PUBLIC");
            controller.script(request -> null);
            statement.execute("DELETE FROM T");
        }
        assertThat(controller.requests(Request.SetOptions.class))
                .extracting(Request.SetOptions::schema)
                .containsExactly("NOSUCH", "PUBLIC");
    }

    @Test
    void emptyTransactionsCostNothing() throws Exception {
        connection.setAutoCommit(false);
        connection.commit();
        connection.rollback();
        connection.setAutoCommit(true);
        connection.setAutoCommit(false);
        assertThat(controller.roundTrips()).isZero();
        try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM T");
        }
        connection.commit();
        connection.commit();
        connection.rollback();
        assertThat(controller.roundTrips()).isEqualTo(2);
    }

    @Test
    void switchingAutoCommitOnCommitsFirst() throws Exception {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM T");
            connection.setAutoCommit(true);
            statement.execute("DELETE FROM T");
        }
        assertThat(controller.tags())
                .containsExactly(
                        RequestTag.SET_OPTIONS,
                        RequestTag.EXECUTE_DIRECT,
                        RequestTag.COMMIT,
                        RequestTag.SET_OPTIONS,
                        RequestTag.EXECUTE_DIRECT);
    }

    @Test
    void whatExecutesOrEndsATransactionIsNumberedFromOne() throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM T");
            statement.execute("DELETE FROM T");
            connection.setAutoCommit(false);
            statement.execute("DELETE FROM T");
            statement.execute("DELETE FROM T");
            connection.commit();
            statement.execute("DELETE FROM T");
            connection.rollback();
        }
        assertThat(controller.requests(Request.ExecuteDirect.class))
                .extracting(request -> request.options().transactionSequence())
                .containsExactly(1, 2, 3, 4, 6);
        assertThat(controller.requests(Request.Commit.class))
                .containsExactly(new Request.Commit(5));
        assertThat(controller.requests(Request.Rollback.class))
                .containsExactly(new Request.Rollback(7));
    }

    @Test
    void aTransactionTheControllerRolledBackNeedsNoRollback() throws Exception {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM T");
            controller.script(
                    request ->
                            List.of(
                                    FakeController.failed(
                                            TransactionStatus.IDLE,
                                            SqlState.ROLLED_BACK.code(),
                                            "deadlock",
                                            false)));
            assertThatThrownBy(() -> statement.execute("DELETE FROM T"))
                    .isInstanceOf(java.sql.SQLTransactionRollbackException.class);
            controller.script(request -> null);
            controller.reset();
            connection.rollback();
            assertThat(controller.roundTrips()).isZero();
        }
    }

    @Test
    void aSmallResultIsOneRoundTripAndItsCloseNone() throws Exception {
        controller.script(request -> List.of(TestRows.firstIds(0, 3, true)));
        try (PreparedStatement query = connection.prepareStatement("SELECT ID FROM T");
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                assertThat(rows.getLong(1)).isPositive();
            }
        }
        connection.close();
        assertThat(controller.roundTrips()).isEqualTo(1);
    }

    @Test
    void anUnfinishedCursorIsClosedWithTheNextRequest() throws Exception {
        controller.script(
                request ->
                        request instanceof Request.ExecuteDirect
                                ? List.of(TestRows.firstIds(9, 3, false))
                                : null);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT ID FROM T")) {
            assertThat(rows.next()).isTrue();
        }
        assertThat(controller.roundTrips()).isEqualTo(1);
        assertThat(connection.isValid(5)).isTrue();
        assertThat(controller.tags())
                .containsExactly(
                        RequestTag.EXECUTE_DIRECT, RequestTag.CLOSE_CURSOR, RequestTag.PING);
    }

    @Test
    void aBatchIsOneRoundTripHoweverLong() throws Exception {
        byte[] body = new byte[1_000];
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO T VALUES (?, ?)")) {
            for (int i = 0; i < 5_000; i++) {
                insert.setInt(1, i);
                insert.setBytes(2, body);
                insert.addBatch();
            }
            controller.script(
                    request ->
                            request instanceof Request.Batch
                                    ? List.of(
                                            new io.lockstep.protocol.Response.BatchCounts(
                                                    TransactionStatus.IDLE,
                                                    false,
                                                    io.lockstep.protocol.UpdateCounts.of(
                                                            new long[5_000]),
                                                    null))
                                    : null);
            assertThat(insert.executeBatch()).hasSize(5_000);
        }
        assertThat(controller.roundTrips()).isEqualTo(1);
        List<Request.Batch> parts = controller.requests(Request.Batch.class);
        assertThat(parts).hasSizeGreaterThan(10);
        assertThat(parts.stream().mapToInt(part -> part.rows().size()).sum()).isEqualTo(5_000);
        assertThat(parts.stream().filter(Request.Batch::last)).hasSize(1);
        assertThat(parts.get(parts.size() - 1).last()).isTrue();
    }

    @Test
    void aLargeValueGoesAheadInChunks() throws Exception {
        byte[] body = new byte[3_000_000];
        new java.util.Random(7).nextBytes(body);
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO T VALUES (?)")) {
            insert.setBytes(1, body);
            insert.executeUpdate();
        }
        assertThat(controller.tags())
                .containsExactly(RequestTag.SET_OPTIONS, RequestTag.PREPARE, RequestTag.EXECUTE);
        assertThat((byte[]) controller.requests(Request.Execute.class).get(0).parameters().get(0))
                .isEqualTo(body);
    }
}
