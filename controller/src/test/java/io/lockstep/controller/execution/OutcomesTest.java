package io.lockstep.controller.execution;

import static io.lockstep.controller.execution.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.FakeBackend.Call;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.protocol.SqlState;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The table of outcomes, one row after the other: one statement of a transaction on two and three
 * backends that do different things with it. What was agreed on is committed, what was not is
 * rolled back, as the callers do.
 */
@Timeout(60)
class OutcomesTest {
    private static final StatementCall WRITE = call("UPDATE t");

    @TempDir private Path directory;
    private Scene scene;

    @AfterEach
    void allIsSound() {
        scene.close();
    }

    private void backends(int count) throws IOException {
        scene = Scene.of(directory, count);
    }

    private Verdict<StatementResult> write(boolean exclusive) throws SQLException {
        return write(WRITE, true, exclusive);
    }

    private Verdict<StatementResult> write(
            StatementCall call, boolean compareCounts, boolean exclusive) throws SQLException {
        BackendTransaction transaction = scene.transaction();
        Verdict<StatementResult> verdict = transaction.write(call, compareCounts, exclusive);
        if (verdict instanceof Verdict.Agreed) {
            transaction.commit();
        }
        transaction.rollback();
        return verdict;
    }

    private static void assertAgreed(Verdict<StatementResult> verdict, long count) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Agreed.class,
                        agreed ->
                                assertThat(((StatementResult.Count) agreed.result()).count())
                                        .isEqualTo(count));
    }

    private static void assertRefused(Verdict<StatementResult> verdict, FakeBackend by) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.error().getMessage()).endsWith(" on " + by));
    }

    private static void assertTakenBack(
            Verdict<StatementResult> verdict, SqlState state, boolean rerunnable) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.TakenBack.class,
                        back -> {
                            assertThat(back.error().getSQLState()).isEqualTo(state.code());
                            assertThat(back.rerunnable()).isEqualTo(rerunnable);
                        });
    }

    private void assertNothingCommitted() {
        scene.backends.forEach(Scene::assertHolds);
    }

    private void assertAllServe() throws IOException {
        scene.assertServing(scene.backends.toArray(FakeBackend[]::new));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void allAppliedItWithTheSameCount_success(int count) throws Exception {
        backends(count);
        scene.backends.forEach(b -> b.on(Call.EXECUTE, Answer.counts(7)));
        assertAgreed(write(false), 7);
        assertAllServe();
        scene.backends.forEach(b -> Scene.assertHolds(b, "UPDATE t"));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aDriverThatDoesNotCountAgreesWithAnyCount(int count) throws Exception {
        backends(count);
        scene.b().on(Call.EXECUTE, Answer.counts(-2));
        assertAgreed(write(true), 1);
        assertAllServe();
    }

    @Test
    void countsThatMeanDifferentThingsOnDifferentEnginesAreNotCompared() throws Exception {
        backends(2);
        scene.b().on(Call.EXECUTE, Answer.counts(5));
        assertAgreed(write(WRITE, false, true), 1);
        assertAllServe();
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureClass.class,
            names = {"DEADLOCK", "LOCK_TIMEOUT", "SERIALIZATION", "CANCELLED", "CONNECTION"},
            mode = EnumSource.Mode.EXCLUDE)
    void allRefusedItInOneClass_theHomesErrorAndEverybodyStays(FailureClass failure)
            throws Exception {
        for (int count = 2; count <= 3; count++) {
            backends(count);
            scene.backends.forEach(b -> b.on(Call.EXECUTE, Answer.rejected(failure)));
            assertRefused(write(true), scene.a());
            assertAllServe();
            assertNothingCommitted();
            scene.close();
        }
    }

    @Test
    void allRefusedItInDifferentClasses_theHomesErrorAndEverybodyStays() throws Exception {
        backends(3);
        scene.a().on(Call.EXECUTE, Answer.rejected(FailureClass.DUPLICATE_KEY));
        scene.b().on(Call.EXECUTE, Answer.rejected(FailureClass.RESOURCE));
        scene.c().on(Call.EXECUTE, Answer.rejected(FailureClass.OTHER));
        assertRefused(write(true), scene.a());
        assertAllServe();
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureClass.class,
            names = {"DEADLOCK", "LOCK_TIMEOUT", "SERIALIZATION"})
    void aConflictOnAnyOfThem_rolledBackEverywhereAndRerunnable(FailureClass failure)
            throws Exception {
        for (int count = 2; count <= 3; count++) {
            for (int victim = 0; victim < count; victim++) {
                backends(count);
                scene.backends.get(victim).on(Call.EXECUTE, Answer.rejected(failure));
                assertTakenBack(write(true), SqlState.ROLLED_BACK, true);
                assertAllServe();
                assertNothingCommitted();
                scene.close();
            }
        }
    }

    @Test
    void aConflictCountsMoreThanAnyOtherRefusal() throws Exception {
        backends(3);
        scene.a().on(Call.EXECUTE, Answer.rejected(FailureClass.DUPLICATE_KEY));
        scene.b().on(Call.EXECUTE, Answer.rejected(FailureClass.DUPLICATE_KEY));
        scene.c().on(Call.EXECUTE, Answer.rejected(FailureClass.DEADLOCK));
        assertTakenBack(write(false), SqlState.ROLLED_BACK, true);
        assertAllServe();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void cancelledOnAnyOfThem_rolledBackEverywhereAndNotRunAgain(int count) throws Exception {
        backends(count);
        scene.b().on(Call.EXECUTE, Answer.rejected(FailureClass.CANCELLED));
        Verdict<StatementResult> verdict = write(false);
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.TakenBack.class, back -> assertThat(back.rerunnable()).isFalse());
        assertAllServe();
        assertNothingCommitted();
    }

    @Nested
    class OneDies {
        @ParameterizedTest
        @ValueSource(ints = {2, 3})
        void itLeavesAndTheOthersDecide(int count) throws Exception {
            backends(count);
            scene.b().on(Call.EXECUTE, Answer.dies());
            assertAgreed(write(false), 1);
            scene.assertLeft(scene.b(), BackendState.LOST);
            Scene.assertHolds(scene.a(), "UPDATE t");
            Scene.assertHolds(scene.b());
        }

        @ParameterizedTest
        @ValueSource(ints = {2, 3})
        void alsoIfItIsTheHome(int count) throws Exception {
            backends(count);
            scene.a().on(Call.EXECUTE, Answer.dies());
            scene.b().on(Call.EXECUTE, Answer.counts(4));
            if (count == 3) {
                scene.c().on(Call.EXECUTE, Answer.counts(4));
            }
            assertAgreed(write(false), 4);
            scene.assertLeft(scene.a(), BackendState.LOST);
            Scene.assertHolds(scene.b(), "UPDATE t");
        }

        @Test
        void theOthersRefusal_isTheAnswer() throws Exception {
            backends(3);
            scene.a().on(Call.EXECUTE, Answer.dies());
            scene.b().on(Call.EXECUTE, Answer.rejected(FailureClass.DUPLICATE_KEY));
            scene.c().on(Call.EXECUTE, Answer.rejected(FailureClass.DUPLICATE_KEY));
            assertRefused(write(false), scene.b());
            scene.assertServing(scene.b(), scene.c());
        }

        @Test
        void theOthersDisagree_stillRolledBack() throws Exception {
            backends(3);
            scene.a().on(Call.EXECUTE, Answer.dies());
            scene.b().on(Call.EXECUTE, Answer.counts(2));
            assertTakenBack(write(true), SqlState.BACKENDS_DISAGREE, false);
            scene.assertServing(scene.b(), scene.c());
            assertNothingCommitted();
        }

        @ParameterizedTest
        @ValueSource(ints = {2, 3})
        void allDie_theLastOneStaysAndNothingIsCommitted(int count) throws Exception {
            backends(count);
            scene.backends.forEach(b -> b.on(Call.EXECUTE, Answer.dies()));
            assertTakenBack(write(false), SqlState.NO_BACKEND, false);
            scene.assertServing(scene.backends.get(count - 1));
            assertNothingCommitted();
        }

        @ParameterizedTest
        @ValueSource(ints = {2, 3})
        void beforeAConnectionWasToBeHad_theOthersDecide(int count) throws Exception {
            backends(count);
            scene.b().die();
            assertAgreed(write(false), 1);
            scene.assertLeft(scene.b(), BackendState.LOST);
        }
    }

    @Nested
    class SomeRefuseWhatOthersApply {
        @ParameterizedTest
        @ValueSource(ints = {2, 3})
        void outOfResources_itDoesNotVoteAndLeaves(int count) throws Exception {
            backends(count);
            scene.a().on(Call.EXECUTE, Answer.rejected(FailureClass.RESOURCE));
            assertAgreed(write(false), 1);
            scene.assertLeft(scene.a(), BackendState.LOST);
            Scene.assertHolds(scene.b(), "UPDATE t");
        }

        @Test
        void twoOfThreeOutOfResources_bothLeave() throws Exception {
            backends(3);
            scene.a().on(Call.EXECUTE, Answer.rejected(FailureClass.RESOURCE));
            scene.c().on(Call.EXECUTE, Answer.rejected(FailureClass.RESOURCE));
            assertAgreed(write(true), 1);
            scene.assertServing(scene.b());
        }

        @ParameterizedTest
        @ValueSource(ints = {2, 3})
        void underRowLocks_rolledBackEverywhereAndRerunnable(int count) throws Exception {
            backends(count);
            scene.b().on(Call.EXECUTE, Answer.rejected(FailureClass.DUPLICATE_KEY));
            assertTakenBack(write(false), SqlState.ROLLED_BACK, true);
            assertAllServe();
            assertNothingCommitted();
        }

        @Test
        void alone_oneAgainstOne_rolledBackAndTheOperatorTold() throws Exception {
            backends(2);
            scene.b().on(Call.EXECUTE, Answer.rejected(FailureClass.DUPLICATE_KEY));
            assertTakenBack(write(true), SqlState.BACKENDS_DISAGREE, false);
            assertAllServe();
            assertNothingCommitted();
        }

        @Test
        void alone_theOneThatRefusedIsOutvoted() throws Exception {
            backends(3);
            scene.a().on(Call.EXECUTE, Answer.rejected(FailureClass.DUPLICATE_KEY));
            assertAgreed(write(true), 1);
            scene.assertLeft(scene.a(), BackendState.DISAGREED);
            scene.assertServing(scene.b(), scene.c());
            Scene.assertHolds(scene.b(), "UPDATE t");
            Scene.assertHolds(scene.a());
        }

        @Test
        void alone_theOneThatAppliedItIsOutvoted() throws Exception {
            backends(3);
            scene.a().on(Call.EXECUTE, Answer.rejected(FailureClass.DUPLICATE_KEY));
            scene.c().on(Call.EXECUTE, Answer.rejected(FailureClass.CONSTRAINT));
            assertRefused(write(true), scene.a());
            scene.assertLeft(scene.b(), BackendState.DISAGREED);
            assertNothingCommitted();
        }
    }

    /** Text whose functions are not known, but which looks like a query. */
    @Nested
    class DifferentAnswersToAQuery {
        private final StatementCall query = Scene.query("SELECT f()");

        @ParameterizedTest
        @ValueSource(ints = {2, 3})
        void rolledBackAndNobodyLeaves(int count) throws Exception {
            backends(count);
            scene.b().on(Call.EXECUTE, Answer.counts(9));
            assertTakenBack(write(query, true, true), SqlState.BACKENDS_DISAGREE, false);
            assertAllServe();
            assertNothingCommitted();
        }

        @Test
        void oneRefused_rolledBackAndNobodyLeaves() throws Exception {
            backends(3);
            scene.a().on(Call.EXECUTE, Answer.rejected(FailureClass.OTHER));
            assertTakenBack(write(query, true, true), SqlState.BACKENDS_DISAGREE, false);
            assertAllServe();
            assertNothingCommitted();
        }

        @Test
        void theSameAnswers_success() throws Exception {
            backends(3);
            assertAgreed(write(query, true, true), 1);
            assertAllServe();
        }
    }

    @Nested
    class DifferentCounts {
        @ParameterizedTest
        @ValueSource(ints = {2, 3})
        void underRowLocks_rolledBackEverywhereAndRerunnable(int count) throws Exception {
            backends(count);
            scene.b().on(Call.EXECUTE, Answer.counts(2));
            assertTakenBack(write(false), SqlState.ROLLED_BACK, true);
            assertAllServe();
            assertNothingCommitted();
        }

        @Test
        void alone_oneAgainstOne_rolledBackAndTheOperatorTold() throws Exception {
            backends(2);
            scene.b().on(Call.EXECUTE, Answer.counts(2));
            assertTakenBack(write(true), SqlState.BACKENDS_DISAGREE, false);
            assertAllServe();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2})
        void alone_theMinorityLeavesWhateverItsPlace(int liar) throws Exception {
            backends(3);
            scene.backends.get(liar).on(Call.EXECUTE, Answer.counts(9));
            assertAgreed(write(true), 1);
            scene.assertLeft(scene.backends.get(liar), BackendState.DISAGREED);
            assertThat(scene.serving()).hasSize(2);
        }

        @Test
        void alone_threeAnswers_rolledBackAndTheOperatorTold() throws Exception {
            backends(3);
            scene.b().on(Call.EXECUTE, Answer.counts(2));
            scene.c().on(Call.EXECUTE, Answer.counts(3));
            assertTakenBack(write(true), SqlState.BACKENDS_DISAGREE, false);
            assertAllServe();
            assertNothingCommitted();
        }

        @Test
        void alone_oneAppliedAndTwoRefusedOneOfThemForResources_isOneAgainstOne() throws Exception {
            backends(3);
            scene.a().on(Call.EXECUTE, Answer.rejected(FailureClass.RESOURCE));
            scene.b().on(Call.EXECUTE, Answer.rejected(FailureClass.DUPLICATE_KEY));
            assertTakenBack(write(true), SqlState.BACKENDS_DISAGREE, false);
            scene.assertServing(scene.b(), scene.c());
            assertNothingCommitted();
        }
    }

    @Nested
    class DifferentKeys {
        private final StatementCall insert = call("INSERT", new KeyColumns.All());

        @Test
        void sameCountsButOtherKeys_isADifference() throws Exception {
            backends(2);
            scene.a().on(Call.EXECUTE, Answer.keys(1L));
            scene.b().on(Call.EXECUTE, Answer.keys(2L));
            assertTakenBack(write(insert, true, false), SqlState.ROLLED_BACK, true);
            assertAllServe();
            assertNothingCommitted();
        }

        @Test
        void alone_theMinorityLeaves() throws Exception {
            backends(3);
            scene.a().on(Call.EXECUTE, Answer.keys(33L));
            scene.b().on(Call.EXECUTE, Answer.keys(1L));
            scene.c().on(Call.EXECUTE, Answer.keys(1L));
            Verdict<StatementResult> verdict = write(insert, true, true);
            assertThat(verdict)
                    .isInstanceOfSatisfying(
                            Verdict.Agreed.class,
                            agreed ->
                                    assertThat(
                                                    ((StatementResult.Count) agreed.result())
                                                            .keys()
                                                            .rows()
                                                            .toString())
                                            .isEqualTo("[[1]]"));
            scene.assertLeft(scene.a(), BackendState.DISAGREED);
        }

        @Test
        void theSameKeysEverywhere_success() throws Exception {
            backends(2);
            scene.a().on(Call.EXECUTE, Answer.keys(5L, 6L));
            scene.b().on(Call.EXECUTE, Answer.keys(5L, 6L));
            assertAgreed(write(insert, true, false), 2);
            assertAllServe();
        }
    }

    @Nested
    class ADriverBreaks {
        @BeforeEach
        void prepare() throws Exception {
            backends(2);
        }

        @Test
        void withAnException_isTreatedAsALostConnection() throws Exception {
            scene.b().on(Call.EXECUTE, Answer.driverBug());
            assertAgreed(write(false), 1); // repeated on a new connection
            assertAllServe();
        }

        @Test
        void withAnError_nobodyWaitsForEver() throws Exception {
            scene.b().on(Call.EXECUTE, Answer.driverError());
            assertAgreed(write(false), 1);
            assertAllServe();
        }

        @Test
        void onTheCallersThread_nobodyUsesTheOthersConnectionsMeanwhile() throws Exception {
            scene.a().on(Call.EXECUTE, Answer.driverError());
            assertAgreed(write(false), 1);
            assertAllServe();
        }

        @Test
        void whenItConnects_isAFailureToConnect() throws Exception {
            scene.b().on(Call.BORROW, Answer.driverBug()).on(Call.PING, Answer.connectionLost());
            assertAgreed(write(false), 1);
            scene.assertServing(scene.a());
        }

        @Test
        void whenItIsPinged_isNoAnswer() throws Exception {
            scene.b().on(Call.EXECUTE, Answer.connectionLost()).on(Call.PING, Answer.driverBug());
            assertAgreed(write(false), 1);
            scene.assertServing(scene.a());
        }
    }
}
