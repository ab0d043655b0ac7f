package io.lockstep.controller.execution;

import static io.lockstep.controller.execution.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.backends.BackendBusyException;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.FakeBackend.Call;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.protocol.SqlState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who takes part in an open transaction when backends go and come, and when it can only be undone.
 */
class TransactionPartsTest extends OpenTransactionScene {
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
