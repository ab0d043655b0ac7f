package io.lockstep.controller.execution;

import static io.lockstep.controller.execution.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.FakeBackend.Call;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.protocol.SqlState;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client hears of a success only after it is on disk who has no part in it; and if that cannot be
 * written, no write is acknowledged any more.
 */
@Timeout(60)
class DurableDepartureTest {
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

    private BackendTransaction written() throws SQLException {
        BackendTransaction transaction = scene.transaction();
        assertThat(transaction.write(call("UPDATE t"), true, false))
                .isInstanceOf(Verdict.Agreed.class);
        return transaction;
    }

    private static CompletableFuture<Void> committing(BackendTransaction transaction) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        transaction.commit();
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    @Test
    void whoDidNotConfirmIsOutOnDiskBeforeTheClientHears() throws Exception {
        BackendTransaction transaction = written();
        scene.c().on(Call.COMMIT, Answer.dies());
        scene.disk.hold();
        CompletableFuture<Void> commit = committing(transaction);
        await().until(scene.disk::isWaitedFor);
        assertThat(commit).isNotDone();
        scene.disk.release();
        commit.get(20, TimeUnit.SECONDS);
        scene.assertServing(scene.a(), scene.b());
    }

    @Test
    void whomTheHeartbeatIsJustPuttingOutIsOutOnDiskBeforeTheClientHears() throws Exception {
        BackendTransaction transaction = written();
        scene.disk.hold();
        CompletableFuture<Void> heartbeat =
                CompletableFuture.runAsync(
                        () -> {
                            try {
                                scene.group.leave(
                                        scene.handle(scene.c()), BackendState.LOST, "silent");
                            } catch (SQLException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        await().until(scene.disk::isWaitedFor);
        CompletableFuture<Void> commit = committing(transaction);
        await().until(() -> scene.a().committed().size() == 1 && scene.b().committed().size() == 1);
        // c has no part in it: a controller restarted from the old file would serve from c.
        assertThat(commit)
                .as("the client must not hear of it while the file says that c serves")
                .failsWithin(200, TimeUnit.MILLISECONDS);
        scene.disk.release();
        commit.get(20, TimeUnit.SECONDS);
        heartbeat.get(20, TimeUnit.SECONDS);
        scene.assertServing(scene.a(), scene.b());
    }

    @Test
    void ifItCannotBeWrittenAtCommit_theOutcomeIsCalledUnknownAndNobodyReadsFromWhoLacksIt()
            throws Exception {
        BackendTransaction transaction = written();
        scene.b().on(Call.COMMIT, Answer.connectionLost());
        scene.c().on(Call.COMMIT, Answer.rejected(FailureClass.CONSTRAINT));
        scene.disk.fill();
        assertThatThrownBy(transaction::commit)
                .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
                .extracting(SQLException::getSQLState)
                .isEqualTo(SqlState.OUTCOME_UNKNOWN.code());
        transaction.rollback();
        assertThat(scene.membership.view().inService()).containsExactly("a");
    }

    @Test
    void ifItCannotBeWrittenAtARefusedCommit_theOutcomeIsCalledUnknown() throws Exception {
        BackendTransaction transaction = written();
        scene.a().on(Call.COMMIT, Answer.rejected(FailureClass.CONSTRAINT));
        scene.b().on(Call.COMMIT, Answer.committedUnheard());
        scene.c().on(Call.COMMIT, Answer.committedUnheard());
        scene.disk.fill();
        // After a restart from the old file b or c may be the one that serves.
        assertThatThrownBy(transaction::commit)
                .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
                .extracting(SQLException::getSQLState)
                .isEqualTo(SqlState.OUTCOME_UNKNOWN.code());
        transaction.rollback();
        assertThat(scene.membership.view().inService()).containsExactly("a");
    }

    @Test
    void ifItCannotBeWrittenAfterAStatement_theTransactionIsTakenBack() throws Exception {
        BackendTransaction transaction = scene.transaction();
        scene.b().on(Call.EXECUTE, Answer.dies());
        scene.disk.fill();
        assertThat(transaction.write(call("UPDATE t"), true, false))
                .isInstanceOfSatisfying(
                        Verdict.TakenBack.class,
                        back -> {
                            assertThat(back.error().getSQLState())
                                    .isEqualTo(SqlState.LOG_FULL.code());
                            assertThat(back.rerunnable()).isFalse();
                        });
        transaction.rollback();
        scene.backends.forEach(Scene::assertHolds);
    }

    @Test
    void fromThenOnWritesStopAndReadsGoOn() throws Exception {
        BackendTransaction open = written();
        scene.disk.fill();
        assertThatThrownBy(
                        () ->
                                scene.group.leave(
                                        scene.handle(scene.c()), BackendState.LOST, "silent"))
                .isInstanceOf(SQLException.class);

        assertStopped(() -> scene.transaction().write(call("UPDATE t"), true, false));
        assertStopped(() -> scene.transaction().writeDdl(call("CREATE TABLE t"), Set.of()));
        assertStopped(open::commit);
        open.rollback();
        Probe member = new Probe("UPDATE t");
        scene.groups(ExtraLaneCount.none()).submit(member);
        assertThat(member.error().getSQLState()).isEqualTo(SqlState.LOG_FULL.code());

        BackendTransaction reading = scene.transaction();
        assertThat(reading.homeConnection(scene.handle(scene.a()))).isNotNull();
        reading.commit();
        scene.backends.forEach(Scene::assertHolds);
    }

    private static void assertStopped(ThrowingCallable write) {
        assertThatThrownBy(write)
                .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
                .extracting(SQLException::getSQLState)
                .isEqualTo(SqlState.LOG_FULL.code());
    }

    @Test
    void aGroupsMembersHearOfAnUnknownOutcomeAndAreNotRunAgain() throws Exception {
        scene.b().on(Call.COMMIT, Answer.connectionLost());
        scene.disk.fill();
        AtomicInteger runs = new AtomicInteger();
        scene.a()
                .onText(
                        "UPDATE t",
                        connection -> {
                            runs.incrementAndGet();
                            return Answer.done().play(connection);
                        });
        Probe member = new Probe("UPDATE t");
        scene.groups(ExtraLaneCount.none()).submit(member);
        assertThat(member.error().getSQLState()).isEqualTo(SqlState.OUTCOME_UNKNOWN.code());
        assertThat(runs).hasValue(1);
        assertThat(scene.membership.view().inService()).containsExactly("a", "c");
    }
}
