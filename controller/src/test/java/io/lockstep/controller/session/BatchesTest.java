package io.lockstep.controller.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.protocol.GeneratedKeys;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import io.lockstep.protocol.TransactionStatus;
import io.lockstep.protocol.UpdateCounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A batch is one transaction, however many parts it comes in and however it ends. */
@Timeout(120)
class BatchesTest {
    private static final int INSERT = 1;
    private static final int UPDATE = 2;

    @TempDir private Path directory;
    private SessionScene scene;
    private TestSession session;
    private int batchNumber; // 0 = none is unfinished

    @BeforeEach
    void open() throws Exception {
        scene = new SessionScene(directory);
        session = scene.session();
        session.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(10))");
        prepare(INSERT, "INSERT INTO item (id, name) VALUES (?, ?)");
        prepare(UPDATE, "UPDATE item SET name = ? WHERE id <= ?");
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private void prepare(int number, String sql) {
        session.send(new Request.Prepare(number, sql, GeneratedKeys.NONE));
    }

    private static List<List<Object>> items(int from, int to) {
        List<List<Object>> rows = new ArrayList<>();
        for (int id = from; id < to; id++) {
            rows.add(List.of(id, "n" + id));
        }
        return rows;
    }

    /** All parts of a batch have one number. */
    private int batchNumber(boolean last) {
        if (batchNumber == 0) {
            batchNumber = session.newTransaction();
        }
        int number = batchNumber;
        batchNumber = last ? 0 : batchNumber;
        return number;
    }

    private List<Response.Reply> part(int statement, boolean last, List<List<Object>> rows) {
        return session.send(new Request.Batch(statement, batchNumber(last), last, 0, rows));
    }

    private static long[] counts(List<Response.Reply> replies) {
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < replies.size(); i++) {
            Response.BatchCounts part = (Response.BatchCounts) replies.get(i);
            assertThat(part.resultFollows()).isEqualTo(i + 1 < replies.size());
            for (long count : part.counts().toArray()) {
                counts.add(count);
            }
        }
        return counts.stream().mapToLong(Long::longValue).toArray();
    }

    private Response.Failed failure(List<Response.Reply> replies) {
        assertThat(replies).hasSize(1);
        Response.Failed failed = (Response.Failed) replies.get(0);
        assertThat(failed.batchCounts().size()).as("nothing of it counts as done").isZero();
        return failed;
    }

    private long rowsOnBoth() throws Exception {
        return (long) scene.onBoth("SELECT COUNT(*) FROM item");
    }

    @Test
    void countsAnswerTheRowsInTheirOrder() throws Exception {
        assertThat(counts(part(INSERT, true, items(0, 3)))).containsExactly(1, 1, 1);
        assertThat(counts(part(UPDATE, true, List.of(List.of("x", 1), List.of("y", -1)))))
                .containsExactly(2, 0);
        assertThat(rowsOnBoth()).isEqualTo(3);
    }

    @Test
    void onlyTheLastPartIsAnsweredAndOnlyThenIsAnythingDone() throws Exception {
        assertThat(part(INSERT, false, items(0, 10))).isEmpty();
        assertThat(part(INSERT, false, items(10, 20))).isEmpty();
        assertThat(rowsOnBoth()).isZero();
        assertThat(counts(part(INSERT, true, items(20, 30)))).hasSize(30).containsOnly(1);
        assertThat(rowsOnBoth()).isEqualTo(30);
    }

    @Test
    void theLastPartMayBeEmpty() throws Exception {
        part(INSERT, false, items(0, 10));
        assertThat(counts(part(INSERT, true, List.of()))).hasSize(10);
        assertThat(rowsOnBoth()).isEqualTo(10);
    }

    @Test
    void anEmptyBatchHasNoCounts() {
        assertThat(counts(part(INSERT, true, List.of()))).isEmpty();
    }

    @Test
    void aLargeBatchRunsInPortionsAndIsStillOneTransaction() throws Exception {
        TestSession other = scene.session();
        part(INSERT, false, items(0, 6_000));
        part(INSERT, false, items(6_000, 12_000));
        Response.RowsDescribed seen =
                (Response.RowsDescribed) other.execute("SELECT COUNT(*) FROM item");
        assertThat(TestSession.rows(seen.rowSet())).containsExactly(List.of(0L));

        List<Response.Reply> answer = part(INSERT, true, items(12_000, 12_010));
        assertThat(counts(answer)).hasSize(12_010).containsOnly(1);
        assertThat(((Response.BatchCounts) answer.get(0)).status())
                .isEqualTo(TransactionStatus.IDLE);
        assertThat(rowsOnBoth()).isEqualTo(12_010);
    }

    @Test
    void aFailureLateInALargeBatchLeavesNothingOfIt() throws Exception {
        part(INSERT, false, items(0, 6_000));
        List<List<Object>> duplicate = items(6_000, 12_000);
        duplicate.set(5_500, List.of(17, "again"));
        part(INSERT, false, duplicate);
        assertThat(part(INSERT, false, items(12_000, 18_000))).isEmpty();

        Response.Failed failed = failure(part(INSERT, true, items(18_000, 18_001)));
        assertThat(failed.error().sqlState()).isEqualTo("23505");
        assertThat(failed.status()).isEqualTo(TransactionStatus.IDLE);
        assertThat(rowsOnBoth()).isZero();

        assertThat(counts(part(INSERT, true, items(0, 2)))).containsExactly(1, 1);
        assertThat(rowsOnBoth()).as("auto-commit is as it was").isEqualTo(2);
    }

    @Test
    void aFailureInASmallBatchLeavesNothingOfIt() throws Exception {
        List<List<Object>> duplicate = new ArrayList<>(items(0, 5));
        duplicate.add(List.of(3, "again"));
        assertThat(failure(part(INSERT, true, duplicate)).error().sqlState()).isEqualTo("23505");
        assertThat(rowsOnBoth()).isZero();
    }

    @Test
    void aFailureWithinATransactionDoomsIt() throws Exception {
        session.autoCommit(false);
        session.newTransaction();
        session.execute("INSERT INTO item VALUES (100, 'first')");
        Response.Failed failed =
                failure(part(INSERT, true, List.of(List.of(1, "a"), List.of(1, "b"))));
        assertThat(failed.status()).isEqualTo(TransactionStatus.DOOMED);
        Response.Failed next = (Response.Failed) session.execute("SELECT 1 FROM item");
        assertThat(next.error().sqlState()).isEqualTo("25P02");
        session.send(new Request.Rollback(0));
        assertThat(rowsOnBoth()).isZero();
    }

    @Test
    void withinATransactionALargeBatchEndsWithIt() throws Exception {
        session.autoCommit(false);
        session.newTransaction();
        part(INSERT, false, items(0, 6_000));
        List<Response.Reply> answer = part(INSERT, true, items(6_000, 6_001));
        assertThat(counts(answer)).hasSize(6_001);
        assertThat(((Response.BatchCounts) answer.get(0)).status())
                .isEqualTo(TransactionStatus.IN_TRANSACTION);
        assertThat(rowsOnBoth()).isZero();
        session.send(new Request.Commit(0));
        assertThat(rowsOnBoth()).isEqualTo(6_001);
    }

    @Test
    void countsThatFillMoreThanOneFrameComeInSeveral() throws Exception {
        int total = 150_000;
        for (int from = 0; from < total; from += 50_000) {
            List<Response.Reply> answer =
                    part(INSERT, from + 50_000 == total, items(from, from + 50_000));
            if (from + 50_000 == total) {
                assertThat(answer.size()).isGreaterThan(1);
                assertThat(counts(answer)).hasSize(total).containsOnly(1);
            }
        }
        assertThat(rowsOnBoth()).isEqualTo(total);
    }

    @Test
    void generatedKeysOfAllPortionsAreReturned() throws Exception {
        session.execute(
                "CREATE TABLE numbered (id INT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, n INT)");
        session.send(
                new Request.Prepare(
                        7,
                        "INSERT INTO numbered (n) VALUES (?)",
                        GeneratedKeys.columns(List.of("ID"))));
        List<List<Object>> some = new ArrayList<>();
        for (int i = 0; i < 5_500; i++) {
            some.add(List.of(i));
        }
        part(7, false, some);
        List<List<Object>> keys = new ArrayList<>();
        List<Response.Reply> answer = part(7, true, some.subList(0, 3));
        for (Response.Reply reply : answer) {
            Response.BatchCounts part = (Response.BatchCounts) reply;
            if (part.keys() != null) {
                keys.addAll(TestSession.rows(part.keys()));
                int cursor = part.keys().cursorId();
                while (cursor != 0) {
                    Response.Rows more = (Response.Rows) session.ask(new Request.Fetch(cursor, 0));
                    keys.addAll(TestSession.rows(more.rowSet()));
                    cursor = more.rowSet().cursorId();
                }
            }
        }
        assertThat(counts(answer)).hasSize(5_503);
        assertThat(keys).hasSize(5_503).doesNotHaveDuplicates();
        assertThat(keys.get(0)).containsExactly(1);
        assertThat(keys.get(5_502)).containsExactly(5_503);
    }

    @Test
    void anUnknownStatementIsReportedWithTheLastPart() {
        assertThat(part(99, false, items(0, 1))).isEmpty();
        Response.Failed failed = (Response.Failed) part(99, true, items(1, 2)).get(0);
        assertThat(failed.error().sqlState()).isEqualTo("26000");
    }

    private List<Response.Reply> texts(boolean last, String... statements) {
        return session.send(
                new Request.BatchDirect(batchNumber(last), last, 0, List.of(statements)));
    }

    @Test
    void textsAreOneTransactionToo() throws Exception {
        assertThat(texts(false, "INSERT INTO item VALUES (1, 'a')")).isEmpty();
        assertThat(rowsOnBoth()).isZero();
        assertThat(
                        counts(
                                texts(
                                        true,
                                        "INSERT INTO item VALUES (2, 'b')",
                                        "UPDATE item SET name = 'c'")))
                .containsExactly(1, 1, 2);
        assertThat(rowsOnBoth()).isEqualTo(2);
    }

    @Test
    void oneTextThatFailsTakesTheOthersBack() throws Exception {
        Response.Failed failed =
                failure(
                        texts(
                                true,
                                "INSERT INTO item VALUES (1, 'a')",
                                "INSERT INTO nowhere VALUES (1)",
                                "INSERT INTO item VALUES (2, 'b')"));
        assertThat(failed.error().sqlState()).startsWith("42");
        assertThat(failed.status()).isEqualTo(TransactionStatus.IDLE);
        assertThat(rowsOnBoth()).isZero();
    }

    @Test
    void aTextThatReturnsRowsFailsTheBatch() throws Exception {
        Response.Failed failed =
                failure(texts(true, "INSERT INTO item VALUES (1, 'a')", "SELECT * FROM item"));
        assertThat(failed.error().sqlState()).isEqualTo("0100E");
        assertThat(rowsOnBoth()).isZero();
    }

    private List<Response.Reply> texts(int number, boolean last, String... texts) {
        return session.send(new Request.BatchDirect(number, last, 0, List.of(texts)));
    }

    private Response.OutcomeIs outcome(int number) throws Exception {
        session.close();
        return (Response.OutcomeIs)
                scene.session().ask(new Request.Outcome(new TransactionId(session.id(), number)));
    }

    private void assertCommitted(Integer... numbers) throws Exception {
        List<Integer> committed = new ArrayList<>();
        for (int number = 1; number < 20; number++) {
            if (outcome(number).outcome() == TransactionOutcome.COMMITTED) {
                committed.add(number);
            }
        }
        assertThat(committed).containsExactly(numbers);
    }

    @Test
    void theEndOfABatchOfTextsHasTheNumberBehindTheirs() throws Exception {
        texts(10, false, "INSERT INTO item VALUES (1, 'a')", "INSERT INTO item VALUES (2, 'b')");
        texts(10, true, "UPDATE item SET name = 'c'");
        assertThat(outcome(13).counts()).isEqualTo(UpdateCounts.of(1, 1, 2));
        assertCommitted(10, 13);
    }

    @Test
    void eachPieceOfABatchThatDdlCutsHasItsOwnNumbers() throws Exception {
        List<Response.Reply> answer =
                texts(
                        10,
                        true,
                        "INSERT INTO item VALUES (1, 'a')",
                        "CREATE TABLE other (id INT PRIMARY KEY)",
                        "INSERT INTO item VALUES (2, 'b')",
                        "INSERT INTO item VALUES (3, 'c')");
        assertThat(counts(answer)).containsExactly(1, 0, 1, 1);
        assertCommitted(10, 11, 12, 14);
    }

    private void assertFailed(List<Response.Reply> replies, int failedIndex, long... staysDone) {
        Response.Failed failed = (Response.Failed) replies.get(replies.size() - 1);
        assertThat(failed.batchCounts().toArray()).containsExactly(staysDone);
        assertThat(failed.failedIndex()).isEqualTo(failedIndex);
        boolean committed = failed.status() == TransactionStatus.IDLE && staysDone.length > 0;
        assertThat(failed.error().message().contains("committed")).isEqualTo(committed);
    }

    @Test
    void whatFailsBehindDdlLeavesOnlyWhatTheDdlHasCommitted() throws Exception {
        assertFailed(
                texts(
                        10,
                        true,
                        "INSERT INTO item VALUES (1, 'a')",
                        "CREATE TABLE other (id INT PRIMARY KEY)",
                        "INSERT INTO item VALUES (2, 'b')",
                        "INSERT INTO item VALUES (1, 'twice')"),
                3,
                1,
                0);
        assertThat(rowsOnBoth()).isEqualTo(1);
        assertCommitted(10, 11);
    }

    @Test
    void ddlThatFailsLeavesWhatItHasCommittedBefore() throws Exception {
        assertFailed(
                texts(
                        10,
                        true,
                        "INSERT INTO item VALUES (1, 'a')",
                        "CREATE TABLE item (id INT PRIMARY KEY)"),
                1,
                1);
        assertThat(rowsOnBoth()).isEqualTo(1);
    }

    @Test
    void inATransactionThatGoesOnWhatIsBeforeTheFailureStaysDone() throws Exception {
        session.autoCommit(false);
        assertFailed(
                texts(
                        10,
                        true,
                        "INSERT INTO item VALUES (1, 'a')",
                        "INSERT INTO item VALUES (1, 'twice')"),
                1,
                1);
        session.send(new Request.Commit(12));
        assertThat(rowsOnBoth()).isEqualTo(1);
    }

    @Test
    void aLargeBatchOfRowsHasOneNumber() throws Exception {
        Request.Batch first = new Request.Batch(INSERT, 10, false, 0, items(0, 6_000));
        session.send(first);
        session.send(new Request.Batch(INSERT, 10, true, 0, items(6_000, 6_010)));
        assertThat(outcome(10).counts().size()).isEqualTo(6_010);
        assertCommitted(10);
    }

    @Test
    void theRestOfABatchIsNotCarriedOutOnceItsClientIsGone() throws Exception {
        session.sendAndVanish(
                new Request.BatchDirect(
                        10,
                        true,
                        0,
                        List.of(
                                "INSERT INTO item VALUES (1, 'a')",
                                "INSERT INTO item VALUES (2, 'b')",
                                "INSERT INTO item VALUES (3, 'c')")));
        assertThat(rowsOnBoth()).isZero();
    }

    static Stream<Request> whatDoesNotContinueTheBatch() {
        return Stream.of(
                new Request.Batch(INSERT, 11, true, 0, items(0, 1)),
                new Request.Batch(UPDATE, 10, true, 0, items(0, 1)),
                new Request.BatchDirect(10, true, 0, List.of("DELETE FROM item")),
                new Request.Commit(11),
                new Request.Ping(),
                new Request.CloseCursor(1));
    }

    @ParameterizedTest
    @MethodSource("whatDoesNotContinueTheBatch")
    void nothingComesInTheMiddleOfABatch(Request other) throws Exception {
        session.send(new Request.Batch(INSERT, 10, false, 0, items(0, 10)));
        Response.Failed failed = (Response.Failed) session.ask(other);
        assertThat(failed.fatal()).isTrue();
        assertThat(failed.error().sqlState()).isEqualTo("08P01");
        session.close();
        assertThat(rowsOnBoth()).isZero();
    }

    @Test
    void nothingJoinsTheTransactionOfALargeBatchThatWasBrokenOff() throws Exception {
        session.send(new Request.Batch(INSERT, 10, false, 0, items(0, 6_000)));
        Response.Failed failed =
                (Response.Failed) session.execute("INSERT INTO item VALUES (7000, 'lost')");
        assertThat(failed.fatal()).isTrue();
        session.close();
        assertThat(rowsOnBoth()).isZero();
    }
}
