package io.lockstep.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.protocol.Request;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is thrown, and true, when the connection breaks in a COMMIT, whatever commits. */
class LostCommitTest extends ConnectionLossScene {
    @Test
    void aCommitThatHappenedReturnsNormallyAndTheConnectionIsDead() throws Exception {
        Connection connection = inTransaction(connect(""));
        dropAt(Request.Commit.class);
        controller.outcome(TransactionOutcome.COMMITTED);

        connection.commit();

        assertThat(controller.requests(Request.Outcome.class))
                .containsExactly(new Request.Outcome(new TransactionId(101, 2)));
        assertThat(controller.logins()).isEqualTo(2);
        assertDead(connection);
    }

    @Test
    void aCommitThatWasRolledBackIs08006() throws Exception {
        Connection connection = inTransaction(connect(""));
        dropAt(Request.Commit.class);
        controller.outcome(TransactionOutcome.ROLLED_BACK);

        SQLException failure = failure(connection::commit);

        assertThat(failure.getSQLState()).isEqualTo("08006");
        assertThat((Throwable) failure)
                .hasMessageContaining("65-2")
                .hasMessageContaining("rolled back");
        assertDead(connection);
    }

    @Test
    void aCommitNobodyKnowsIs08007() throws Exception {
        Connection connection = inTransaction(connect("&outcomeTimeout=200ms"));
        dropAt(Request.Commit.class);

        SQLException failure = failure(connection::commit);

        assertThat(failure.getSQLState()).isEqualTo("08007");
        assertThat((Throwable) failure).hasMessageContaining("lockstep outcome 65-2");
        assertThat(controller.requests(Request.Outcome.class)).isNotEmpty();
        assertDead(connection);
    }

    @Test
    void aCommitNobodyKnowsYetIsAskedForAgain() throws Exception {
        Connection connection = inTransaction(connect(""));
        dropAt(Request.Commit.class);
        controller.outcomeAtSecondAsking(TransactionOutcome.COMMITTED);
        connection.commit();
        assertThat(controller.requests(Request.Outcome.class)).hasSize(2);
        assertDead(connection);
    }

    @Test
    void nobodyIsAskedWithoutOutcomeTimeout() throws Exception {
        Connection connection = inTransaction(connect("&outcomeTimeout=0"));
        dropAt(Request.Commit.class);

        assertThat(failure(connection::commit).getSQLState()).isEqualTo("08007");
        assertThat(controller.logins()).isEqualTo(1);
    }

    @Test
    void theOutcomeIsAskedOfAnotherHostIfTheFirstIsGone() throws Exception {
        try (FakeController second = new FakeController()) {
            Connection connection =
                    inTransaction(
                            DriverManager.getConnection(
                                    controller
                                            .url()
                                            .replace(
                                                    controller.host(),
                                                    controller.host() + "," + second.host())));
            second.outcome(TransactionOutcome.COMMITTED);
            controller.script(
                    request -> {
                        if (request instanceof Request.Commit) {
                            controller.close();
                        }
                        return null;
                    });
            connection.commit();
            assertThat(second.requests(Request.Outcome.class)).hasSize(1);
        }
    }

    @Test
    void aStatementWithinATransactionIs08006WithoutAsking() throws Exception {
        Connection connection = inTransaction(connect(""));
        dropAt(Request.ExecuteDirect.class);
        try (Statement statement = connection.createStatement()) {
            assertThat(failure(() -> statement.executeUpdate("DELETE FROM T")).getSQLState())
                    .isEqualTo("08006");
        }
        assertThat(controller.logins()).isEqualTo(1);
        assertDead(connection);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"COMMIT", " commit work", "END", "/* done */ -- now\n COMMIT AND NO CHAIN"})
    void aCommitAsTextThatHappenedReturnsNormally(String commit) throws Exception {
        Connection connection = inTransaction(connect(""));
        dropAt(Request.ExecuteDirect.class);
        controller.committed(1, 2);
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(commit)).isZero();
        }
        assertThat(asked()).containsExactly(2);
        assertDead(connection);
    }

    @Test
    void aCommitAsTextThatDidNotHappenIs08006() throws Exception {
        Connection connection = inTransaction(connect(""));
        controller.committed();
        assertThat(lost(connection, "COMMIT").getSQLState()).isEqualTo("08006");
        assertThat(asked()).containsExactly(2);
    }

    @Test
    void aCommitAsTextNobodyKnowsIs08007() throws Exception {
        Connection connection = inTransaction(connect("&outcomeTimeout=200ms"));
        assertThat(lost(connection, "COMMIT").getSQLState()).isEqualTo("08007");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ROLLBACK", "CALL p()", "(SELECT 1)", "{call p()}", "with x as (y) z"})
    void whatCannotCommitIs08006WithoutAsking(String sql) throws Exception {
        controller.ddlCommits();
        Connection connection = inTransaction(connect(""));
        assertThat(lost(connection, sql).getSQLState()).isEqualTo("08006");
        assertThat(controller.logins()).isEqualTo(1);
    }

    @Test
    void aTransactionBegunAndCommittedByTextIsAskedForByItsCommit() throws Exception {
        Connection connection = connect("");
        controller.committed(1, 4);
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("DELETE FROM T");
            statement.execute("DELETE FROM T");
            dropAt(Request.ExecuteDirect.class);
            assertThat(statement.executeUpdate("COMMIT")).isZero();
        }
        assertThat(asked()).containsExactly(4);
    }

    @Test
    void aWriteInATransactionBegunByTextIs08006WithoutAsking() throws Exception {
        Connection connection = connect("");
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
        }
        assertThat(lost(connection, "DELETE FROM T").getSQLState()).isEqualTo("08006");
        assertThat(controller.logins()).isEqualTo(1);
    }

    @Test
    void ddlWithinATransactionOfAnEngineThatTakesItBackIs08006WithoutAsking() throws Exception {
        Connection connection = inTransaction(connect(""));
        assertThat(lost(connection, "CREATE TABLE U").getSQLState()).isEqualTo("08006");
        assertThat(controller.logins()).isEqualTo(1);
    }

    @Test
    void ddlThatEndedATransactionAndWasDoneReturnsNormally() throws Exception {
        controller.ddlCommits();
        Connection connection = inTransaction(connect(""));
        dropAt(Request.ExecuteDirect.class);
        controller.committed(1, 2);
        controller.lostCounts(0);
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("CREATE TABLE U")).isZero();
        }
        assertThat(asked()).containsExactly(2);
    }

    @Test
    void nothingIsLeftToCommitBehindDdlThatWasDone() throws Exception {
        controller.ddlCommits();
        Connection connection = inTransaction(connect(""));
        dropAt(Request.ExecuteDirect.class);
        controller.committed(1, 2);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE U");
        }
        connection.commit();
        connection.setAutoCommit(true);
        assertDead(connection);
        assertThat(failure(connection::commit).getSQLState())
                .as("more was wanted")
                .isEqualTo("08006");
    }

    @Test
    void switchingAutoCommitOnIsACommit() throws Exception {
        Connection connection = inTransaction(connect(""));
        dropAt(Request.Commit.class);
        controller.committed(1, 2);
        connection.setAutoCommit(true);
        assertDead(connection);
    }

    @Test
    void nothingIsCommittedBehindAStatementThatWasLost() throws Exception {
        Connection connection = inTransaction(connect(""));
        assertThat(lost(connection, "DELETE FROM T").getSQLState()).isEqualTo("08006");
        assertThat(failure(connection::commit).getSQLState()).isEqualTo("08006");
    }

    @Test
    void ddlThatEndedATransactionAndWasNotDoneSaysWhatIsCommitted() throws Exception {
        controller.ddlCommits();
        Connection connection = inTransaction(connect(""));
        controller.committed(1);
        SQLException failure = lost(connection, "CREATE TABLE U");
        assertThat(failure.getSQLState()).isEqualTo("08007");
        assertThat((Throwable) failure)
                .hasMessageContaining("65-1 was committed")
                .hasMessageContaining("65-2) was not carried out");
        assertThat(asked()).containsExactly(2, 1);
    }

    @Test
    void ddlThatDidNotEvenEndItsTransactionIs08006() throws Exception {
        controller.ddlCommits();
        Connection connection = inTransaction(connect(""));
        controller.committed();
        assertThat(lost(connection, "CREATE TABLE U").getSQLState()).isEqualTo("08006");
        assertThat(asked()).containsExactly(2, 1);
    }

    @Test
    void ddlThatBeganNoTransactionHasNothingElseToAskFor() throws Exception {
        controller.ddlCommits();
        Connection connection = connect("");
        connection.setAutoCommit(false);
        controller.committed();
        assertThat(lost(connection, "CREATE TABLE U").getSQLState()).isEqualTo("08006");
        assertThat(asked()).containsExactly(1);
    }

    @Test
    void aTransactionAfterDdlIsAskedForByItsOwnNumber() throws Exception {
        controller.ddlCommits();
        Connection connection = inTransaction(connect(""));
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE U");
            statement.execute("DELETE FROM U");
        }
        controller.committed(1, 2);
        assertThat(lost(connection, "CREATE TABLE V").getSQLState()).isEqualTo("08006");
        assertThat(asked()).containsExactly(4, 3);
    }
}
