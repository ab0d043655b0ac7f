package io.lockstep.controller.execution;

import static io.lockstep.controller.execution.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.FakeBackend.Call;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.protocol.SqlState;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A database answers pings and gives no connection: the others go on, if there are any. */
@Timeout(60)
class NoConnectionTest {
    @TempDir private Path directory;
    private Scene scene;

    @BeforeEach
    void prepare() throws Exception {
        scene = Scene.of(directory, 2);
    }

    @AfterEach
    void allIsSound() {
        scene.close();
    }

    private static void givesNone(FakeBackend backend) {
        backend.byChance(
                call ->
                        call == Call.BORROW
                                ? Answer.rejected(FailureClass.RESOURCE)
                                : Answer.done());
    }

    @Test
    void toAGroup_itLeaves() throws Exception {
        givesNone(scene.a());
        List<FanOut.Participant> participants = scene.group.borrowAll(Scene.BORROW_TIMEOUT);
        assertThat(participants).extracting(FanOut.Participant::handle).hasSize(1);
        scene.assertLeft(scene.a(), BackendState.LOST);
        participants.forEach(p -> p.connection().release());
    }

    @Test
    void toATransaction_itLeaves() throws Exception {
        givesNone(scene.b());
        BackendTransaction transaction = scene.transaction();
        assertThat(transaction.write(call("ONE"), true, false)).isInstanceOf(Verdict.Agreed.class);
        scene.assertLeft(scene.b(), BackendState.LOST);
        transaction.commit();
        Scene.assertHolds(scene.a(), "ONE");
    }

    @Test
    void forAMomentOnly_itStays() throws Exception {
        scene.b()
                .on(
                        Call.BORROW,
                        Answer.rejected(FailureClass.RESOURCE),
                        Answer.rejected(FailureClass.RESOURCE));
        BackendTransaction transaction = scene.transaction();
        assertThat(transaction.write(call("ONE"), true, false)).isInstanceOf(Verdict.Agreed.class);
        transaction.commit();
        scene.assertServing(scene.a(), scene.b());
        Scene.assertHolds(scene.b(), "ONE");
    }

    @Test
    void toAnybody_nobodyLeaves() throws Exception {
        scene.backends.forEach(NoConnectionTest::givesNone);
        assertTooManyConnections(() -> scene.group.borrowAll(Scene.BORROW_TIMEOUT));
        BackendTransaction transaction = scene.transaction();
        assertTooManyConnections(() -> transaction.write(call("ONE"), true, false));
        transaction.rollback();
        scene.assertServing(scene.a(), scene.b());
    }

    private static void assertTooManyConnections(ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOf(NoConnectionException.class)
                .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
                .extracting(SQLException::getSQLState)
                .isEqualTo(SqlState.TOO_MANY_CONNECTIONS.code());
    }

    @Test
    void forARepetition_itLeaves() throws Exception {
        BackendTransaction transaction = scene.transaction();
        assertThat(transaction.write(call("ONE"), true, false)).isInstanceOf(Verdict.Agreed.class);
        scene.b().on(Call.EXECUTE, Answer.connectionLost());
        givesNone(scene.b());
        assertThat(transaction.write(call("TWO"), true, false)).isInstanceOf(Verdict.Agreed.class);
        scene.assertLeft(scene.b(), BackendState.LOST);
        transaction.commit();
        Scene.assertHolds(scene.a(), "ONE", "TWO");
    }
}
