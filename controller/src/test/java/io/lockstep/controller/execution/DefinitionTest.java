package io.lockstep.controller.execution;

import static io.lockstep.controller.execution.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.FakeBackend.Call;
import io.lockstep.controller.membership.BackendState;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DDL on engines that can take it back, on those that commit it at once, and on both together. */
@Timeout(60)
class DefinitionTest {
    private static final String TEXT = "CREATE TABLE t";

    @TempDir private Path directory;
    private Scene scene;

    @AfterEach
    void allIsSound() {
        scene.close();
    }

    private Verdict<StatementResult> define() throws SQLException {
        BackendTransaction transaction = scene.transaction();
        Verdict<StatementResult> verdict = transaction.writeDdl(call(TEXT), Set.of("t"));
        if (verdict instanceof Verdict.Agreed) {
            transaction.commit();
        }
        transaction.rollback();
        return verdict;
    }

    @Nested
    class OnEnginesThatCanTakeItBack {
        @Test
        void appliedByAll() throws Exception {
            scene = Scene.of(directory, 3);
            assertThat(define()).isInstanceOf(Verdict.Agreed.class);
            scene.backends.forEach(b -> Scene.assertHolds(b, TEXT));
        }

        @ParameterizedTest
        @EnumSource(
                value = FailureClass.class,
                names = {"OBJECT_EXISTS", "SYNTAX", "PERMISSION"})
        void refusedByOneIsRefusedByAll(FailureClass failure) throws Exception {
            scene = Scene.of(directory, 3);
            scene.b().on(Call.EXECUTE, Answer.rejected(failure));
            assertThat(define()).isInstanceOf(Verdict.Refused.class);
            assertThat(scene.serving()).hasSize(3);
            scene.backends.forEach(Scene::assertHolds);
        }

        @Test
        void outOfResources_thatOneLeaves() throws Exception {
            scene = Scene.of(directory, 2);
            scene.b().on(Call.EXECUTE, Answer.rejected(FailureClass.RESOURCE));
            assertThat(define()).isInstanceOf(Verdict.Agreed.class);
            scene.assertLeft(scene.b(), BackendState.LOST);
        }

        @Test
        void aLostConnection_rolledBackEverywhere() throws Exception {
            scene = Scene.of(directory, 2);
            scene.b().on(Call.EXECUTE, Answer.connectionLost());
            assertThat(define()).isInstanceOf(Verdict.TakenBack.class);
            assertThat(scene.serving()).hasSize(2);
            scene.backends.forEach(Scene::assertHolds);
        }
    }

    @Nested
    class OnEnginesThatCommitItByThemselves {
        private void backends(int count) throws Exception {
            scene = Scene.of(directory, count);
            scene.backends.forEach(FakeBackend::commitsDdlByItself);
        }

        @Test
        void appliedByAll() throws Exception {
            backends(2);
            assertThat(define()).isInstanceOf(Verdict.Agreed.class);
            scene.assertServing(scene.a(), scene.b());
            scene.backends.forEach(b -> Scene.assertHolds(b, TEXT));
        }

        @Test
        void refusedByAll_everybodyStays() throws Exception {
            backends(2);
            scene.backends.forEach(
                    b -> b.on(Call.EXECUTE, Answer.rejected(FailureClass.OBJECT_EXISTS)));
            assertThat(define()).isInstanceOf(Verdict.Refused.class);
            scene.assertServing(scene.a(), scene.b());
        }

        @ParameterizedTest
        @EnumSource(
                value = FailureClass.class,
                names = {"SYNTAX", "CANCELLED", "RESOURCE", "OTHER"})
        void refusedByOneOfTwo_itLeavesForTheOtherCannotTakeItBack(FailureClass failure)
                throws Exception {
            backends(2);
            scene.a().on(Call.EXECUTE, Answer.rejected(failure));
            assertThat(define()).isInstanceOf(Verdict.Agreed.class);
            scene.assertServing(scene.b());
            Scene.assertHolds(scene.b(), TEXT);
        }

        @Test
        void aConflictOnOneOfTwo_itIsAskedOnceMore() throws Exception {
            backends(2);
            scene.b().on(Call.EXECUTE, Answer.rejected(FailureClass.LOCK_TIMEOUT));
            assertThat(define()).isInstanceOf(Verdict.Agreed.class);
            scene.assertServing(scene.a(), scene.b());
            Scene.assertHolds(scene.b(), TEXT);
        }

        @Test
        void aConflictThatDoesNotEnd_itLeaves() throws Exception {
            backends(2);
            scene.b().onText("CREATE", Answer.rejected(FailureClass.LOCK_TIMEOUT));
            assertThat(define()).isInstanceOf(Verdict.Agreed.class);
            scene.assertServing(scene.a());
        }

        @Test
        void aConflictOnAll_takenBackAndEverybodyStays() throws Exception {
            backends(2);
            scene.backends.forEach(
                    b -> b.onText("CREATE", Answer.rejected(FailureClass.LOCK_TIMEOUT)));
            assertThat(define()).isInstanceOf(Verdict.TakenBack.class);
            scene.assertServing(scene.a(), scene.b());
        }

        @Test
        void connectionLostInItOnOneOfTwo_itLeavesThoughItAnswersPings() throws Exception {
            backends(2);
            scene.b().on(Call.EXECUTE, Answer.connectionLost());
            assertThat(define()).isInstanceOf(Verdict.Agreed.class);
            scene.assertServing(scene.a());
            Scene.assertHolds(scene.a(), TEXT);
        }

        @Test
        void connectionLostOnOneAndRefusedByTheOther_theLostOneLeaves() throws Exception {
            backends(2);
            scene.a()
                    .on(
                            Call.EXECUTE,
                            c -> {
                                c.backend().committed(List.of(TEXT));
                                throw c.lost();
                            });
            scene.b().on(Call.EXECUTE, Answer.rejected(FailureClass.OBJECT_EXISTS));
            assertThat(define()).isInstanceOf(Verdict.Refused.class);
            scene.assertServing(scene.b());
        }

        @Test
        void connectionLostOnAll_oneStaysForTheyMayDiffer() throws Exception {
            backends(2);
            scene.a()
                    .on(
                            Call.EXECUTE,
                            c -> {
                                c.backend().committed(List.of(TEXT));
                                throw c.lost();
                            });
            scene.b().on(Call.EXECUTE, Answer.connectionLost());
            assertThat(define()).isInstanceOf(Verdict.TakenBack.class);
            assertThat(scene.serving()).hasSize(1);
        }

        @Test
        void refusedByTwoOfThree_theOneThatDidItLeaves() throws Exception {
            backends(3);
            scene.a().on(Call.EXECUTE, Answer.rejected(FailureClass.SYNTAX));
            scene.c().on(Call.EXECUTE, Answer.rejected(FailureClass.SYNTAX));
            assertThat(define()).isInstanceOf(Verdict.Refused.class);
            scene.assertLeft(scene.b(), BackendState.DISAGREED);
        }
    }

    @Nested
    class OnBothKinds {
        @Test
        void whoeverCanTakeItBackIsAskedFirstAndARefusalChangesNothing() throws Exception {
            scene = Scene.of(directory, 2);
            scene.a().commitsDdlByItself();
            scene.b().on(Call.EXECUTE, Answer.rejected(FailureClass.SYNTAX));
            assertThat(define()).isInstanceOf(Verdict.Refused.class);
            scene.assertServing(scene.a(), scene.b());
            scene.backends.forEach(Scene::assertHolds);
        }

        @Test
        void theKindThatCommitsByItselfIsOutOfService() throws Exception {
            scene = Scene.of(directory, 2);
            scene.b().commitsDdlByItself();
            scene.group.leave(scene.handle(scene.b()), BackendState.LOST, "silent");
            assertThat(define()).isInstanceOf(Verdict.Agreed.class);
            Scene.assertHolds(scene.a(), TEXT);
        }

        @Test
        void refusedByTheOneThatCommitsByItself_rolledBackOnTheOther() throws Exception {
            scene = Scene.of(directory, 2);
            scene.a().commitsDdlByItself().on(Call.EXECUTE, Answer.rejected(FailureClass.SYNTAX));
            assertThat(define()).isInstanceOf(Verdict.Refused.class);
            scene.assertServing(scene.a(), scene.b());
            scene.backends.forEach(Scene::assertHolds);
        }

        @Test
        void connectionLostOnTheOneThatCommitsByItself_itLeavesAndTheOtherGoesOn()
                throws Exception {
            scene = Scene.of(directory, 2);
            scene.a()
                    .commitsDdlByItself()
                    .on(
                            Call.EXECUTE,
                            c -> {
                                c.backend().committed(List.of(TEXT));
                                throw c.lost();
                            });
            define();
            scene.assertServing(scene.b());
        }
    }
}
