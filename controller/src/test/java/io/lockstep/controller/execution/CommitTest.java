package io.lockstep.controller.execution;

import static io.lockstep.controller.execution.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.FakeBackend.Call;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.protocol.SqlState;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** COMMIT of a transaction that wrote: who leaves, and what the client may believe. */
@Timeout(60)
class CommitTest {
    @TempDir private Path directory;
    private Scene scene;

    @AfterEach
    void allIsSound() {
        scene.close();
    }

    private BackendTransaction written(int backends) throws IOException, SQLException {
        scene = Scene.of(directory, backends);
        BackendTransaction transaction = scene.transaction();
        assertThat(transaction.write(call("UPDATE t"), true, false))
                .isInstanceOf(Verdict.Agreed.class);
        return transaction;
    }

    private static SqlState failure(BackendTransaction transaction) {
        SQLException failure = catchThrowableOfType(SQLException.class, transaction::commit);
        assertThat(failure != null).as("commit must fail").isTrue();
        transaction.rollback();
        for (SqlState state : SqlState.values()) {
            if (state.code().equals(failure.getSQLState())) {
                return state;
            }
        }
        throw new AssertionError("not one of Lockstep's own", failure);
    }

    private static void assertRefused(BackendTransaction transaction) {
        assertThatThrownBy(transaction::commit).isInstanceOf(FakeFailure.class);
        transaction.rollback();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void confirmedByAll(int backends) throws Exception {
        written(backends).commit();
        assertThat(scene.serving()).hasSize(backends);
        scene.backends.forEach(b -> Scene.assertHolds(b, "UPDATE t"));
        scene.backends.forEach(
                b ->
                        assertThat(b.connections().get(0).end())
                                .isEqualTo(FakeConnection.End.RELEASED));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void confirmedByOneOnly_theOthersLeave(int backends) throws Exception {
        BackendTransaction transaction = written(backends);
        scene.backends.stream()
                .filter(b -> b != scene.b())
                .forEach(b -> b.on(Call.COMMIT, Answer.dies()));
        transaction.commit();
        scene.assertServing(scene.b());
        Scene.assertHolds(scene.b(), "UPDATE t");
    }

    @Test
    void whoseConnectionBrokeInItLeavesAlthoughItAnswersPings() throws Exception {
        BackendTransaction transaction = written(2);
        scene.b().on(Call.COMMIT, Answer.connectionLost());
        transaction.commit();
        scene.assertLeft(scene.b(), BackendState.LOST);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void whoRefusesWhatOthersConfirmedLeavesAsDisagreed(int backends) throws Exception {
        BackendTransaction transaction = written(backends);
        scene.a().on(Call.COMMIT, Answer.rejected(FailureClass.CONSTRAINT));
        transaction.commit();
        scene.assertLeft(scene.a(), BackendState.DISAGREED);
        Scene.assertHolds(scene.a());
        Scene.assertHolds(scene.b(), "UPDATE t");
        assertThat(scene.a().connections().get(0).end()).isEqualTo(FakeConnection.End.DISCARDED);
    }

    @ParameterizedTest
    @EnumSource(names = {"LOCK_TIMEOUT", "DEADLOCK", "SERIALIZATION", "RESOURCE", "CANCELLED"})
    void whoRefusesItForAReasonOfTheMomentIsGivenItAgain(FailureClass reason) throws Exception {
        BackendTransaction transaction = written(2);
        scene.b().takesMarkers().on(Call.COMMIT, Answer.rejected(reason));
        transaction.commit();
        scene.assertServing(scene.a(), scene.b());
        Scene.assertHolds(scene.b(), "UPDATE t");
    }

    @Test
    void orLeavesAsOneThatTheLogCanHeal() throws Exception {
        BackendTransaction transaction = written(2);
        Answer full = Answer.rejected(FailureClass.RESOURCE);
        scene.b().takesMarkers().on(Call.COMMIT, full, full);
        transaction.commit();
        scene.assertLeft(scene.b(), BackendState.LOST);
        Scene.assertHolds(scene.a(), "UPDATE t");
    }

    /** Otherwise others' commits wait for it, as long as the statements take. */
    @Test
    void whoComesInMeanwhileHoldsNoMarkerBeforeTheStatementsAreDone() throws Exception {
        scene = Scene.of(directory, 2);
        scene.group.leave(scene.handle(scene.b()), BackendState.LOST, "silent");
        BackendTransaction transaction = scene.transaction();
        transaction.write(call("UPDATE t"), true, false);
        scene.b().takesMarkers();
        scene.enters("b");
        transaction.commit();
        scene.assertServing(scene.a(), scene.b());
        assertThat(scene.b().connections().get(0).history())
                .containsSubsequence("BEGIN", "EXECUTE [UPDATE t]", "COMMIT")
                .doesNotContain("MARKER");
        assertThat(scene.b().markers().position().markers()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void refusedByAll_theErrorGoesToTheClientAndEverybodyStays(int backends) throws Exception {
        BackendTransaction transaction = written(backends);
        scene.backends.forEach(b -> b.on(Call.COMMIT, Answer.rejected(FailureClass.FOREIGN_KEY)));
        assertRefused(transaction);
        scene.assertServing(scene.backends.toArray(FakeBackend[]::new));
        scene.backends.forEach(Scene::assertHolds);
    }

    @Test
    void refusedByOneAndUnknownOnTheOther_theUnknownOneLeaves() throws Exception {
        BackendTransaction transaction = written(2);
        scene.a().on(Call.COMMIT, Answer.committedUnheard());
        scene.b().on(Call.COMMIT, Answer.rejected(FailureClass.FOREIGN_KEY));
        assertRefused(transaction);
        scene.assertServing(scene.b());
        Scene.assertHolds(scene.b());
    }

    @Test
    void unknownOnTheOnlyBackend_thatIsSaidAndItStays() throws Exception {
        BackendTransaction transaction = written(1);
        scene.a().on(Call.COMMIT, Answer.committedUnheard());
        assertThat(failure(transaction)).isEqualTo(SqlState.OUTCOME_UNKNOWN);
        scene.assertServing(scene.a());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void unknownEverywhereAndAllDead_thatIsSaidAndTheLastOneStays(int backends) throws Exception {
        BackendTransaction transaction = written(backends);
        scene.backends.forEach(b -> b.on(Call.COMMIT, Answer.dies()));
        assertThat(failure(transaction)).isEqualTo(SqlState.OUTCOME_UNKNOWN);
        assertThat(scene.serving()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void unknownEverywhereThoughAllLive_oneStaysForTheyMayDiffer(int backends) throws Exception {
        BackendTransaction transaction = written(backends);
        scene.a().on(Call.COMMIT, Answer.committedUnheard());
        scene.backends.stream()
                .filter(b -> b != scene.a())
                .forEach(b -> b.on(Call.COMMIT, Answer.connectionLost()));
        assertThat(failure(transaction)).isEqualTo(SqlState.OUTCOME_UNKNOWN);
        scene.assertServing(scene.a());
    }

    @Test
    void unknownEverywhere_theOneThatAnswersStays() throws Exception {
        BackendTransaction transaction = written(3);
        scene.a().on(Call.COMMIT, Answer.dies());
        scene.b().on(Call.COMMIT, Answer.connectionLost());
        scene.c().on(Call.COMMIT, Answer.dies());
        assertThat(failure(transaction)).isEqualTo(SqlState.OUTCOME_UNKNOWN);
        scene.assertServing(scene.b());
    }

    @Test
    void aDriverThatBreaksInIt_isNoConfirmation() throws Exception {
        BackendTransaction transaction = written(2);
        scene.a().on(Call.COMMIT, Answer.driverBug());
        transaction.commit();
        scene.assertServing(scene.b());
        Scene.assertHolds(scene.b(), "UPDATE t");
    }

    @Test
    void aConnectionWithoutAnswerToItIsNeverUsedAgain() throws Exception {
        BackendTransaction transaction = written(2);
        scene.backends.forEach(b -> b.on(Call.COMMIT, Answer.driverBug()));
        assertThat(failure(transaction)).isEqualTo(SqlState.OUTCOME_UNKNOWN);
        scene.backends.forEach(
                b ->
                        assertThat(b.connections().get(0).end())
                                .isEqualTo(FakeConnection.End.DISCARDED));
    }

    @Test
    void whoHasLeftMeanwhileIsNotAsked() throws Exception {
        BackendTransaction transaction = written(2);
        scene.group.leave(scene.handle(scene.b()), BackendState.LOST, "silent");
        transaction.commit();
        assertThat(scene.b().connections().get(0).history()).doesNotContain("COMMIT");
        Scene.assertHolds(scene.a(), "UPDATE t");
    }

    @Test
    void allThatHeldItsWritesHaveLeft_nothingWasCommitted() throws Exception {
        BackendTransaction transaction = written(2);
        scene.group.leave(scene.handle(scene.a()), BackendState.LOST, "silent");
        scene.group.leave(scene.handle(scene.b()), BackendState.DISAGREED, "by the operator");
        assertThat(failure(transaction)).isEqualTo(SqlState.CONNECTION_LOST);
    }

    @Test
    void theOnlyOneThatConfirmedLeavesAtThatMoment_thatIsNoSuccess() throws Exception {
        BackendTransaction transaction = written(2);
        // While a's COMMIT succeeds, the heartbeat puts a out; b, which has not committed, is now
        // the last one and cannot be put out.
        scene.a()
                .on(
                        Call.COMMIT,
                        connection -> {
                            scene.group.leave(scene.handle(scene.a()), BackendState.LOST, "silent");
                            return Answer.done().play(connection);
                        });
        scene.b().on(Call.COMMIT, Answer.connectionLost());
        assertThat(failure(transaction)).isEqualTo(SqlState.OUTCOME_UNKNOWN);
        scene.assertServing(scene.b());
    }

    @Test
    void theOneThatRefusedHasLeft_theUnknownOneDecides() throws Exception {
        BackendTransaction transaction = written(2);
        scene.a()
                .on(
                        Call.COMMIT,
                        connection -> {
                            scene.group.leave(scene.handle(scene.a()), BackendState.LOST, "silent");
                            return Answer.rejected(FailureClass.CONSTRAINT).play(connection);
                        });
        scene.b().on(Call.COMMIT, Answer.committedUnheard());
        // It may be committed on the only backend that serves: "refused" would be a lie.
        assertThat(failure(transaction)).isEqualTo(SqlState.OUTCOME_UNKNOWN);
        scene.assertServing(scene.b());
    }

    @Test
    void ofATransactionWithoutWritesAFailureIsOfNoConsequence() throws Exception {
        scene = Scene.of(directory, 2);
        BackendTransaction transaction = scene.transaction();
        assertThat(transaction.homeConnection(scene.handle(scene.b()))).isNotNull();
        scene.b().on(Call.COMMIT, Answer.connectionLost());
        transaction.commit();
        assertThat(scene.serving()).hasSize(2);
        assertThat(scene.a().connections()).isEmpty();
    }

    @Test
    void ofATransactionThatCouldNotBeginToWriteGivesBackAllItHad() throws Exception {
        scene = Scene.of(directory, 3);
        BackendTransaction transaction = scene.transaction();
        scene.c().on(Call.BEGIN, Answer.rejected(FailureClass.PERMISSION));
        assertThatThrownBy(() -> transaction.write(call("UPDATE t"), true, false))
                .isInstanceOf(FakeFailure.class);
        scene.a().on(Call.COMMIT, Answer.connectionLost());
        transaction.commit();
        scene.assertSound();
    }

    @Test
    void whileItIsUnderWayABackendDoesNotShowItYet() throws Exception {
        BackendTransaction transaction = written(2);
        boolean[] shown = {true};
        scene.b()
                .on(
                        Call.COMMIT,
                        connection -> {
                            shown[0] =
                                    scene.clock.shows(
                                            scene.handle(scene.b()), scene.clock.issued());
                            return Answer.done().play(connection);
                        });
        transaction.commit();
        assertThat(shown[0]).isFalse();
        assertThat(scene.clock.shows(scene.handle(scene.b()), scene.clock.issued())).isTrue();
    }
}
