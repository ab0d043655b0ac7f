package io.lockstep.controller.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.FakeBackend.Call;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.recovery.Watermarks;
import io.lockstep.controller.recoverylog.LogRecord;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A database comes back while the controller runs: with everything, or not at all. */
class RejoinerTest extends RejoinScene {
    @Test
    void itIsGivenWhatItLacksInTheLogsOrder() throws Exception {
        commit("UPDATE 1");
        bLeaves();
        commit("UPDATE 2");
        commit("UPDATE 3");
        rejoiner.start();
        awaitState(scene.b(), BackendState.ENABLED);
        Scene.assertHolds(scene.b(), "UPDATE 1", "UPDATE 2", "UPDATE 3");
        commit("UPDATE 4");
        Scene.assertHolds(scene.b(), "UPDATE 1", "UPDATE 2", "UPDATE 3", "UPDATE 4");
    }

    @Test
    void whatItHoldsAlreadyIsNotDoneTwice() throws Exception {
        BackendTransaction unheard = written("UPDATE 1");
        scene.b().on(Call.COMMIT, Answer.committedUnheard());
        unheard.commit();
        scene.assertLeft(scene.b(), BackendState.LOST);
        commit("UPDATE 2");
        rejoiner.start();
        awaitState(scene.b(), BackendState.ENABLED);
        Scene.assertHolds(scene.b(), "UPDATE 1", "UPDATE 2");
    }

    @Test
    void whatAllRefusedIsNotDone() throws Exception {
        bLeaves();
        BackendTransaction refused = written("UPDATE 1");
        scene.a().on(Call.COMMIT, Answer.rejected(FailureClass.CONSTRAINT));
        assertThatThrownBy(refused::commit).isInstanceOf(FakeFailure.class);
        commit("UPDATE 2");
        rejoiner.start();
        awaitState(scene.b(), BackendState.ENABLED);
        Scene.assertHolds(scene.b(), "UPDATE 2");
    }

    @Test
    void aTransactionThatIsOpenMeanwhileReachesItWhenItCommits() throws Exception {
        BackendTransaction withIt = written("UPDATE 1");
        bLeaves();
        BackendTransaction withoutIt = written("UPDATE 2");
        rejoiner.start();
        awaitState(scene.b(), BackendState.ENABLED);
        withIt.commit();
        withoutIt.commit();
        Scene.assertHolds(scene.b(), "UPDATE 1", "UPDATE 2");
        scene.assertServing(scene.a(), scene.b());
    }

    @Test
    void ifSuchATransactionCannotReachItThen_itLeavesAgain() throws Exception {
        bLeaves();
        BackendTransaction open = written("UPDATE 1");
        rejoiner.start();
        awaitState(scene.b(), BackendState.ENABLED);
        scene.b().onText("UPDATE 1", Answer.counts(2));
        open.commit();
        scene.assertLeft(scene.b(), BackendState.DISAGREED);
        Scene.assertHolds(scene.a(), "UPDATE 1");
    }

    /** Clients do not pay for it: they go on between the attempts. */
    @Test
    void aCommitThatTakesLongPutsItOff() throws Exception {
        bLeaves();
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        BackendTransaction slow = written("UPDATE 1");
        scene.a().on(Call.COMMIT, Answer.waits(hangs, goOn, Answer.done()));
        CompletableFuture<Void> slowCommit = CompletableFuture.runAsync(() -> commit(slow));
        Scene.await(hangs);
        CompletableFuture<Void> entered = rejoiner.enable(scene.handle(scene.b()));
        rejoiner.start();
        await().atMost(SOON).until(() -> !pausable());
        for (int i = 2; i < 6; i++) {
            commit("UPDATE " + i);
        }
        assertThat(scene.membership.view().serves("b")).isFalse();
        goOn.countDown();
        slowCommit.get(20, TimeUnit.SECONDS);
        entered.get(20, TimeUnit.SECONDS);
        awaitState(scene.b(), BackendState.ENABLED);
        assertThat(scene.b().committed()).hasSize(5);
    }

    private static void commit(BackendTransaction transaction) {
        try {
            transaction.commit();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** False while somebody else pauses commits. */
    private boolean pausable() throws InterruptedException {
        try {
            if (scene.redo.pauseCommits(Duration.ZERO)) {
                scene.redo.resumeCommits();
            }
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Test
    void oneThatDoesSomethingElseThanWasDoneNeedsACopy() throws Exception {
        bLeaves();
        commit("UPDATE 1");
        scene.b().onText("UPDATE 1", Answer.counts(2));
        rejoiner.start();
        awaitState(scene.b(), BackendState.DISAGREED);
        assertThat(scene.b().committed()).isEmpty();
        assertThatThrownBy(() -> rejoiner.enable(scene.handle(scene.b())).get(20, TimeUnit.SECONDS))
                .hasMessageContaining("full copy");
    }

    @Test
    void oneThatDiesOnTheWayComesBackLater() throws Exception {
        bLeaves();
        for (int i = 0; i < 100; i++) {
            commit("UPDATE " + i);
        }
        scene.b().onText("UPDATE 70", Answer.dies());
        rejoiner.start();
        await().atMost(SOON).until(scene.b()::isDead);
        scene.b().onText("UPDATE 70", Answer.done());
        scene.assertLeft(scene.b(), BackendState.LOST);
        scene.b().comeBack();
        awaitState(scene.b(), BackendState.ENABLED);
        assertThat(scene.b().committed()).hasSize(100).doesNotHaveDuplicates();
    }

    /** What is in front of a watermark may be purged. */
    @Test
    void theWatermarkStaysBehindTheFirstPieceOfWhatIsOpen() throws Exception {
        bLeaves();
        BackendTransaction open = written("UPDATE " + "x".repeat(200_000));
        long firstPiece = scene.redo.log().lastSequence();
        assertThat(firstPiece).isPositive();
        for (int i = 0; i < 5_100; i++) {
            commit("UPDATE " + i);
        }
        rejoiner.start();
        awaitState(scene.b(), BackendState.ENABLED);
        assertThat(scene.b().markers().position().watermark()).isLessThan(firstPiece);
        open.commit();
        assertThat(scene.b().committed()).hasSize(5_101);
    }

    @Test
    void anErrorEndsNothingButTheAttempt() throws Exception {
        bLeaves();
        commit("UPDATE 1");
        scene.b().onText("UPDATE 1", Answer.driverError());
        rejoiner.start();
        CompletableFuture<Void> asked = rejoiner.enable(scene.handle(scene.b()));
        assertThatThrownBy(() -> asked.get(20, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(NoClassDefFoundError.class);
        scene.b().onText("UPDATE 1", Answer.done());
        rejoiner.enable(scene.handle(scene.b())).get(20, TimeUnit.SECONDS);
        Scene.assertHolds(scene.b(), "UPDATE 1");
    }

    @Test
    void whatTheOperatorTookOutWaitsForTheOperator() throws Exception {
        scene.group.leave(scene.handle(scene.b()), BackendState.DISABLED, "by the operator");
        commit("UPDATE 1");
        rejoiner.start();
        rejoiner.enable(scene.handle(scene.a())).get(20, TimeUnit.SECONDS); // it has looked
        scene.assertLeft(scene.b(), BackendState.DISABLED);
        rejoiner.enable(scene.handle(scene.b())).get(20, TimeUnit.SECONDS);
        scene.assertServing(scene.a(), scene.b());
        Scene.assertHolds(scene.b(), "UPDATE 1");
    }

    @Test
    void theOperatorMayThinkBetterOfIt() throws Exception {
        BackendHandle b = scene.handle(scene.b());
        scene.group.leave(b, BackendState.DISABLED, "by the operator");
        commit("UPDATE 1");
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        scene.b().onText("UPDATE 1", Answer.waits(busy, goOn, Answer.done()));
        CompletableFuture<Void> entered = rejoiner.enable(b);
        rejoiner.start();
        Scene.await(busy);
        scene.group.judge(b, BackendState.DISABLED, "by the operator");
        goOn.countDown();
        assertThatThrownBy(() -> entered.get(20, TimeUnit.SECONDS))
                .hasMessageContaining("decided otherwise");
        scene.assertLeft(scene.b(), BackendState.DISABLED);
        rejoiner.enable(b).get(20, TimeUnit.SECONDS);
        scene.assertServing(scene.a(), scene.b());
    }

    @Test
    void oneOfAnotherLogStaysOut() throws Exception {
        bLeaves();
        scene.b().markers().claimed(claim(UUID.randomUUID(), 1));
        rejoiner.start();
        assertThatThrownBy(() -> rejoiner.enable(scene.handle(scene.b())).get(20, TimeUnit.SECONDS))
                .hasMessageContaining("another recovery log");
        scene.assertLeft(scene.b(), BackendState.LOST);
    }

    // ------------------------------------------------------------------ one term of service

    /** Whoever waits for it need not wait for the disk too. */
    @Test
    void oneThatLeavesIsCutBeforeThatIsOnDisk() throws Exception {
        BackendTransaction open = written("UPDATE 1");
        FakeConnection onB = scene.b().inUse().get(0);
        scene.disk.hold();
        CompletableFuture<Void> leaving = CompletableFuture.runAsync(this::leave);
        try {
            await().atMost(SOON).until(onB::isBroken);
            assertThat(leaving).isNotDone();
        } finally {
            scene.disk.release();
        }
        leaving.get(20, TimeUnit.SECONDS);
        open.commit();
        Scene.assertHolds(scene.a(), "UPDATE 1");
    }

    private void leave() {
        try {
            bLeaves();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCommitThatIsFencedByOurselvesIsNoStrangers() throws Exception {
        scene.b().isEmbedded();
        BackendTransaction slow = written("UPDATE 1");
        CountDownLatch committing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        scene.b().on(Call.COMMIT, Answer.waits(committing, goOn, Answer.done()));
        CompletableFuture<Void> commit = CompletableFuture.runAsync(() -> commit(slow));
        Scene.await(committing);
        bLeaves();
        rejoiner.start();
        await().atMost(SOON).until(() -> scene.b().markers().epoch() > 1);
        goOn.countDown();
        commit.get(20, TimeUnit.SECONDS);
        assertThat(isWritable()).isTrue();
        awaitState(scene.b(), BackendState.ENABLED);
        Scene.assertHolds(scene.b(), "UPDATE 1");
    }

    @Test
    void onlyAnotherHoldersClaimDeposes() throws Exception {
        UUID log = scene.redo.log().identity();
        scene.b().markers().claimed(claim(log, scene.redo.nextEpoch()));
        scene.group.checkHeld(scene.handle(scene.b()));
        assertThat(isWritable()).isTrue();
        scene.b().markers().claimed(claim(log, scene.redo.newestEpoch() + 1));
        scene.group.checkHeld(scene.handle(scene.b()));
        assertThat(isWritable()).isFalse();
    }

    /** It may have forgotten since what was known of it. */
    @Test
    void noWatermarkIsWrittenThatWasTrueInAnEarlierTerm() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            scene.redo.log().append(LogRecord.Kind.EPOCH, 0, new byte[0], 0, 0);
        }
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        scene.b()
                .markers()
                .beforeAdvance(
                        () -> {
                            slow.countDown();
                            Scene.await(goOn);
                        });
        scene.b().onText("UPDATE 1", Answer.connectionLost());
        try (Watermarks running = new Watermarks("shop", scene.group, Long.MAX_VALUE)) {
            Scene.await(slow);
            bLeaves();
            commit("UPDATE 1");
            rejoiner.start();
            await().atMost(SOON).until(() -> scene.b().markers().epoch() > 1);
            goOn.countDown();
        }
        assertThat(scene.b().markers().position().watermark()).isZero();
        scene.b().onText("UPDATE 1", Answer.done());
        awaitState(scene.b(), BackendState.ENABLED);
    }
}
