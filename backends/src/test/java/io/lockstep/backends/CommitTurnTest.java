package io.lockstep.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommitTurnTest {
    private static final int THREADS = 4;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void oneAtATime() throws Exception {
        CommitTurn turn = new CommitTurn(true);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            all.add(threads.submit(() -> endMany(turn, inside, most)));
        }
        for (Future<?> one : all) {
            one.get(30, TimeUnit.SECONDS);
        }
        assertThat(most).hasValue(1);
    }

    private static Void endMany(CommitTurn turn, AtomicInteger inside, AtomicInteger most)
            throws SQLException {
        for (int round = 0; round < 1_000; round++) {
            turn.take(
                    () -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        for (int spin = 0; spin < 100; spin++) {
                            Thread.onSpinWait();
                        }
                        inside.decrementAndGet();
                    });
        }
        return null;
    }

    @Test
    void allAtOnceWhereTheEngineAllowsIt() throws Exception {
        CommitTurn turn = new CommitTurn(false);
        CyclicBarrier together = new CyclicBarrier(2);
        Future<?> other = threads.submit(() -> meet(turn, together));
        meet(turn, together);
        other.get(30, TimeUnit.SECONDS);
    }

    private static Void meet(CommitTurn turn, CyclicBarrier together) throws SQLException {
        turn.take(
                () -> {
                    try {
                        together.await(30, TimeUnit.SECONDS);
                    } catch (Exception e) {
                        throw new SQLException("the other is not inside", e);
                    }
                });
        return null;
    }

    @Test
    void aFailureGivesTheTurnBack() throws Exception {
        CommitTurn turn = new CommitTurn(true);
        SQLException refused = new SQLException("refused");
        assertThatThrownBy(
                        () ->
                                turn.take(
                                        () -> {
                                            throw refused;
                                        }))
                .isSameAs(refused);
        AtomicInteger ended = new AtomicInteger();
        threads.submit(
                        () -> {
                            turn.take(ended::incrementAndGet);
                            return null;
                        })
                .get(30, TimeUnit.SECONDS);
        assertThat(ended).hasValue(1);
    }
}
