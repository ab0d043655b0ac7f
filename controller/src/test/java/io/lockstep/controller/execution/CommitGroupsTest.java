package io.lockstep.controller.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lockstep.backends.BackendBusyException;
import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.FakeBackend.Call;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionId;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who travels with whom, and that each member gets the answer that is its own. */
@Timeout(60)
class CommitGroupsTest {
    private static final int MEMBERS_MAX = 128;
    private static final int ROWS_MAX = 2000;

    @TempDir private Path directory;
    private Scene scene;
    private CommitGroups groups;
    private ExtraLaneCount extraLanes;
    private ExecutorService sessions;
    private final CountDownLatch lanesHeld = new CountDownLatch(CommitGroups.LANES);
    private final CountDownLatch go = new CountDownLatch(1);

    @BeforeEach
    void prepare() throws Exception {
        scene = Scene.of(directory, 2);
        extraLanes = ExtraLaneCount.none();
        groups = scene.groups(extraLanes);
        sessions = Executors.newCachedThreadPool();
    }

    @AfterEach
    void allIsSound() throws Exception {
        go.countDown();
        sessions.shutdown();
        assertThat(sessions.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        scene.close();
    }

    /** Keeps both lanes busy until {@link #go}; what is submitted meanwhile gathers. */
    private List<Probe> holdLanes() {
        scene.a().onText("HOLD", Answer.waits(lanesHeld, go, Answer.done()));
        scene.b().onText("HOLD", Answer.waits(new CountDownLatch(1), go, Answer.done()));
        List<Probe> holders = new ArrayList<>();
        for (int i = 0; i < CommitGroups.LANES; i++) {
            Probe holder = member(Scene.call("HOLD", i), 1);
            holders.add(holder);
            sessions.execute(() -> groups.submit(holder));
        }
        Scene.await(lanesHeld);
        return holders;
    }

    private Probe member(StatementCall call, int rows) {
        return new Probe(call, rows, sessions);
    }

    private Probe member(String text, Object... values) {
        return member(Scene.call(text, values), 1);
    }

    private Probe submitted(String text, Object... values) {
        Probe member = member(text, values);
        groups.submit(member);
        return member;
    }

    private List<String> executionsWith(FakeBackend backend, String fragment) {
        return backend.connections().stream()
                .flatMap(c -> c.history().stream())
                .filter(h -> h.startsWith("EXECUTE") && h.contains(fragment))
                .toList();
    }

    @Test
    void nothingWaitsForCompany() {
        Probe alone = submitted("INSERT", 1L);
        assertThat(alone.isAnswered()).isTrue(); // on this very thread
        assertThat(alone.count()).isEqualTo(1);
        assertThat(groups.counters()).isEqualTo(new CommitGroups.Counters(1, 1, 0));
        scene.backends.forEach(b -> Scene.assertHolds(b, "INSERT[1]"));
    }

    @Test
    void aSecondLaneOpensWhileTheFirstIsSlow() {
        CountDownLatch firstIsThere = new CountDownLatch(1);
        scene.a().on(Call.EXECUTE, Answer.waits(firstIsThere, go, Answer.done()));
        Probe slow = member("SLOW");
        sessions.execute(() -> groups.submit(slow));
        Scene.await(firstIsThere);
        Probe quick = submitted("QUICK");
        assertThat(quick.count()).isEqualTo(1); // though nobody else comes
        assertThat(slow.isAnswered()).isFalse();
    }

    @Test
    void whileTheLanesAreBusyTheNextGroupGathersAndTravelsAsOne() {
        List<Probe> holders = holdLanes();
        List<Probe> company = IntStream.range(0, 5).mapToObj(i -> submitted("INSERT", i)).toList();
        assertThat(company).noneMatch(Probe::isAnswered);
        go.countDown();
        company.forEach(m -> assertThat(m.count()).isEqualTo(1));
        holders.forEach(m -> assertThat(m.count()).isEqualTo(1));
        assertThat(groups.counters()).isEqualTo(new CommitGroups.Counters(3, 7, 0));
        assertThat(executionsWith(scene.a(), "INSERT"))
                .as("same text: one batch")
                .containsExactly("EXECUTE [INSERT[0], INSERT[1], INSERT[2], INSERT[3], INSERT[4]]");
    }

    @Test
    void eachMemberGetsItsOwnCountsAlsoFromABatchOfTheSameText() {
        scene.backends.forEach(b -> b.onText("UPDATE", Answer.counts(10, 20, 21, 22, 30)));
        scene.backends.forEach(b -> b.onText("DELETE", Answer.counts(4)));
        holdLanes();
        Probe first = submitted("UPDATE", 1);
        Probe other = submitted("DELETE", 9);
        Probe batch = member(Scene.batch("UPDATE", 2, 3, 4), 3);
        groups.submit(batch);
        Probe last = submitted("UPDATE", 5);
        go.countDown();
        assertThat(first.count()).isEqualTo(10);
        assertThat(other.count()).isEqualTo(4);
        assertThat(((StatementResult.Counts) batch.result()).counts().toArray())
                .containsExactly(20, 21, 22);
        assertThat(last.count()).isEqualTo(30);
    }

    @Test
    void whoWantsKeysRunsByItself() {
        scene.backends.forEach(b -> b.onText("KEYS", Answer.keys(77L)));
        holdLanes();
        Probe withKeys = member(Scene.call("INSERT KEYS", new KeyColumns.All()), 1);
        groups.submit(withKeys);
        Probe without = submitted("INSERT", 1);
        go.countDown();
        assertThat(((StatementResult.Count) withKeys.result()).keys().rows())
                .isEqualTo(List.of(List.of(77L)));
        assertThat(without.count()).isEqualTo(1);
        assertThat(groups.counters().groups()).isEqualTo(3);
    }

    @Test
    void membersOfAFailingGroupGoOneByOneAndEachGetsItsOwnAnswer() {
        scene.backends.forEach(b -> b.onText("TWICE", Answer.rejected(FailureClass.DUPLICATE_KEY)));
        scene.b().onText("DIFFERENT", Answer.counts(3));
        scene.a().onText("CONFLICT", Answer.rejected(FailureClass.DEADLOCK));
        holdLanes();
        Probe good = submitted("GOOD");
        Probe refused = submitted("TWICE");
        Probe different = submitted("DIFFERENT");
        Probe conflict = submitted("CONFLICT");
        Probe alsoGood = submitted("ALSO GOOD");
        go.countDown();
        assertThat(good.count()).isEqualTo(1);
        assertThat(refused.refusal().getMessage()).isEqualTo("DUPLICATE_KEY on a");
        assertThat(different.takenBack().rerunnable()).isTrue();
        assertThat(conflict.takenBack().rerunnable()).isTrue();
        assertThat(alsoGood.count()).isEqualTo(1);
        assertThat(groups.counters().splits()).isEqualTo(1);
        assertThat(scene.serving()).hasSize(2);
        for (FakeBackend backend : scene.backends) {
            assertThat(backend.committed())
                    .containsExactlyInAnyOrder("HOLD[0]", "HOLD[1]", "GOOD", "ALSO GOOD");
        }
    }

    @Test
    void aRefusedCommitOfAGroupSplitsItToo() {
        holdLanes();
        Probe one = submitted("ONE");
        Probe two = submitted("TWO");
        scene.backends.forEach(
                b ->
                        b.onText(
                                "ONE",
                                c -> {
                                    c.atCommit(Answer.rejected(FailureClass.SERIALIZATION));
                                    return Answer.done().play(c);
                                }));
        go.countDown();
        assertThat(one.refusal().getMessage()).isEqualTo("SERIALIZATION on a");
        assertThat(two.count()).isEqualTo(1);
        assertThat(groups.counters().splits()).isEqualTo(1);
    }

    @Test
    void anUnknownCommitIsEverybodysAnswerAndNobodyIsRunAgain() {
        holdLanes();
        Probe one = submitted("ONE");
        Probe two = submitted("TWO");
        scene.backends.forEach(
                b ->
                        b.onText(
                                "ONE",
                                c -> {
                                    c.atCommit(Answer.committedUnheard());
                                    return Answer.done().play(c);
                                }));
        go.countDown();
        assertThat(one.error().getSQLState()).isEqualTo(SqlState.OUTCOME_UNKNOWN.code());
        assertThat(two.error().getSQLState()).isEqualTo(SqlState.OUTCOME_UNKNOWN.code());
        assertThat(executionsWith(scene.a(), "ONE")).hasSize(1);
        assertThat(scene.serving()).hasSize(1);
    }

    @Test
    void whoIsCancelledWhileItWaitsIsNeverSent() {
        holdLanes();
        Probe cancelled = submitted("CANCELLED");
        Probe other = submitted("OTHER");
        cancelled.cancel();
        go.countDown();
        assertThat(cancelled.error().getSQLState()).isEqualTo(SqlState.QUERY_CANCELED.code());
        assertThat(other.count()).isEqualTo(1);
        assertThat(executionsWith(scene.a(), "CANCELLED")).isEmpty();
    }

    @Test
    void whoIsCancelledWhileItRunsIsNotRunAgainButItsCompanyIs() {
        // On both: if one answered, the other would soon be late and leave.
        scene.backends.forEach(b -> b.onText("SLOW", Answer.hangs()));
        holdLanes();
        Probe company = submitted("COMPANY");
        Probe slow = submitted("SLOW");
        go.countDown();
        awaitHangingOnAll();
        slow.cancel();
        assertThat(slow.error().getSQLState()).isEqualTo(SqlState.QUERY_CANCELED.code());
        assertThat(company.count()).isEqualTo(1);
        assertThat(executionsWith(scene.a(), "SLOW")).hasSize(1);
    }

    private void awaitHangingOnAll() {
        await().until(
                        () ->
                                scene.backends.stream()
                                        .allMatch(
                                                b ->
                                                        b.inUse().stream()
                                                                .anyMatch(
                                                                        FakeConnection
                                                                                ::isHanging)));
    }

    @Test
    void whoIsCancelledAloneIsTakenBackForGood() {
        scene.a().onText("SLOW", Answer.hangs());
        scene.b().onText("SLOW", Answer.hangs());
        Probe slow = member("SLOW");
        sessions.execute(() -> groups.submit(slow));
        awaitHangingOnAll();
        slow.cancel();
        assertThat(slow.takenBack().rerunnable()).isFalse();
        scene.backends.forEach(Scene::assertHolds);
    }

    @Test
    void aGroupTakesNoMoreMembersThanItMay() {
        holdLanes();
        List<Probe> crowd =
                IntStream.range(0, MEMBERS_MAX + 1).mapToObj(i -> submitted("INSERT", i)).toList();
        go.countDown();
        crowd.forEach(m -> assertThat(m.count()).isEqualTo(1));
        assertThat(executionsWith(scene.a(), "INSERT[0]").get(0).split("INSERT", -1))
                .hasSize(MEMBERS_MAX + 1);
        assertThat(groups.counters().groups()).isEqualTo(2 + 2);
    }

    @Test
    void aGroupTakesNoMoreRowsThanItMayButALargeBatchStillTravels() {
        Integer[] half = IntStream.range(0, ROWS_MAX / 2).boxed().toArray(Integer[]::new);
        Integer[] large = IntStream.range(0, ROWS_MAX + 1).boxed().toArray(Integer[]::new);
        holdLanes();
        List<Probe> crowd = new ArrayList<>();
        for (Integer[] rows : List.of(half, half, half, large)) {
            Probe batch = member(Scene.batch("INSERT", (Object[]) rows), rows.length);
            groups.submit(batch);
            crowd.add(batch);
        }
        go.countDown();
        crowd.forEach(
                m ->
                        assertThat(((StatementResult.Counts) m.result()).counts().size())
                                .isGreaterThanOrEqualTo(half.length));
        assertThat(groups.counters().groups()).isEqualTo(2 + 3); // half + half, half, large
    }

    @Test
    void anExtraLaneOpensOnlyWithAPermitAndOnlyWhenTheOthersAreSlow() throws Exception {
        extraLanes = ExtraLaneCount.of(1);
        groups = scene.groups(extraLanes);
        holdLanes();
        List<Probe> others = IntStream.range(0, 3).mapToObj(i -> submitted("OTHER", i)).toList();
        others.forEach(m -> assertThat(m.count()).isEqualTo(1));
        assertThat(extraLanes.taken()).isEqualTo(1);
        await("given back").until(() -> extraLanes.free() == 1);
    }

    @Test
    void withoutAPermitTheyWait() {
        holdLanes();
        List<Probe> others = new ArrayList<>();
        long slow = System.nanoTime() + 100_000_000;
        await().until(
                        () -> {
                            others.add(submitted("OTHER", others.size()));
                            return System.nanoTime() > slow;
                        });
        assertThat(others).noneMatch(Probe::isAnswered);
        go.countDown();
        others.forEach(m -> assertThat(m.count()).isEqualTo(1));
    }

    @Test
    void anExtraLanesPermitIsGivenBackAlsoWhenItsGroupFails() {
        extraLanes = ExtraLaneCount.of(2);
        groups = scene.groups(extraLanes);
        holdLanes();
        scene.a().onText("OTHER", Answer.driverBug());
        StatementCall broken =
                new StatementCall(
                        dialect -> {
                            throw new IllegalStateException("bug in a rendering");
                        },
                        false,
                        KeyColumns.NONE,
                        0);
        List<Probe> others = new ArrayList<>();
        await().until(
                        () -> {
                            Probe other = member(broken, 1);
                            others.add(other);
                            groups.submit(other);
                            return extraLanes.taken() > 0;
                        });
        assertThat(extraLanes.free()).isEqualTo(2);
        assertThat(others).allMatch(Probe::isAnswered);
    }

    @Test
    void afterAllIsDoneEveryLaneIsFreeAgain() {
        holdLanes();
        List<Probe> company = IntStream.range(0, 9).mapToObj(i -> submitted("INSERT", i)).toList();
        go.countDown();
        company.forEach(Probe::result);
        await().until(() -> scene.a().inUse().isEmpty());
        for (int i = 0; i < 5; i++) {
            assertThat(submitted("AGAIN", i).isAnswered()).isTrue();
        }
    }

    @Test
    void aMemberWhoseSessionHasGoneDoesNotTakeTheLaneWithIt() {
        holdLanes();
        Probe gone =
                new Probe(
                        Scene.call("GONE"),
                        1,
                        task -> {
                            throw new RejectedExecutionException("session closed");
                        });
        groups.submit(gone);
        Probe company = submitted("COMPANY");
        go.countDown();
        assertThat(company.count()).isEqualTo(1);
        assertThat(gone.count()).isEqualTo(1);
    }

    @Test
    void aMemberThatCannotTakeItsAnswerDoesNotKeepTheOthersFromTheirs() {
        holdLanes();
        CommitGroups.Member deaf =
                new CommitGroups.Member(
                        new TransactionId(3, 1), Scene.call("DEAF"), 1, true, sessions) {
                    @Override
                    protected void done(Verdict<StatementResult> verdict) {
                        throw new RejectedExecutionException("session closed");
                    }

                    @Override
                    protected void failed(SQLException error) {
                        throw new RejectedExecutionException("session closed");
                    }
                };
        groups.submit(deaf);
        Probe company = submitted("COMPANY");
        go.countDown();
        assertThat(company.count()).isEqualTo(1);
    }

    @Test
    void aBugInTheMiddleOfAGroupIsAnsweredAndLeavesNothingBehind() {
        Probe broken =
                member(
                        new StatementCall(
                                dialect -> new StatementCall.Rendered("X", List.of()),
                                false,
                                KeyColumns.NONE,
                                0),
                        1);
        groups.submit(broken); // no parameter row: an exception in every backend's part
        assertThat(broken.isAnswered()).isTrue();
        scene.assertSound();
        assertThat(submitted("NEXT").count()).isEqualTo(1);
    }

    @Test
    void noConnectionToBeHad_isEverybodysErrorAndNothingIsLeftBehind() {
        scene.b()
                .on(
                        Call.BORROW,
                        c -> {
                            throw new BackendBusyException("all in use", null);
                        });
        Probe unlucky = submitted("INSERT", 1);
        assertThat(unlucky.error().getSQLState()).isEqualTo(SqlState.TOO_MANY_CONNECTIONS.code());
        scene.assertSound();
        assertThat(scene.serving()).hasSize(2);
    }
}
