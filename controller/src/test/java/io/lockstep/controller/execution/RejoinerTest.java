package io.lockstep.controller.execution;

import static io.lockstep.controller.execution.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.backends.markers.Markers.Claim;
import io.lockstep.controller.allocation.Allocator;
import io.lockstep.controller.allocation.ServingCounters;
import io.lockstep.controller.execution.FakeBackend.Call;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.recovery.Incarnation;
import io.lockstep.controller.recovery.Rejoiner;
import io.lockstep.controller.recovery.Watermarks;
import io.lockstep.controller.recoverylog.LogException;
import io.lockstep.controller.recoverylog.LogRecord;
import io.lockstep.controller.redo.RedoLog;
import io.lockstep.controller.request.Conductor;
import io.lockstep.controller.request.VirtualDatabase;
import io.lockstep.controller.sql.StatementClassifier;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionId;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A database comes back while the controller runs: with everything, or not at all. */
@Timeout(60)
class RejoinerTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir private Path directory;
    private Scene scene;
    private ScheduledExecutorService timer;
    private Allocator allocator;
    private Rejoiner rejoiner;

    @BeforeEach
    void prepare() throws Exception {
        scene = Scene.of(directory, 2);
        for (FakeBackend backend : scene.backends) {
            backend.takesMarkers();
            backend.markers().raise(null, claim(scene.redo.log().identity(), 1));
        }
        timer = Executors.newSingleThreadScheduledExecutor();
        ServingCounters.Slots free =
                new ServingCounters.Slots() {
                    @Override
                    public void begin(BackendHandle backend, Duration timeout) {}

                    @Override
                    public void end(BackendHandle backend) {}
                };
        allocator = new Allocator(new ServingCounters(scene.group, free, SOON), SOON);
        rejoiner = rejoiner(true);
    }

    private static Claim claim(UUID log, long epoch) {
        return new Claim("shop", log, epoch, 0, "this one", 0);
    }

    private Rejoiner rejoiner(boolean automatic) {
        return new Rejoiner(
                "shop",
                scene.group,
                allocator,
                timer,
                new Incarnation(7, "this one"),
                automatic,
                Duration.ofSeconds(1));
    }

    @AfterEach
    void allIsSound() {
        rejoiner.close();
        timer.shutdownNow();
        scene.close();
    }

    private BackendTransaction written(String text) throws SQLException {
        BackendTransaction transaction = scene.transaction();
        assertThat(transaction.write(call(text), true, false)).isInstanceOf(Verdict.Agreed.class);
        return transaction;
    }

    private void commit(String text) throws SQLException {
        written(text).commit();
    }

    private void bLeaves() throws SQLException {
        scene.group.leave(scene.handle(scene.b()), BackendState.LOST, "silent");
    }

    private void awaitState(FakeBackend backend, BackendState state) {
        await().atMost(SOON)
                .untilAsserted(
                        () -> {
                            if (state == BackendState.ENABLED) {
                                scene.assertServing(scene.a(), scene.b());
                            } else {
                                scene.assertLeft(backend, state);
                            }
                        });
    }

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

    // ------------------------------------------------------------------ nobody answers a COMMIT

    private void undecided(boolean committed) throws SQLException {
        BackendTransaction transaction = written("UPDATE 1");
        scene.a()
                .on(
                        Call.COMMIT,
                        connection -> {
                            if (committed) {
                                connection.commitWork();
                            }
                            connection.backend().die();
                            throw connection.lost();
                        });
        assertThatThrownBy(transaction::commit)
                .hasFieldOrPropertyWithValue("SQLState", SqlState.OUTCOME_UNKNOWN.code());
        assertThatThrownBy(scene.group.writes()::check)
                .hasFieldOrPropertyWithValue("SQLState", SqlState.NO_BACKEND.code());
    }

    private boolean isWritable() {
        try {
            scene.group.writes().check();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    @Test
    void aCommitThatNobodyAnsweredIsSettledByTheOneThatComesBack() throws Exception {
        for (boolean committed : new boolean[] {true, false}) {
            if (scene.membership.view().serves("b")) {
                bLeaves();
            }
            int before = scene.a().committed().size();
            undecided(committed);
            scene.a().comeBack();
            if (before == 0) {
                rejoiner = rejoiner(false);
                rejoiner.start();
            }
            await().atMost(SOON).until(this::isWritable);
            assertThat(scene.a().committed()).hasSize(before + 1);
        }
        commit("UPDATE 2");
        Scene.assertHolds(scene.a(), "UPDATE 1", "UPDATE 1", "UPDATE 2");
    }

    /** Nobody reads, and writers are refused before they ask it for a connection. */
    @Test
    void itIsSettledByTheLastOneThoughThatHasForgottenOthers() throws Exception {
        commit("UPDATE 0");
        bLeaves();
        undecided(false);
        scene.a().forget();
        scene.a().comeBack();
        rejoiner = rejoiner(false);
        rejoiner.start();
        await().atMost(SOON).until(this::isWritable);
        scene.assertServing(scene.a());
        Scene.assertHolds(scene.a(), "UPDATE 0", "UPDATE 1");
    }

    /** A silence of the one that serves must not put it out in favour of one that does not. */
    @Test
    void theLastOneIsWhoeverServes() throws Exception {
        bLeaves();
        commit("UPDATE 1");
        scene.a().forget();
        assertThatThrownBy(() -> commit("UPDATE 2")).isInstanceOf(SQLException.class);
        assertThat(scene.group.inService()).isEmpty();
        scene.a().on(Call.PING, Answer.dies());
        rejoiner.start();
        awaitState(scene.a(), BackendState.LOST);
        scene.assertServing(scene.b());
        assertThat(scene.group.leave(scene.handle(scene.b()), BackendState.LOST, "silent"))
                .isEqualTo(BackendGroup.Fate.LAST);
        scene.a().comeBack();
        awaitState(scene.a(), BackendState.ENABLED);
        Scene.assertHolds(scene.a(), "UPDATE 1");
    }

    private boolean isServed() {
        return !scene.group.inService().isEmpty();
    }

    /** Each attempt costs a record of the log, forced. */
    @Test
    void aLastOneThatCannotBeBroughtLevelIsTriedLessAndLessOften() throws Exception {
        bLeaves();
        rejoiner.close();
        rejoiner = rejoiner(false);
        commit("UPDATE 1");
        scene.a().forget();
        assertThatThrownBy(() -> commit("UPDATE 2")).isInstanceOf(SQLException.class);
        scene.a().onText("UPDATE 1", Answer.counts(2));
        rejoiner.start();
        List<Long> raised = scene.a().markers().raisedAtNanos();
        await().atMost(SOON).until(() -> raised.size() == 3); // the first before the story
        assertThat(Duration.ofNanos(raised.get(2) - raised.get(1)))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        scene.a().onText("UPDATE 1", Answer.done());
        await().atMost(SOON).until(this::isServed);
    }

    @Test
    void oneThatCannotBeAskedWhileAnotherHasItLeaves() throws Exception {
        RedoLog.Commit commit =
                scene.redo.append(scene.redo.begin(), List.of(new TransactionId(1, 99)));
        scene.redo.force(commit);
        scene.redo.undecided(commit);
        scene.b().on(Call.PING, Answer.connectionLost());
        rejoiner = rejoiner(false);
        rejoiner.start();
        await().atMost(SOON).until(() -> scene.redo.unsettled().isEmpty());
        scene.assertLeft(scene.b(), BackendState.LOST);
        assertThat(scene.a().markers().has(commit.sequence())).isTrue();
    }

    @Test
    void oneThatCannotBeTakenBackStopsWritesUntilItIsSettled() throws Exception {
        BackendTransaction transaction = written("UPDATE 1");
        scene.a()
                .on(
                        Call.COMMIT,
                        connection -> {
                            fillTheLog();
                            return Answer.rejected(FailureClass.CONSTRAINT).play(connection);
                        });
        scene.b().on(Call.COMMIT, Answer.rejected(FailureClass.CONSTRAINT));
        assertThatThrownBy(transaction::commit)
                .hasFieldOrPropertyWithValue("SQLState", SqlState.OUTCOME_UNKNOWN.code());
        assertThatThrownBy(scene.group.writes()::check).hasMessageContaining("is settled as soon");
        scene.logDirectory.full(false);
        rejoiner.start();
        await().atMost(SOON).until(this::isWritable);
        Scene.assertHolds(scene.a(), "UPDATE 1");
        Scene.assertHolds(scene.b(), "UPDATE 1");
    }

    /** Up to where not even a commit can be taken back. */
    private void fillTheLog() {
        scene.logDirectory.full(true);
        for (int bytes : new int[] {64 << 10, 1 << 10, 0}) {
            boolean fits = true;
            while (fits) {
                try {
                    scene.redo.log().append(LogRecord.Kind.EPOCH, 0, new byte[bytes], 0, bytes);
                } catch (LogException e) {
                    fits = false;
                }
            }
        }
    }

    @Test
    void orItIsDoneOnOneThatComesBackWhileTheLastOneIsSilent() throws Exception {
        commit("UPDATE 0");
        bLeaves();
        undecided(false);
        rejoiner.start();
        await().atMost(SOON).until(this::isWritable);
        scene.assertServing(scene.b());
        scene.assertLeft(scene.a(), BackendState.LOST);
        Scene.assertHolds(scene.b(), "UPDATE 0", "UPDATE 1");
        scene.a().comeBack();
        awaitState(scene.a(), BackendState.ENABLED);
        Scene.assertHolds(scene.a(), "UPDATE 0", "UPDATE 1");
    }

    /** There may be DDL in it, which nobody knew of when the statements that follow were judged. */
    @Test
    void writesGoOnWhenTheCatalogueHasBeenReadAgain() throws Exception {
        bLeaves();
        undecided(false);
        List<Boolean> writableBefore = new CopyOnWriteArrayList<>();
        scene.group
                .writes()
                .beforeWritesGoOn(
                        () -> {
                            writableBefore.add(isWritable());
                            if (writableBefore.size() == 1) {
                                throw new SQLException("not now");
                            }
                        });
        List<String> read = new CopyOnWriteArrayList<>();
        new Conductor(database(() -> read.add("writable: " + isWritable())));
        scene.a().comeBack();
        rejoiner.start();
        await().atMost(SOON).until(this::isWritable);
        assertThat(writableBefore).containsExactly(false, false);
        assertThat(read).containsExactly("writable: false");
        commit("UPDATE 2");
        awaitState(scene.b(), BackendState.ENABLED);
    }

    /** Of nothing but what is needed to keep the catalogue. */
    private VirtualDatabase database(Runnable catalogueRead) {
        StatementClassifier classifier =
                (StatementClassifier)
                        Proxy.newProxyInstance(
                                StatementClassifier.class.getClassLoader(),
                                new Class<?>[] {StatementClassifier.class},
                                (proxy, method, arguments) -> {
                                    if (!method.getName().equals("catalogueChanged")) {
                                        throw new UnsupportedOperationException(method.getName());
                                    }
                                    catalogueRead.run();
                                    return null;
                                });
        return new VirtualDatabase(
                "shop",
                scene.group,
                null,
                classifier,
                null,
                scene.fanOut,
                scene.clock,
                null,
                null,
                allocator,
                timer,
                SOON);
    }

    @Test
    void oneThatRefusesWhatNobodyHasAnsweredIsNotInDoubt() throws Exception {
        bLeaves();
        undecided(false);
        scene.backends.forEach(
                each -> each.onText("UPDATE 1", Answer.rejected(FailureClass.CONSTRAINT)));
        rejoiner.start();
        await().atMost(SOON)
                .until(() -> scene.handle(scene.b()).lastError().contains("refuses commit"));
        scene.assertLeft(scene.b(), BackendState.LOST);
        scene.a().comeBack();
        awaitState(scene.b(), BackendState.ENABLED);
        assertThat(isWritable()).isTrue();
        assertThat(scene.b().committed()).isEmpty();
    }

    @Test
    void orIsTakenBackIfAllRefuseIt() throws Exception {
        bLeaves();
        undecided(false);
        scene.a().onText("UPDATE 1", Answer.rejected(FailureClass.CONSTRAINT));
        scene.a().comeBack();
        rejoiner.start();
        await().atMost(SOON).until(this::isWritable);
        awaitState(scene.b(), BackendState.ENABLED);
        assertThat(scene.b().committed()).isEmpty();
        assertThat(scene.a().committed()).isEmpty();
    }
}
