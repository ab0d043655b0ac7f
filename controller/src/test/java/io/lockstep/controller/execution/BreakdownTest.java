package io.lockstep.controller.execution;

import static io.lockstep.controller.execution.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionOutcome;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The controller itself fails, for want of memory for instance, when all backends have agreed and
 * none has been told to commit: no connection and no commit record may be left open.
 */
@Timeout(60)
class BreakdownTest {
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

    /**
     * @param passage which look at a backend's epoch it is, of those behind the commit record
     */
    private void breakDownAt(int passage) {
        AtomicInteger left = new AtomicInteger(passage);
        scene.a()
                .whenEpochAsked(
                        () -> {
                            boolean open = scene.redo.decidedUpTo() < lastSequence();
                            if (open && left.decrementAndGet() == 0) {
                                throw new OutOfMemoryError("scripted");
                            }
                        });
    }

    private long lastSequence() {
        return scene.redo.log().lastSequence();
    }

    private void assertNothingIsLeftOpen() throws InterruptedException {
        scene.assertSound();
        scene.backends.forEach(Scene::assertHolds);
        assertThat(scene.redo.decidedUpTo()).isEqualTo(lastSequence());
        assertThat(scene.redo.settledUpTo()).isEqualTo(lastSequence());
        assertThat(scene.redo.unsettled()).isEmpty();
        assertThat(scene.redo.pauseCommits(Duration.ofSeconds(1)))
                .as("a backend can come into service")
                .isTrue();
        scene.redo.resumeCommits();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aLoneAutoCommitWriteIsTakenBack(int passage) throws Exception {
        breakDownAt(passage);
        Probe write = new Probe("INSERT", 1);
        scene.groups(ExtraLaneCount.none()).submit(write);
        SQLException error =
                write.anyAnswer() instanceof SQLException failed ? failed : write.refusal();
        assertThat(error.getSQLState()).isEqualTo(SqlState.INTERNAL_ERROR.code());
        assertThat(error.getCause()).isInstanceOf(OutOfMemoryError.class);
        assertThat(scene.redo.outcomes().of(write.id)).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertNothingIsLeftOpen();
    }

    @Test
    void aGroupIsTakenBackAsOne() throws Exception {
        breakDownAt(1);
        List<CommitGroups.Member> members = List.of(new Probe("INSERT", 1), new Probe("INSERT", 2));
        GroupTransaction transaction =
                new GroupTransaction(
                        scene.group, scene.fanOut, scene.clock, Scene.BORROW_TIMEOUT, members);
        assertThat(catchThrowableOfType(OutOfMemoryError.class, transaction::run))
                .hasMessage("scripted");
        for (CommitGroups.Member member : members) {
            assertThat(scene.redo.outcomes().of(member.id))
                    .isEqualTo(TransactionOutcome.ROLLED_BACK);
        }
        assertNothingIsLeftOpen();
    }

    @Test
    void aTransactionIsTakenBack() throws Exception {
        BackendTransaction transaction = scene.transaction();
        assertThat(transaction.write(call("INSERT", 1), true, false))
                .isInstanceOf(Verdict.Agreed.class);
        breakDownAt(1);
        SQLException error = catchThrowableOfType(SQLException.class, transaction::commit);
        assertThat(error.getSQLState()).isEqualTo(SqlState.INTERNAL_ERROR.code());
        assertNothingIsLeftOpen();
    }

    @Test
    void writesGoOnBehindIt() throws Exception {
        breakDownAt(1);
        CommitGroups groups = scene.groups(ExtraLaneCount.none());
        groups.submit(new Probe("INSERT", 1));
        Probe next = new Probe("INSERT", 2);
        groups.submit(next);
        assertThat(next.count()).isEqualTo(1);
        scene.backends.forEach(b -> Scene.assertHolds(b, "INSERT[2]"));
    }
}
