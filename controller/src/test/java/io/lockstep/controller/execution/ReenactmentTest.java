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
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A lost connection is not a dead database: what an open transaction did is done again on a new
 * connection, and the client notices nothing.
 */
class ReenactmentTest extends OpenTransactionScene {
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
}
