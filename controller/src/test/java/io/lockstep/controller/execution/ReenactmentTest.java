package io.lockstep.controller.execution;

import static io.lockstep.controller.execution.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.backends.BackendBusyException;
import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.FakeBackend.Call;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.protocol.SqlState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A lost connection is not a dead database: what an open transaction did is done again on a new
 * connection, and the client notices nothing.
 */
@Timeout(60)
class ReenactmentTest {
    @TempDir private Path directory;
    private Scene scene;
    private BackendTransaction transaction;

    @BeforeEach
    void prepare() throws Exception {
        scene = Scene.of(directory, 2);
        transaction = scene.transaction();
    }

    @AfterEach
    void allIsSound() {
        scene.close();
    }

    private Verdict<StatementResult> write(String text) throws SQLException {
        return transaction.write(call(text), true, false);
    }

    private void applied(String... texts) throws SQLException {
        for (String text : texts) {
            assertThat(write(text)).isInstanceOf(Verdict.Agreed.class);
        }
    }

    private static void assertRolledBack(Verdict<StatementResult> verdict) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.TakenBack.class,
                        back ->
                                assertThat(back.error().getSQLState())
                                        .isEqualTo(SqlState.ROLLED_BACK.code()));
    }

    private void assertBothServe() throws Exception {
        scene.assertServing(scene.a(), scene.b());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void theStatementsSoFarAreRepeatedAndTheLostOneIsRunAgain(int place) throws Exception {
        FakeBackend unlucky = scene.backends.get(place);
        applied("ONE", "TWO");
        unlucky.on(Call.EXECUTE, Answer.connectionLost());
        applied("THREE");
        applied("FOUR");
        assertThat(transaction.home()).isEqualTo(scene.handle(scene.a()));
        transaction.commit();
        assertBothServe();
        assertThat(unlucky.connections()).hasSize(2);
        assertThat(unlucky.connections().get(0).end()).isEqualTo(FakeConnection.End.DISCARDED);
        Scene.assertHolds(unlucky, "ONE", "TWO", "THREE", "FOUR");
    }

    @Test
    void onAllBackendsAtOnce() throws Exception {
        applied("ONE");
        scene.a().on(Call.EXECUTE, Answer.connectionLost());
        scene.b().on(Call.EXECUTE, Answer.connectionLost());
        applied("TWO");
        transaction.commit();
        assertBothServe();
        Scene.assertHolds(scene.a(), "ONE", "TWO");
    }

    @Test
    void numbersThatTheDatabaseGivesComeFromWhereTheyCameAtFirst() throws Exception {
        scene.a().counters().stands(7, FakeCounters.Back.ANYWHERE);
        Set<Counter> drawn = Set.of(new Counter("s", List.of()));
        assertThat(transaction.write(Scene.call("ONE"), true, true, drawn))
                .isInstanceOf(Verdict.Agreed.class);
        scene.b().counters().stands(9, FakeCounters.Back.ANYWHERE);
        scene.b().on(Call.EXECUTE, Answer.connectionLost());
        applied("TWO");
        transaction.commit();
        assertThat(scene.b().counters().repeated()).containsExactly(7L);
        assertBothServe();
    }

    /**
     * Otherwise COMMIT would meet a cut connection, and nobody could tell what became of it; or a
     * slow database would leave because a client cancels.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void notWhenACancelCutTheConnectionsJustBehindTheAnswer(boolean applied) throws Exception {
        applied("ONE");
        Answer answer =
                applied ? Answer.doneThenCut() : Answer.rejectedThenCut(FailureClass.DUPLICATE_KEY);
        scene.backends.forEach(b -> b.on(Call.EXECUTE, answer));
        assertThat(write("TWO"))
                .isInstanceOfSatisfying(
                        Verdict.TakenBack.class,
                        back -> {
                            assertThat(back.error().getSQLState())
                                    .isEqualTo(SqlState.QUERY_CANCELED.code());
                            assertThat(back.rerunnable()).isFalse();
                        });
        assertThatThrownBy(transaction::commit).isInstanceOf(SQLException.class);
        transaction.rollback();
        assertBothServe();
        Scene.assertHolds(scene.a());
        Scene.assertHolds(scene.b());
    }

    /** The connection breaks for another reason in a transaction that was cancelled before. */
    @Test
    void notForACancelledTransaction_whichIsRolledBack() throws Exception {
        applied("ONE");
        transaction.setSavepoint("s");
        transaction.cancelRunning();
        scene.b().on(Call.ROLLBACK_TO, Answer.connectionLost());
        assertThatThrownBy(() -> transaction.rollbackToSavepoint("s"))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> assertThat(e.getSQLState()).isEqualTo(SqlState.ROLLED_BACK.code()));
        transaction.rollback();
        assertBothServe();
        Scene.assertHolds(scene.a());
    }

    @Test
    void withItsSavepoints() throws Exception {
        applied("ONE");
        transaction.setSavepoint("s");
        applied("TWO");
        scene.b().on(Call.EXECUTE, Answer.connectionLost());
        applied("THREE");
        transaction.rollbackToSavepoint("s");
        applied("FOUR");
        transaction.commit();
        assertBothServe();
        Scene.assertHolds(scene.b(), "ONE", "FOUR");
    }

    @Test
    void withoutWhatWasRolledBackToASavepoint() throws Exception {
        applied("ONE");
        transaction.setSavepoint("s");
        applied("TWO");
        transaction.rollbackToSavepoint("s");
        scene.b().on(Call.EXECUTE, Answer.connectionLost());
        applied("THREE");
        transaction.rollbackToSavepoint("s");
        transaction.releaseSavepoint("s");
        transaction.commit();
        Scene.assertHolds(scene.b(), "ONE");
        assertThat(scene.b().connections().get(1).history())
                .containsExactly(
                        "BEGIN",
                        "EXECUTE [ONE]",
                        "SAVEPOINT s",
                        "EXECUTE [THREE]",
                        "ROLLBACK TO s",
                        "RELEASE s",
                        "COMMIT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET_SAVEPOINT", "ROLLBACK_TO", "RELEASE_SAVEPOINT"})
    void alsoWhenTheConnectionIsLostInASavepointsCommand(Call lostIn) throws Exception {
        scene.b().on(lostIn, Answer.connectionLost());
        applied("ONE");
        transaction.setSavepoint("s");
        applied("TWO");
        transaction.rollbackToSavepoint("s");
        transaction.releaseSavepoint("s");
        applied("THREE");
        transaction.commit();
        assertBothServe();
        Scene.assertHolds(scene.b(), "ONE", "THREE");
    }

    @Test
    void anotherAnswerOnRepetition_thatBackendLeaves() throws Exception {
        applied("ONE");
        scene.b().on(Call.EXECUTE, Answer.connectionLost(), Answer.counts(5));
        applied("TWO");
        scene.assertLeft(scene.b(), BackendState.LOST);
        transaction.commit();
        Scene.assertHolds(scene.a(), "ONE", "TWO");
        Scene.assertHolds(scene.b());
    }

    @Test
    void refusedOnRepetition_thatBackendLeaves() throws Exception {
        applied("ONE");
        scene.b()
                .on(
                        Call.EXECUTE,
                        Answer.connectionLost(),
                        Answer.rejected(FailureClass.DUPLICATE_KEY));
        applied("TWO");
        scene.assertServing(scene.a());
        transaction.commit();
    }

    @Test
    void theDriverBreaksOnRepetition_thatBackendLeaves() throws Exception {
        applied("ONE");
        scene.b().on(Call.EXECUTE, Answer.connectionLost(), Answer.driverBug());
        applied("TWO");
        scene.assertServing(scene.a());
        transaction.commit();
    }

    @Test
    void theHomeLeavesBecauseItCouldNotBeRepeated_theNextAnswersReads() throws Exception {
        applied("ONE");
        scene.a().on(Call.EXECUTE, Answer.connectionLost(), Answer.counts(5));
        applied("TWO");
        assertThat(transaction.home()).isEqualTo(scene.handle(scene.b()));
        transaction.commit();
        Scene.assertHolds(scene.b(), "ONE", "TWO");
    }

    @Test
    void lostOnceMoreInTheRepetition_itIsTriedAgain() throws Exception {
        applied("ONE");
        scene.b().on(Call.EXECUTE, Answer.connectionLost(), Answer.connectionLost());
        applied("TWO");
        assertBothServe();
        transaction.commit();
        assertThat(scene.b().connections()).hasSize(3);
    }

    @Test
    void aHangingRepetition_isNotWaitedFor() throws Exception {
        applied("ONE");
        scene.b().on(Call.EXECUTE, Answer.connectionLost());
        scene.b().onText("ONE", Answer.hangs());
        applied("TWO");
        scene.assertServing(scene.a());
        transaction.commit();
    }

    @Test
    void theLostStatementHangsOnTheNewConnection_isNotWaitedFor() throws Exception {
        applied("ONE");
        scene.b().on(Call.EXECUTE, Answer.connectionLost(), Answer.done(), Answer.hangs());
        applied("TWO");
        scene.assertServing(scene.a());
        transaction.commit();
    }

    @Test
    void noConnectionToBeHadInTime_rolledBackEverywhereAndNobodyIsBlamed() throws Exception {
        applied("ONE");
        scene.b()
                .on(Call.EXECUTE, Answer.connectionLost())
                .on(
                        Call.BORROW,
                        c -> {
                            throw new BackendBusyException("all in use", null);
                        });
        assertRolledBack(write("TWO"));
        assertBothServe();
        transaction.rollback();
        assertNothingIsCommitted();
    }

    private void assertNothingIsCommitted() {
        scene.backends.forEach(Scene::assertHolds);
    }

    @Test
    void tooMuchToRemember_rolledBackEverywhere() throws Exception {
        String large = "x".repeat(600_000); // two bytes each: more than the journal takes
        assertThat(transaction.write(call("LARGE", large), true, false))
                .isInstanceOf(Verdict.Agreed.class);
        scene.b().on(Call.EXECUTE, Answer.connectionLost());
        assertRolledBack(write("TWO"));
        assertBothServe();
        transaction.rollback();
        assertNothingIsCommitted();
    }

    @Test
    void tooManyStatementsToRemember_rolledBackEverywhere() throws Exception {
        for (int i = 0; i <= 2000; i++) {
            applied("UPDATE t");
        }
        scene.a().on(Call.EXECUTE, Answer.connectionLost());
        assertRolledBack(write("ONCE MORE"));
        assertBothServe();
        transaction.rollback();
        assertNothingIsCommitted();
    }

    @Test
    void cancelled_isNotRepeated() throws Exception {
        applied("ONE");
        scene.backends.forEach(b -> b.on(Call.EXECUTE, Answer.hangs()));
        CompletableFuture<Void> cancel =
                CompletableFuture.runAsync(
                        () -> {
                            Awaitility.await()
                                    .until(
                                            () ->
                                                    scene.backends.stream()
                                                            .allMatch(
                                                                    b ->
                                                                            b.connections()
                                                                                    .get(0)
                                                                                    .isHanging()));
                            // An engine that can only be cancelled by cutting the connection.
                            scene.b().connections().get(0).cut();
                            transaction.cancelRunning();
                        });
        assertThat(write("TWO")).isInstanceOf(Verdict.TakenBack.class);
        cancel.join();
        assertThat(scene.b().connections()).hasSize(1);
        assertBothServe();
        transaction.rollback();
        assertNothingIsCommitted();
    }

    @Test
    void cancelReachesEveryBackend() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        scene.a().on(Call.EXECUTE, Answer.hangs());
        scene.b().on(Call.EXECUTE, Answer.hangs());
        CompletableFuture<Void> cancel =
                CompletableFuture.runAsync(
                        () -> {
                            Awaitility.await()
                                    .until(
                                            () ->
                                                    scene.backends.stream()
                                                            .allMatch(
                                                                    b ->
                                                                            !b.inUse().isEmpty()
                                                                                    && b.inUse()
                                                                                            .get(0)
                                                                                            .isHanging()));
                            transaction.cancelRunning();
                            cancelled.countDown();
                        });
        assertThat(write("ONE"))
                .isInstanceOfSatisfying(
                        Verdict.TakenBack.class, back -> assertThat(back.rerunnable()).isFalse());
        cancel.join();
        assertThat(cancelled.getCount()).isZero();
        transaction.rollback();
        assertBothServe();
    }

    @Test
    void homeLostDuringARead_theTransactionGoesOnOnANewConnection() throws Exception {
        applied("ONE");
        assertThat(transaction.survives(scene.handle(scene.a()), lost(scene.a()))).isTrue();
        assertThat(transaction.home()).isEqualTo(scene.handle(scene.a()));
        applied("TWO");
        transaction.commit();
        assertBothServe();
        Scene.assertHolds(scene.a(), "ONE", "TWO");
    }

    private static SQLException lost(FakeBackend backend) {
        return backend.connections().get(0).lost();
    }

    @Test
    void homeDiesDuringARead_theNextBackendAnswers() throws Exception {
        applied("ONE");
        scene.a().die();
        assertThat(transaction.survives(scene.handle(scene.a()), lost(scene.a()))).isTrue();
        assertThat(transaction.home()).isEqualTo(scene.handle(scene.b()));
        transaction.commit();
        scene.assertServing(scene.b());
        Scene.assertHolds(scene.b(), "ONE");
    }

    @Test
    void homeDiesDuringAReadBeforeAnythingWasWritten_anyOtherAnswers() throws Exception {
        assertThat(transaction.homeConnection(scene.handle(scene.a()))).isNotNull();
        scene.a().die();
        assertThat(transaction.survives(scene.handle(scene.a()), lost(scene.a()))).isTrue();
        assertThat(transaction.home()).isNull();
        assertThat(transaction.homeConnection(scene.handle(scene.b()))).isNotNull();
        transaction.rollback();
        scene.assertServing(scene.b());
    }

    @Test
    void theLastBackendWithItsWritesDiesDuringARead_thatIsSaid() throws Exception {
        scene.b().die();
        applied("ONE");
        scene.a().die();
        assertThatThrownBy(() -> transaction.survives(scene.handle(scene.a()), lost(scene.a())))
                .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
                .extracting(SQLException::getSQLState)
                .isEqualTo(SqlState.NO_BACKEND.code());
        transaction.rollback();
        scene.assertServing(scene.a());
    }

    @Test
    void lostInARead_andNotReplaced_theTransactionCanOnlyBeRolledBack() throws Exception {
        applied("ONE");
        scene.a()
                .on(
                        Call.BORROW,
                        c -> {
                            throw new BackendBusyException("all in use", null);
                        });
        assertThatThrownBy(() -> transaction.survives(scene.handle(scene.a()), lost(scene.a())))
                .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
                .extracting(SQLException::getSQLState)
                .isEqualTo(SqlState.ROLLED_BACK.code());
        assertOnlyRollback();
    }

    /** Neither further writes nor COMMIT, whatever the caller believes. */
    private void assertOnlyRollback() throws Exception {
        assertRefusesAll();
        transaction.rollback();
        assertBothServe();
        assertNothingIsCommitted();
    }

    private void assertRefusesAll() {
        for (ThrowingCallable next :
                List.<ThrowingCallable>of(
                        () -> write("MORE"),
                        () -> transaction.setSavepoint("t"),
                        () -> transaction.homeConnection(scene.handle(scene.a())),
                        transaction::commit)) {
            assertThatThrownBy(next)
                    .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
                    .extracting(SQLException::getSQLState)
                    .isEqualTo(SqlState.ROLLED_BACK.code());
        }
    }

    @Test
    void whatWasTakenBackCanOnlyBeRolledBack() throws Exception {
        applied("ONE");
        scene.b().on(Call.EXECUTE, Answer.counts(2));
        assertRolledBack(write("TWO"));
        assertOnlyRollback();
    }

    @Test
    void aRollbackToASavepointThatOnlySomeDid_canOnlyBeFollowedByARollbackOfAll() throws Exception {
        transaction.setSavepoint("s");
        applied("ONE");
        scene.b().on(Call.ROLLBACK_TO, Answer.rejected(FailureClass.OTHER));
        assertThatThrownBy(() -> transaction.rollbackToSavepoint("s"))
                .isInstanceOf(SQLException.class);
        assertOnlyRollback();
    }

    @Test
    void aDriverThatBreaksInARollbackToASavepoint_leavesNothingUsable() throws Exception {
        transaction.setSavepoint("s");
        applied("ONE");
        scene.b().on(Call.ROLLBACK_TO, Answer.driverBug());
        assertThatThrownBy(() -> transaction.rollbackToSavepoint("s"))
                .isInstanceOf(Exception.class);
        assertOnlyRollback();
    }

    @Test
    void aSavepointThatOnlySomeCouldSetDoesNotExist() throws Exception {
        applied("ONE");
        scene.b().on(Call.SET_SAVEPOINT, Answer.rejected(FailureClass.OTHER));
        assertThatThrownBy(() -> transaction.setSavepoint("s")).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> transaction.rollbackToSavepoint("s"))
                .isInstanceOf(SQLException.class);
        transaction.rollback();
        assertNothingIsCommitted();
    }

    @Test
    void aSavepointThatDoesNotExist_isTheClientsErrorAndChangesNothing() throws Exception {
        applied("ONE");
        assertThatThrownBy(() -> transaction.rollbackToSavepoint("nowhere"))
                .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
                .extracting(SQLException::getSQLState)
                .isEqualTo(SqlState.INVALID_SAVEPOINT.code());
        transaction.commit();
        Scene.assertHolds(scene.a(), "ONE");
    }

    @Test
    void aSavepointSetWhileReadingIsSetOnThoseThatJoinLater() throws Exception {
        assertThat(transaction.homeConnection(scene.handle(scene.a()))).isNotNull();
        transaction.setSavepoint("s");
        applied("ONE");
        transaction.rollbackToSavepoint("s");
        applied("TWO");
        transaction.commit();
        Scene.assertHolds(scene.a(), "TWO");
        Scene.assertHolds(scene.b(), "TWO");
    }

    @Test
    void aConnectionThatBreaksAtBegin_isReplaced() throws Exception {
        scene.b().on(Call.BEGIN, Answer.connectionLost());
        applied("ONE");
        transaction.commit();
        assertBothServe();
        Scene.assertHolds(scene.b(), "ONE");
    }

    @Test
    void theLastBackendBreaksConnectionsForEver_thatIsAnErrorAndNotAnEndlessSearch()
            throws Exception {
        scene.b().die();
        scene.group.leave(scene.handle(scene.b()), BackendState.LOST, "gone");
        scene.a().byChance(call -> Answer.connectionLost());
        assertThatThrownBy(() -> transaction.homeConnection(scene.handle(scene.a())))
                .isInstanceOf(SQLException.class);
        scene.a().byChance(call -> Answer.done());
        scene.assertServing(scene.a());
    }

    // ------------------------------------------------------------------ who comes back meanwhile

    /** The transaction writes while b is out. */
    private void writtenWithoutB(String... texts) throws Exception {
        scene.group.leave(scene.handle(scene.b()), BackendState.LOST, "silent");
        applied(texts);
        assertThat(scene.b().connections()).isEmpty();
    }

    private void bComesBack() throws Exception {
        assertThat(scene.enters("b")).isTrue();
    }

    private void aDies() throws Exception {
        scene.a().die();
        scene.group.leave(scene.handle(scene.a()), BackendState.LOST, "silent");
    }

    @Test
    void aBackendThatComesBackTakesPartFromTheNextWriteOn() throws Exception {
        writtenWithoutB("ONE");
        transaction.setSavepoint("s");
        bComesBack();
        applied("TWO");
        aDies();
        transaction.rollbackToSavepoint("s");
        applied("THREE");
        transaction.commit();
        scene.assertServing(scene.b());
        Scene.assertHolds(scene.b(), "ONE", "THREE");
    }

    @Test
    void theLastPartIsLostBetweenTwoStatements_theTransactionGoesOnWhereItCan() throws Exception {
        writtenWithoutB("ONE");
        bComesBack();
        aDies();
        assertThat(transaction.homeConnection(scene.handle(scene.b()))).isNull();
        assertThat(transaction.home()).isEqualTo(scene.handle(scene.b()));
        assertThat(transaction.homeConnection(scene.handle(scene.b()))).isNotNull();
        applied("TWO");
        transaction.commit();
        Scene.assertHolds(scene.b(), "ONE", "TWO");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theLastPartIsLostInAStatement_thatIsRunWhereItGoesOn(boolean answers) throws Exception {
        writtenWithoutB("ONE");
        scene.a()
                .on(
                        Call.EXECUTE,
                        connection -> {
                            enters("b");
                            if (answers) { // and is then put out by somebody else
                                scene.group.leave(
                                        scene.handle(scene.a()), BackendState.LOST, "silent");
                                return Answer.done().play(connection);
                            }
                            return Answer.dies().play(connection);
                        });
        applied("TWO");
        transaction.commit();
        scene.assertServing(scene.b());
        Scene.assertHolds(scene.b(), "ONE", "TWO");
    }

    private void enters(String name) {
        try {
            scene.enters(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theLastPartIsLostInASavepointsCommand() throws Exception {
        writtenWithoutB("ONE");
        bComesBack();
        scene.a().on(Call.SET_SAVEPOINT, Answer.dies());
        transaction.setSavepoint("s");
        applied("TWO");
        transaction.rollbackToSavepoint("s");
        transaction.commit();
        Scene.assertHolds(scene.b(), "ONE");
    }

    @Test
    void theLastPartIsLostBeforeTheCommit() throws Exception {
        writtenWithoutB("ONE");
        bComesBack();
        aDies();
        transaction.commit();
        Scene.assertHolds(scene.b(), "ONE");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatCannotBeRepeatedThereIsRolledBackAndNobodyIsBlamed(boolean tooLarge) throws Exception {
        writtenWithoutB("ONE");
        if (tooLarge) {
            assertThat(transaction.write(call("LARGE", "x".repeat(600_000)), true, false))
                    .isInstanceOf(Verdict.Agreed.class);
        } else {
            scene.b().onText("ONE", Answer.counts(5));
        }
        bComesBack();
        applied("TWO"); // b gets it at the commit
        aDies();
        assertThatThrownBy(transaction::commit)
                .hasFieldOrPropertyWithValue("SQLState", SqlState.ROLLED_BACK.code());
        transaction.rollback();
        scene.assertServing(scene.b());
        assertNothingIsCommitted();
    }

    /** Its counters stand elsewhere. */
    @Test
    void norDoesAnybodyComeInWhereDatabasesNumberRows() throws Exception {
        scene.group.leave(scene.handle(scene.b()), BackendState.LOST, "silent");
        transaction.joinToNumber();
        bComesBack();
        applied("ONE");
        assertThat(scene.b().connections()).isEmpty();
        aDies();
        assertThatThrownBy(() -> write("TWO"))
                .hasFieldOrPropertyWithValue("SQLState", SqlState.ROLLED_BACK.code());
        transaction.rollback();
    }
}
