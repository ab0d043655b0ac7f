package io.lockstep.controller.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.FakeBackend.Call;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On which threads the work runs, and that every outcome lands. */
@Timeout(60)
class FanOutTest {
    @TempDir private Path directory;
    private Scene scene;

    @AfterEach
    void allIsSound() {
        scene.close();
    }

    private List<FanOut.Participant> participants(int count) throws Exception {
        scene = Scene.of(directory, count);
        return scene.group.borrowAll(Scene.BORROW_TIMEOUT);
    }

    private static void release(List<FanOut.Participant> participants) {
        participants.forEach(p -> p.connection().release());
    }

    @Test
    void withOneBackendNoOtherThreadIsUsed() throws Exception {
        List<FanOut.Participant> one = participants(1);
        List<Outcome<Thread>> outcomes = scene.fanOut.run(one, c -> Thread.currentThread());
        assertThat(outcomes).containsExactly(new Outcome.Applied<>(Thread.currentThread()));
        release(one);
    }

    @Test
    void withSeveralTheFirstRunsHereAndAllAtTheSameTime() throws Exception {
        List<FanOut.Participant> three = participants(3);
        CountDownLatch together = new CountDownLatch(3);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        List<Outcome<String>> outcomes =
                scene.fanOut.run(
                        three,
                        connection -> {
                            together.countDown();
                            Scene.await(together);
                            threads.add(Thread.currentThread());
                            return connection.backend().name();
                        });
        assertThat(outcomes)
                .containsExactly(
                        new Outcome.Applied<>("a"),
                        new Outcome.Applied<>("b"),
                        new Outcome.Applied<>("c"));
        assertThat(threads).hasSize(3).contains(Thread.currentThread());
        release(three);
    }

    @Test
    void whatADriverThrowsIsRejectedUnlessTheConnectionOrTheDriverBroke() throws Exception {
        List<FanOut.Participant> three = participants(3);
        scene.a().on(Call.BEGIN, Answer.rejected(FailureClass.SYNTAX));
        scene.b().on(Call.BEGIN, Answer.connectionLost());
        scene.c().on(Call.BEGIN, Answer.driverError());
        List<Outcome<Integer>> outcomes =
                scene.fanOut.run(
                        three,
                        connection -> {
                            connection.begin(2, false);
                            return 1;
                        });
        assertThat(outcomes.get(0))
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        r -> assertThat(r.failureClass()).isEqualTo(FailureClass.SYNTAX));
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Unknown.class);
        assertThat(outcomes.get(2)).isInstanceOf(Outcome.Unknown.class);
        assertThat(scene.handle(scene.c()).pending()).isZero();
        release(three);
    }

    @Test
    void anInterruptDoesNotAbandonTheOthersAndIsKept() throws Exception {
        List<FanOut.Participant> two = participants(2);
        Thread.currentThread().interrupt();
        List<Outcome<Integer>> outcomes = scene.fanOut.run(two, connection -> 1);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(outcomes).containsExactly(new Outcome.Applied<>(1), new Outcome.Applied<>(1));
        release(two);
    }

    @Test
    void whenAllWorkersAreTakenTheCallerDoesTheirWorkAfterItsOwn() throws Exception {
        List<FanOut.Participant> two = participants(2);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch taken = new CountDownLatch(FakeBackend.POOL_MAX);
        for (int i = 0; i < FakeBackend.POOL_MAX; i++) {
            scene.handle(scene.b())
                    .workers()
                    .execute(
                            () -> {
                                taken.countDown();
                                Scene.await(go);
                            });
        }
        Scene.await(taken);
        List<String> order = new ArrayList<>();
        scene.fanOut.run(two, connection -> order.add(connection.backend().name()));
        go.countDown();
        // The other way round a backend that hangs would keep the first from ever being asked.
        assertThat(order).containsExactly("a", "b");
        release(two);
    }

    @Test
    void whenNoThreadCanBeMadeTheCallerDoesTheWorkersWork() throws Exception {
        List<FanOut.Participant> two = participants(2);
        BackendHandle b =
                new BackendHandle(
                        scene.b(),
                        task -> {
                            throw new OutOfMemoryError("unable to create native thread");
                        });
        FanOut.Participant late = new FanOut.Participant(b, two.get(1).connection());
        assertThat(scene.fanOut.run(List.of(two.get(0), late), connection -> 1))
                .containsExactly(new Outcome.Applied<>(1), new Outcome.Applied<>(1));
        release(two);
    }

    @Test
    void whatCannotBeCutKeepsNobodyElseFromIt() throws Exception {
        scene = Scene.of(directory, 1);
        CountDownLatch looks = new CountDownLatch(3);
        scene.watch.add(
                (now, limit) -> {
                    looks.countDown();
                    throw new OutOfMemoryError("unable to create native thread");
                });
        Scene.await(looks);
    }

    @Test
    void whileTheControllerStopsTheCallerDoesTheWorkersWork() throws Exception {
        List<FanOut.Participant> two = participants(2);
        scene.handle(scene.b()).workers().shutdown();
        assertThat(scene.fanOut.run(two, connection -> 1))
                .containsExactly(new Outcome.Applied<>(1), new Outcome.Applied<>(1));
        release(two);
    }
}
