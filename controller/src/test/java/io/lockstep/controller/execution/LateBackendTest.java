package io.lockstep.controller.execution;

import static io.lockstep.controller.execution.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.FakeBackend.Call;
import io.lockstep.controller.membership.BackendState;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is later than {@code backendTimeout} after another has answered leaves, and nobody else. */
@Timeout(60)
class LateBackendTest {
    @TempDir private Path directory;
    private Scene scene;

    @BeforeEach
    void prepare() throws Exception {
        scene = Scene.of(directory, 3);
    }

    @AfterEach
    void allIsSound() {
        scene.close();
    }

    @Test
    void aLateBackendLeavesAlthoughItAnswersPings() throws Exception {
        scene.b().on(Call.EXECUTE, Answer.hangs());
        BackendTransaction transaction = scene.transaction();
        assertThat(transaction.write(call("UPDATE t"), true, false))
                .isInstanceOf(Verdict.Agreed.class);
        scene.assertLeft(scene.b(), BackendState.LOST);
        transaction.commit();
        Scene.assertHolds(scene.a(), "UPDATE t");
        Scene.assertHolds(scene.b());
    }

    @Test
    void aLateHomeLeavesToo() throws Exception {
        scene.a().on(Call.EXECUTE, Answer.hangs());
        BackendTransaction transaction = scene.transaction();
        assertThat(transaction.write(call("UPDATE t"), true, false))
                .isInstanceOf(Verdict.Agreed.class);
        scene.assertServing(scene.b(), scene.c());
        transaction.commit();
    }

    @Test
    void aRefusalIsAnAnswerToo() throws Exception {
        scene.a().on(Call.EXECUTE, Answer.rejected(FailureClass.DUPLICATE_KEY));
        scene.b().on(Call.EXECUTE, Answer.rejected(FailureClass.DUPLICATE_KEY));
        scene.c().on(Call.EXECUTE, Answer.hangs());
        BackendTransaction transaction = scene.transaction();
        assertThat(transaction.write(call("UPDATE t"), true, false))
                .isInstanceOf(Verdict.Refused.class);
        scene.assertServing(scene.a(), scene.b());
        transaction.rollback();
    }

    @Test
    void whoseConnectionBrokeWhileAnotherWasLateIsNotLate() throws Exception {
        scene.b().on(Call.EXECUTE, Answer.connectionLost());
        scene.c().on(Call.EXECUTE, Answer.hangs());
        BackendTransaction transaction = scene.transaction();
        assertThat(transaction.write(call("UPDATE t"), true, false))
                .isInstanceOf(Verdict.Agreed.class);
        scene.assertServing(scene.a(), scene.b());
        transaction.commit();
        Scene.assertHolds(scene.b(), "UPDATE t");
    }

    @Test
    void aLateCommitIsNotWaitedFor() throws Exception {
        scene.c().on(Call.COMMIT, Answer.hangs());
        BackendTransaction transaction = scene.transaction();
        transaction.write(call("UPDATE t"), true, false);
        transaction.commit();
        scene.assertLeft(scene.c(), BackendState.LOST);
    }

    @Test
    void aLateRollbackIsNotWaitedFor() throws Exception {
        scene.c().on(Call.ROLLBACK, Answer.hangs());
        BackendTransaction transaction = scene.transaction();
        transaction.write(call("UPDATE t"), true, false);
        transaction.rollback();
        assertThat(scene.c().connections().get(0).end()).isEqualTo(FakeConnection.End.DISCARDED);
    }

    /** The rule itself, with a clock of its own. */
    @Nested
    class TheLimit {
        private static final long LIMIT = TimeUnit.SECONDS.toNanos(10);

        private final FakeConnection quick = connection("quick");
        private final FakeConnection slow = connection("slow");
        private final FanOut.Flight<Integer> flight =
                new FanOut.Flight<>(List.of(participant(quick), participant(slow)));
        private final long start = System.nanoTime();

        private FakeConnection connection(String name) {
            FakeConnection connection = new FakeConnection(new FakeBackend(name));
            assertThat(connection.inTransaction()).isFalse();
            return connection;
        }

        private FanOut.Participant participant(FakeConnection connection) {
            return new FanOut.Participant(new BackendHandle(connection.backend()), connection);
        }

        private void cutAt(long afterStart) {
            flight.cutLate(start + afterStart, LIMIT);
        }

        private boolean isCut(FakeConnection connection) {
            try {
                connection.begin(Connection.TRANSACTION_READ_COMMITTED, false);
                return false;
            } catch (SQLException e) {
                return true;
            }
        }

        @Test
        void beforeAnybodyAnsweredNobodyIsLate() {
            cutAt(100 * LIMIT);
            assertThat(isCut(slow)).isFalse();
        }

        @Test
        void withinTheTimeoutAfterTheFirstAnswerNobodyIsLate() {
            flight.land(0, new Outcome.Applied<>(1));
            cutAt(LIMIT - Duration.ofMillis(1).toNanos());
            assertThat(isCut(slow)).isFalse();
        }

        @Test
        void laterThanTheTimeoutAfterTheFirstAnswer() {
            flight.land(0, new Outcome.Applied<>(1));
            cutAt(2 * LIMIT);
            assertThat(isCut(slow)).isTrue();
            assertThat(isCut(quick)).isFalse();
        }

        @Test
        void aBrokenConnectionIsNoAnswer() {
            flight.land(0, new Outcome.Unknown<>(new SQLException("gone"), false));
            cutAt(2 * LIMIT);
            assertThat(isCut(slow)).isFalse();
        }
    }
}
