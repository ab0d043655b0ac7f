package io.lockstep.controller.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.counters.Counter;
import io.lockstep.controller.allocation.Allocator;
import io.lockstep.controller.allocation.ServingCounters;
import io.lockstep.controller.membership.BackendState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Databases that number rows by themselves begin alike, whoever comes into service meanwhile. */
@Timeout(60)
class NumberingTest {
    private static final Counter SEQUENCE = new Counter("s", List.of());
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir private Path directory;
    private Scene scene;
    private Allocator allocator;
    private Runnable whenAsked = () -> {};

    @BeforeEach
    void bIsOutAndAIsAtSeven() throws Exception {
        scene = Scene.of(directory, 2);
        scene.group.leave(scene.handle(scene.b()), BackendState.LOST, "silent");
        scene.a().counters().stands(7, FakeCounters.Back.ANYWHERE);
        scene.b().counters().stands(3, FakeCounters.Back.ANYWHERE);
        ServingCounters.Slots slots =
                new ServingCounters.Slots() {
                    @Override
                    public void begin(BackendHandle backend, Duration timeout) {
                        whenAsked.run();
                    }

                    @Override
                    public void end(BackendHandle backend) {}
                };
        allocator = new Allocator(new ServingCounters(scene.group, slots, PATIENCE), PATIENCE);
    }

    @AfterEach
    void allIsSound() {
        scene.close();
    }

    private void bIsSeenInService() {
        try {
            assertThat(scene.enters("b")).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void insertSelect() throws SQLException {
        BackendTransaction transaction = scene.transaction();
        transaction.joinToNumber();
        allocator.align(SEQUENCE);
        assertThat(transaction.write(Scene.call("INSERT"), true, true, Set.of(SEQUENCE)))
                .isInstanceOf(Verdict.Agreed.class);
        transaction.rollback();
    }

    private void assertBothCountAlike() {
        assertThat(scene.b().connections()).isNotEmpty();
        assertThat(scene.b().counters().next()).isEqualTo(scene.a().counters().next());
    }

    @Test
    void alsoBeforeTheAllocatorHasHeardOfIt() throws Exception {
        insertSelect();
        bIsSeenInService();
        insertSelect();
        assertBothCountAlike();
    }

    @Test
    void alsoIfItCameWhileTheOthersWereAligned() throws Exception {
        int[] asked = {0};
        whenAsked =
                () -> {
                    if (++asked[0] == 2) { // first read, then put in place
                        bIsSeenInService();
                        allocator.backendEntered();
                    }
                };
        allocator.align(SEQUENCE);
        insertSelect();
        assertBothCountAlike();
    }

    @Test
    void whoComesWhenItIsSettledWhoTakesPartGetsItAtTheCommit() throws Exception {
        BackendTransaction transaction = scene.transaction();
        transaction.joinToNumber();
        allocator.align(SEQUENCE);
        bIsSeenInService();
        transaction.write(Scene.call("INSERT"), true, true, Set.of(SEQUENCE));
        assertThat(scene.b().connections()).isEmpty();
        transaction.rollback();
    }
}
