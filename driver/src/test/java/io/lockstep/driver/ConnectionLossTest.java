package io.lockstep.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.protocol.Request;
import io.lockstep.protocol.TransactionOutcome;
import io.lockstep.protocol.TransactionStatus;
import java.math.BigDecimal;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is thrown, and true, when the connection breaks outside of a COMMIT, or is not to be had.
 */
class ConnectionLossTest extends ConnectionLossScene {
    private SQLException lostBatch(Connection connection, String... texts) throws SQLException {
        dropAt(Request.BatchDirect.class);
        try (Statement statement = connection.createStatement()) {
            for (String text : texts) {
                statement.addBatch(text);
            }
            return failure(statement::executeBatch);
        }
    }

    @Test
    void aBatchOfTextsIsCommittedIfItsEndIs() throws Exception {
        Connection connection = connect("");
        dropAt(Request.BatchDirect.class);
        controller.committed(1, 3);
        controller.lostCounts(5, 6);
        try (Statement statement = connection.createStatement()) {
            statement.addBatch("DELETE FROM T");
            statement.addBatch("DELETE FROM U");
            assertThat(statement.executeBatch()).containsExactly(5, 6);
        }
        assertThat(asked()).containsExactly(3);
    }

    @Test
    void aBatchThatWasCommittedHalfWaySaysSo() throws Exception {
        controller.ddlCommits();
        controller.committed(1, 2);
        SQLException failure =
                lostBatch(connect(""), "DELETE FROM T", "CREATE TABLE U", "DELETE FROM V");
        assertThat(failure.getSQLState()).isEqualTo("08007");
        assertThat((Throwable) failure).hasMessageContaining("65-2 was committed as a part");
        assertThat(asked()).containsExactly(4, 3, 2);
    }

    @Test
    void aBatchThatEndsWithDdlIsDoneIfThatIs() throws Exception {
        controller.ddlCommits();
        Connection connection = connect("");
        dropAt(Request.BatchDirect.class);
        controller.committed(1, 2);
        try (Statement statement = connection.createStatement()) {
            statement.addBatch("DELETE FROM T");
            statement.addBatch("CREATE TABLE U");
            assertThat(statement.executeBatch()).hasSize(2);
        }
        assertThat(asked()).containsExactly(3, 2);
    }

    @Test
    void aBatchWithinATransactionThatItMayHaveEndedAsksForThatToo() throws Exception {
        controller.ddlCommits();
        controller.committed(1);
        SQLException failure =
                lostBatch(inTransaction(connect("")), "DELETE FROM T", "CREATE TABLE U");
        assertThat(failure.getSQLState()).isEqualTo("08007");
        assertThat((Throwable) failure).hasMessageContaining("65-1 was committed");
        assertThat(asked()).containsExactly(4, 3, 2, 1);
    }

    @Test
    void afterABatchThatMayHaveEndedTransactionsNothingIsPretended() throws Exception {
        controller.ddlCommits();
        Connection connection = inTransaction(connect(""));
        try (Statement statement = connection.createStatement()) {
            statement.addBatch("CREATE TABLE U");
            statement.addBatch("DELETE FROM U");
            statement.executeBatch();
        }
        controller.committed();
        assertThat(lost(connection, "CREATE TABLE V").getSQLState()).isEqualTo("08007");
    }

    @Test
    void keysThatWereLostAreNotPassedOffAsNone() throws Exception {
        Connection connection = connect("");
        controller.committed(1);
        controller.lostCounts(1);
        dropAt(Request.ExecuteDirect.class);
        try (Statement statement = connection.createStatement()) {
            assertThat(
                            statement.executeUpdate(
                                    "INSERT INTO T VALUES (1)", Statement.RETURN_GENERATED_KEYS))
                    .isEqualTo(1);
            SQLException failure = failure(statement::getGeneratedKeys);
            assertThat(failure.getSQLState()).isEqualTo("08007");
            assertThat((Throwable) failure).hasMessageContaining("was committed");
        }
    }

    @Test
    void keysOfABatchThatWereLostAreNotPassedOffAsNone() throws Exception {
        Connection connection = connect("");
        controller.committed(1);
        dropAt(Request.Batch.class);
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO T VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
            insert.setInt(1, 1);
            insert.addBatch();
            insert.executeBatch();
            assertThat(failure(insert::getGeneratedKeys).getSQLState()).isEqualTo("08007");
        }
    }

    @Test
    void aCallWhoseOutParametersWereLostSaysSo() throws Exception {
        Connection connection = connect("");
        controller.committed(1);
        dropAt(Request.Execute.class);
        try (CallableStatement call = connection.prepareCall("CALL p(?)")) {
            call.registerOutParameter(1, java.sql.Types.INTEGER);
            SQLException failure = failure(call::execute);
            assertThat(failure.getSQLState()).isEqualTo("08007");
            assertThat((Throwable) failure).hasMessageContaining("its result is lost");
        }
    }

    @Test
    void whatWasFoundOutCanBeReadFromTheStatement() throws Exception {
        Connection connection = connect("");
        controller.committed(1);
        controller.lostCounts(3);
        dropAt(Request.ExecuteDirect.class);
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.execute("DELETE FROM T")).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(3);
            assertThat(statement.getMoreResults()).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(-1);
        }
    }

    @Test
    void anAutoCommitWriteThatHappenedReturnsItsCountIfThatIsKnown() throws Exception {
        Connection connection = connect("");
        dropAt(Request.ExecuteDirect.class);
        controller.committed(1);
        controller.lostCounts(17);
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("DELETE FROM T")).isEqualTo(17);
        }
    }

    @Test
    void anAutoCommitWriteThatHappenedReturnsWithoutItsCount() throws Exception {
        Connection connection = connect("");
        dropAt(Request.ExecuteDirect.class);
        controller.outcome(TransactionOutcome.COMMITTED);
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("DELETE FROM T"))
                    .isEqualTo(Statement.SUCCESS_NO_INFO);
        }
        assertThat(connection.getAutoCommit()).as("no failure behind what succeeded").isTrue();
        assertDead(connection);
    }

    @Test
    void anAutoCommitBatchThatHappenedReturnsWithoutItsCounts() throws Exception {
        Connection connection = connect("");
        dropAt(Request.Batch.class);
        controller.outcome(TransactionOutcome.COMMITTED);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO T VALUES (?)")) {
            insert.setInt(1, 1);
            insert.addBatch();
            insert.setInt(1, 2);
            insert.addBatch();
            assertThat(insert.executeBatch())
                    .containsExactly(Statement.SUCCESS_NO_INFO, Statement.SUCCESS_NO_INFO);
        }
    }

    @ParameterizedTest
    @EnumSource(TransactionOutcome.class)
    void lostRowsAreNeverMadeUp(TransactionOutcome outcome) throws Exception {
        Connection connection = connect("&outcomeTimeout=100ms");
        dropAt(Request.ExecuteDirect.class);
        controller.outcome(outcome);
        try (Statement statement = connection.createStatement()) {
            SQLException failure =
                    failure(() -> statement.executeQuery("INSERT INTO T ... RETURNING ID"));
            assertThat(failure.getSQLState())
                    .isEqualTo(outcome == TransactionOutcome.ROLLED_BACK ? "08006" : "08007");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO T VALUES (1) returning ID",
                "CALL p()",
                "WITH x AS (DELETE FROM T RETURNING ID) SELECT * FROM x",
                "/*! INSERT */ INTO T VALUES (1)"
            })
    void rowsThatExecuteMayHaveGivenAreNotPassedOffAsACount(String sql) throws Exception {
        controller.committed(1);
        SQLException failure = lost(connect(""), sql);
        assertThat(failure.getSQLState()).isEqualTo("08007");
        assertThat((Throwable) failure).hasMessageContaining("its result is lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INSERT INTO T VALUES (1)", "create table U (A INT)"})
    void whatGivesNoRowsReturnsWithoutItsCount(String sql) throws Exception {
        controller.committed(1);
        Connection connection = connect("");
        dropAt(Request.ExecuteDirect.class);
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.execute(sql)).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(Statement.SUCCESS_NO_INFO);
        }
    }

    @Test
    void aReadOnlyConnectionNeedsNobodysOutcome() throws Exception {
        Connection connection = connect("&readOnly=true");
        dropAt(Request.ExecuteDirect.class);
        try (Statement statement = connection.createStatement()) {
            assertThat(failure(() -> statement.executeQuery("SELECT 1")).getSQLState())
                    .isEqualTo("08006");
        }
        assertThat(controller.logins()).isEqualTo(1);
    }

    @Test
    void aResultWhoseRestIsLostIs08006() throws Exception {
        Connection connection = connect("");
        controller.script(
                request ->
                        request instanceof Request.Fetch
                                ? FakeController.drop()
                                : List.of(TestRows.firstIds(1, 2, false)));
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT ID FROM T")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.next()).isTrue();
            assertThat(failure(rows::next).getSQLState()).isEqualTo("08006");
        }
    }

    @Test
    void aReplyCutAtAnyByteIsALostConnection() throws Exception {
        controller.script(
                request ->
                        request instanceof Request.Outcome
                                ? null
                                : List.of(TestRows.row(java.sql.Types.VARCHAR, "abc", 1L, null)));
        int complete = 0;
        for (int cut = 0; complete == 0; cut++) {
            controller.cutReplyAfter(Integer.MAX_VALUE);
            try (Connection connection = connect("&outcomeTimeout=0");
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                controller.cutReplyAfter(cut);
                try (ResultSet rows = statement.executeQuery("SELECT A, B, C FROM T")) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).isEqualTo("abc");
                    complete = cut;
                } catch (SQLException e) {
                    assertThat(e.getSQLState()).as("cut after %d bytes", cut).isEqualTo("08006");
                    assertThat(connection.isClosed()).isTrue();
                }
            }
        }
        assertThat(complete).isGreaterThan(50);
    }

    @Test
    void anAnswerThatIsNotTheProtocolIsALostConnection() throws Exception {
        Connection connection = inTransaction(connect(""));
        controller.script(
                request -> List.of(new io.lockstep.protocol.Response.Challenge("nonsense")));
        assertThat(failure(connection::commit).getSQLState()).isEqualTo("08007");
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void aFatalErrorClosesTheConnection() throws Exception {
        Connection connection = connect("");
        controller.script(
                request ->
                        List.of(
                                FakeController.failed(
                                        TransactionStatus.IDLE, "57P01", "shutting down", true)));
        try (Statement statement = connection.createStatement()) {
            assertThat(failure(() -> statement.execute("DELETE FROM T")).getSQLState())
                    .isEqualTo("57P01");
        }
        assertDead(connection);
    }

    /** A bug in the controller, say, that ends a session in the middle of its request. */
    private void breakDownAt(Class<? extends Request> type) {
        controller.script(
                request ->
                        type.isInstance(request)
                                ? List.of(
                                        FakeController.failed(
                                                TransactionStatus.IDLE, "XX000", "a bug", true))
                                : null);
    }

    @Test
    void aControllerThatBreaksDownInACommitIsAskedWhatBecameOfIt() throws Exception {
        Connection connection = inTransaction(connect(""));
        breakDownAt(Request.Commit.class);
        controller.committed(1, 2);
        connection.commit();
        assertThat(asked()).containsExactly(2);
        assertDead(connection);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatItBrokeDownInMayNotBeCommitted(boolean autoCommit) throws Exception {
        Connection connection = autoCommit ? connect("") : inTransaction(connect(""));
        breakDownAt(Request.ExecuteDirect.class);
        controller.committed();
        try (Statement statement = connection.createStatement()) {
            SQLException failure = failure(() -> statement.executeUpdate("DELETE FROM T"));
            assertThat(failure.getSQLState()).isEqualTo("08006");
            assertThat((Throwable) failure).hasMessageContaining("a bug (SQLState XX000)");
        }
        assertThat(asked()).hasSize(autoCommit ? 1 : 0);
    }

    @Test
    void aSilentControllerIsGivenUpAfterTheSocketTimeout() throws Exception {
        Connection connection = inTransaction(connect("&socketTimeout=100ms"));
        controller.script(
                request -> {
                    Thread.sleep(60_000); // interrupted by nobody; the thread is a daemon
                    return null;
                });
        try (Statement statement = connection.createStatement()) {
            assertThat(failure(() -> statement.execute("DELETE FROM T")).getSQLState())
                    .isEqualTo("08006");
        }
    }

    @Test
    void noControllerAtAllIs08001WithEachReason() throws Exception {
        String url = controller.url();
        controller.close();
        assertThatThrownBy(() -> DriverManager.getConnection(url))
                .isInstanceOf(SQLNonTransientConnectionException.class)
                .hasMessageContaining(controller.host())
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("08001");
    }

    @Test
    void aHostThatIsDownIsPassedOver() throws Exception {
        try (FakeController down = new FakeController()) {
            down.close();
            String url =
                    controller
                            .url()
                            .replace(controller.host(), down.host() + "," + controller.host());
            try (Connection connection = DriverManager.getConnection(url)) {
                assertThat(connection.isValid(5)).isTrue();
            }
        }
    }

    @Test
    void aWrongPasswordIs08004AndNoOtherHostIsAsked() throws Exception {
        try (FakeController second = new FakeController()) {
            String url =
                    controller
                            .url()
                            .replace(controller.host(), controller.host() + "," + second.host())
                            .replace("password=secret", "password=wrong");
            assertThat(failure(() -> DriverManager.getConnection(url)).getSQLState())
                    .isEqualTo("08004");
            assertThat(second.logins()).isZero();
        }
    }

    @Test
    void aHostThatAcceptsButNeverAnswersDoesNotUseUpTheTimeOfTheNext() throws Exception {
        try (java.net.ServerSocket silent =
                new java.net.ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress())) {
            String url =
                    controller
                                    .url()
                                    .replace(
                                            controller.host(),
                                            "127.0.0.1:"
                                                    + silent.getLocalPort()
                                                    + ","
                                                    + controller.host())
                            + "&loginTimeout=2s";
            try (Connection connection = DriverManager.getConnection(url)) {
                assertThat(connection.isValid(5)).isTrue();
            }
        }
    }

    /**
     * A batch of so many rows of 1000 characters, and a last one with a number beyond all limits.
     */
    private SQLException unsendable(Connection connection, int rows) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO T VALUES (?, ?)")) {
            for (int i = 0; i < rows; i++) {
                insert.setString(1, "x".repeat(1_000));
                insert.setInt(2, i);
                insert.addBatch();
            }
            insert.setString(1, "last");
            insert.setBigDecimal(2, BigDecimal.valueOf(1, 300_000));
            insert.addBatch();
            return failure(insert::executeBatch);
        }
    }

    @Test
    void aBatchThatCannotBeSentLeavesTheConnectionAsItWas() throws Exception {
        Connection connection = connect("");
        assertThat(unsendable(connection, 3).getSQLState()).isEqualTo("22023");
        assertThat(connection.isValid(1)).isTrue();
        assertThat(controller.requests(Request.Batch.class)).isEmpty();
    }

    @Test
    void aBatchThatIsBrokenOffWhenAPartIsOutEndsItsConnection() throws Exception {
        Connection connection = connect("");
        controller.committed();
        SQLException failure = unsendable(connection, 300);
        assertThat(failure.getSQLState()).isEqualTo("08006");
        assertThat((Throwable) failure).hasMessageContaining("scale 300000");
        assertThat(controller.requests(Request.Batch.class)).noneMatch(Request.Batch::last);
        assertDead(connection);
    }
}
