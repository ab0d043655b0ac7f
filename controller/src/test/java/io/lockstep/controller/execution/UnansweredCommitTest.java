package io.lockstep.controller.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.FakeBackend.Call;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.recoverylog.LogException;
import io.lockstep.controller.recoverylog.LogRecord;
import io.lockstep.controller.redo.RedoLog;
import io.lockstep.controller.request.Conductor;
import io.lockstep.controller.request.VirtualDatabase;
import io.lockstep.controller.sql.StatementClassifier;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionId;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Nobody has answered a COMMIT: it is settled by whoever comes back, and then writes go on. */
class UnansweredCommitTest extends RejoinScene {
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
