package io.lockstep.controller.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.protocol.ExecuteOptions;
import io.lockstep.protocol.GeneratedKeys;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import io.lockstep.protocol.TransactionStatus;
import io.lockstep.protocol.UpdateCounts;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a session remembers between requests. */
@Timeout(120)
class ClientSessionTest {
    @TempDir private Path directory;
    private SessionScene scene;
    private TestSession session;

    @BeforeEach
    void open() throws Exception {
        scene = new SessionScene(directory);
        session = scene.session();
        session.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(10))");
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private void begin() {
        session.autoCommit(false);
        session.newTransaction();
    }

    private static String state(Response.Reply reply) {
        return ((Response.Failed) reply).error().sqlState();
    }

    private TransactionStatus status() {
        return ((Response.Pong) session.ask(new Request.Ping())).status();
    }

    private long rowsOnBoth() throws Exception {
        return (long) scene.onBoth("SELECT COUNT(*) FROM item");
    }

    @Test
    void aTransactionIsSeenByNobodyUntilItsCommit() throws Exception {
        begin();
        session.execute("INSERT INTO item VALUES (1, 'a')");
        assertThat(status()).isEqualTo(TransactionStatus.IN_TRANSACTION);
        assertThat(rowsOnBoth()).isZero();
        session.send(new Request.Commit(1));
        assertThat(status()).isEqualTo(TransactionStatus.IDLE);
        assertThat(rowsOnBoth()).isEqualTo(1);
    }

    @Test
    void aRollbackLeavesNothing() throws Exception {
        begin();
        session.execute("INSERT INTO item VALUES (1, 'a')");
        session.send(new Request.Rollback(1));
        assertThat(rowsOnBoth()).isZero();
    }

    @Test
    void aClientThatIsGoneIsRolledBackAndHoldsNoLocks() throws Exception {
        TestSession leaving = scene.session();
        leaving.autoCommit(false);
        leaving.execute("INSERT INTO item VALUES (1, 'a')");
        leaving.close();
        assertThat(session.execute("INSERT INTO item VALUES (1, 'b')"))
                .isInstanceOf(Response.UpdateCount.class);
        assertThat(scene.onBoth("SELECT name FROM item")).isEqualTo("b");
    }

    @Test
    void aSavepointTakesBackWhatCameAfterIt() throws Exception {
        begin();
        session.execute("INSERT INTO item VALUES (1, 'a')");
        session.send(new Request.Savepoint(1, "here"));
        session.execute("INSERT INTO item VALUES (2, 'b')");
        session.send(new Request.RollbackToSavepoint("here"));
        session.execute("INSERT INTO item VALUES (3, 'c')");
        session.send(new Request.Commit(1));
        assertThat(scene.onBoth("SELECT SUM(id) FROM item")).isEqualTo(4L);
    }

    @Test
    void anUnknownSavepointIsAnErrorAndNoMore() throws Exception {
        begin();
        session.execute("INSERT INTO item VALUES (1, 'a')");
        assertThat(state(session.ask(new Request.RollbackToSavepoint("nowhere"))))
                .isEqualTo("3B001");
        session.send(new Request.Commit(1));
        assertThat(rowsOnBoth()).isEqualTo(1);
    }

    @Test
    void transactionsAsTextsWorkToo() throws Exception {
        session.execute("BEGIN");
        session.execute("INSERT INTO item VALUES (1, 'a')");
        assertThat(rowsOnBoth()).isZero();
        session.execute("COMMIT");
        assertThat(rowsOnBoth()).isEqualTo(1);
        session.execute("INSERT INTO item VALUES (2, 'b')");
        assertThat(rowsOnBoth()).as("auto-commit is on again").isEqualTo(2);
    }

    @Test
    void autoCommitCannotBeSwitchedOnWithinATransaction() throws Exception {
        begin();
        session.execute("INSERT INTO item VALUES (1, 'a')");
        session.autoCommit(true); // has no reply: the next request says what was wrong
        assertThat(state(session.execute("INSERT INTO item VALUES (2, 'b')"))).isEqualTo("25001");
        session.send(new Request.Rollback(1));
        assertThat(rowsOnBoth()).isZero();
    }

    @Test
    void aReadOnlySessionRefusesWritesBeforeTheyRun() throws Exception {
        session.send(
                new Request.SetOptions(
                        true, Connection.TRANSACTION_READ_COMMITTED, true, null, null));
        assertThat(state(session.execute("INSERT INTO item VALUES (1, 'a')"))).isEqualTo("25006");
        assertThat(session.execute("SELECT * FROM item"))
                .isInstanceOf(Response.RowsDescribed.class);
        assertThat(rowsOnBoth()).isZero();
    }

    @Test
    void whatTheCallerCannotTakeIsNotRun() throws Exception {
        ExecuteOptions rows = new ExecuteOptions(1, ExecuteOptions.ROWS_EXPECTED, 0, 0, 0);
        ExecuteOptions count = new ExecuteOptions(1, ExecuteOptions.COUNT_EXPECTED, 0, 0, 0);
        assertThat(
                        state(
                                session.ask(
                                        new Request.ExecuteDirect(
                                                rows,
                                                "INSERT INTO item VALUES (1, 'a')",
                                                GeneratedKeys.NONE,
                                                List.of()))))
                .isEqualTo("02000");
        assertThat(
                        state(
                                session.ask(
                                        new Request.ExecuteDirect(
                                                count,
                                                "SELECT * FROM item",
                                                GeneratedKeys.NONE,
                                                List.of()))))
                .isEqualTo("0100E");
        assertThat(rowsOnBoth()).isZero();
    }

    @Test
    void aWrongNumberOfParametersIsNotRun() throws Exception {
        assertThat(state(session.execute("INSERT INTO item VALUES (?, ?)", 1))).isEqualTo("07001");
        assertThat(rowsOnBoth()).isZero();
    }

    @Test
    void aStatementNumberInUseIsReportedWithTheNextRequest() {
        session.send(new Request.Prepare(1, "SELECT 1 FROM item", GeneratedKeys.NONE));
        session.send(new Request.Prepare(1, "SELECT 2 FROM item", GeneratedKeys.NONE));
        assertThat(state(session.ask(new Request.Ping()))).isEqualTo("42P05");
        assertThat(session.ask(new Request.Ping())).isInstanceOf(Response.Pong.class);
    }

    @Test
    void aClosedStatementIsForgotten() {
        session.send(new Request.Prepare(1, "SELECT 1 FROM item", GeneratedKeys.NONE));
        session.send(new Request.CloseStatement(1));
        assertThat(state(session.ask(new Request.Execute(1, session.options(0), List.of()))))
                .isEqualTo("26000");
        session.send(new Request.Prepare(1, "SELECT id FROM item", GeneratedKeys.NONE));
        assertThat(session.ask(new Request.Execute(1, session.options(0), List.of())))
                .isInstanceOf(Response.RowsDescribed.class);
    }

    @Test
    void aRefusalSaysWhyAndTheSessionGoesOn() {
        Response.Failed failed =
                (Response.Failed) session.execute("UPDATE item SET name = 'x' LIMIT 1");
        assertThat(failed.error().sqlState()).isEqualTo("0ALS1");
        assertThat(failed.error().message()).contains("ORDER BY");
        assertThat(status()).isEqualTo(TransactionStatus.IDLE);
    }

    @Test
    void nobodyClaimsToKnowWhatBecameOfATransaction() {
        Response.OutcomeIs answer =
                (Response.OutcomeIs) session.ask(new Request.Outcome(new TransactionId(1, 1)));
        assertThat(answer.outcome()).isEqualTo(TransactionOutcome.UNKNOWN);
    }

    /** What a driver is told that has lost the connection of {@code asked}. */
    private Response.OutcomeIs outcomeAfterLoss(TestSession asked, int number) throws Exception {
        asked.close();
        return (Response.OutcomeIs)
                scene.session().ask(new Request.Outcome(new TransactionId(asked.id(), number)));
    }

    private void assertOutcome(int number, TransactionOutcome outcome) throws Exception {
        assertThat(outcomeAfterLoss(session, number).outcome())
                .as("number %d", number)
                .isEqualTo(outcome);
    }

    @Test
    void aCommitIsKnownByItsOwnNumberAndByItsTransactions() throws Exception {
        begin();
        session.execute("INSERT INTO item VALUES (1, 'a')");
        session.newTransaction();
        session.execute("INSERT INTO item VALUES (2, 'b')");
        session.send(new Request.Commit(session.newTransaction()));
        assertOutcome(1, TransactionOutcome.COMMITTED);
        assertOutcome(2, TransactionOutcome.ROLLED_BACK);
        assertOutcome(3, TransactionOutcome.COMMITTED);
    }

    @Test
    void aCommitAsTextIsKnownByItsOwnNumberAndByTheBegins() throws Exception {
        session.newTransaction();
        session.execute("BEGIN");
        session.newTransaction();
        session.execute("INSERT INTO item VALUES (1, 'a')");
        session.newTransaction();
        session.execute("COMMIT");
        assertOutcome(1, TransactionOutcome.COMMITTED);
        assertOutcome(2, TransactionOutcome.ROLLED_BACK);
        assertOutcome(3, TransactionOutcome.COMMITTED);
    }

    @Test
    void ddlThatFailsDoesNotMakeTheTransactionItEndedLookRolledBack() throws Exception {
        begin();
        session.execute("INSERT INTO item VALUES (1, 'a')");
        session.newTransaction();
        Response.Reply failed = session.execute("CREATE TABLE item (id INT PRIMARY KEY)");
        assertThat(state(failed)).isEqualTo("42S01");
        assertThat(((Response.Failed) failed).error().message())
                .contains("the transaction before this statement is committed");
        assertThat(rowsOnBoth()).isEqualTo(1);
        assertOutcome(1, TransactionOutcome.COMMITTED);
        assertOutcome(2, TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void ddlThatIsDoneHasAnOutcomeOfItsOwn() throws Exception {
        begin();
        session.execute("INSERT INTO item VALUES (1, 'a')");
        session.newTransaction();
        session.execute("CREATE TABLE other (id INT PRIMARY KEY)");
        assertThat(status()).isEqualTo(TransactionStatus.IDLE);
        Response.OutcomeIs outcome = outcomeAfterLoss(session, 2);
        assertThat(outcome.outcome()).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(outcome.counts()).isEqualTo(UpdateCounts.of(0));
        assertOutcome(1, TransactionOutcome.COMMITTED);
    }

    @Test
    void ddlEndsATransactionThatTextHasBegun() throws Exception {
        session.newTransaction();
        session.execute("BEGIN");
        assertThat(status()).isEqualTo(TransactionStatus.IN_TRANSACTION);
        session.newTransaction();
        session.execute("CREATE TABLE other (id INT PRIMARY KEY)");
        assertThat(status()).isEqualTo(TransactionStatus.IDLE);
    }

    @Test
    void countsThatWereLostWithTheirAnswerAreToldAfterwards() throws Exception {
        session.newTransaction();
        session.execute("INSERT INTO item VALUES (1, 'a'), (2, 'b')"); // in a group
        session.newTransaction();
        session.execute("UPDATE item SET name = 'c'"); // alone
        session.newTransaction();
        session.execute("INSERT INTO item VALUES (1, 'twice')");
        assertThat(outcomeAfterLoss(session, 1).counts()).isEqualTo(UpdateCounts.of(2));
        assertThat(outcomeAfterLoss(session, 2).counts()).isEqualTo(UpdateCounts.of(2));
        assertThat(outcomeAfterLoss(session, 3))
                .isEqualTo(
                        new Response.OutcomeIs(
                                TransactionStatus.IDLE, TransactionOutcome.ROLLED_BACK, null));
    }

    @Test
    void whatARepeatableReadHasSeenCannotChangeBeforeItsEnd() throws Exception {
        session.execute("INSERT INTO item VALUES (1, 'a')");
        session.send(
                new Request.SetOptions(
                        false, Connection.TRANSACTION_REPEATABLE_READ, false, null, null));
        session.newTransaction();
        session.execute("SELECT * FROM item");

        TestSession other = scene.session();
        ExecuteOptions impatient = new ExecuteOptions(1, 0, 0, 0, 300);
        Request write =
                new Request.ExecuteDirect(
                        impatient,
                        "UPDATE item SET name = 'b' WHERE id = 1",
                        GeneratedKeys.NONE,
                        List.of());
        assertThat(state(other.ask(write))).isEqualTo("57014");
        session.send(new Request.Commit(1));
        assertThat(other.ask(write)).isInstanceOf(Response.UpdateCount.class);
    }
}
