package io.lockstep.controller.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Each policy as a law over any set of backends; jqwik prints the seed. */
class ReadBalancerProperties {
    /** A backend with so much to do. */
    private static final class Fake implements ReadBalancer.Candidate {
        final AtomicInteger pending;
        final int weight;

        Fake(int pending, int weight) {
            this.pending = new AtomicInteger(pending);
            this.weight = weight;
        }

        @Override
        public int pending() {
            return pending.get();
        }

        @Override
        public int weight() {
            return weight;
        }
    }

    private static List<Fake> pending(List<Integer> figures) {
        return figures.stream().map(figure -> new Fake(figure, 1)).toList();
    }

    private static Map<Fake, Integer> choices(ReadBalancer balancer, List<Fake> among, int times) {
        Map<Fake, Integer> counts = new HashMap<>();
        for (int i = 0; i < times; i++) {
            counts.merge(balancer.choose(among), 1, Integer::sum);
        }
        return counts;
    }

    @Property
    void leastPendingSharesEvenlyAmongTheLeastLoaded(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 3) Integer> figures,
            @ForAll @IntRange(max = 7) int before) {
        List<Fake> backends = pending(figures);
        ReadBalancer balancer = new ReadBalancer.LeastPending();
        choices(balancer, backends, before);
        int fewest = figures.stream().min(Integer::compare).orElseThrow();
        List<Fake> idle = backends.stream().filter(b -> b.pending() == fewest).toList();

        Map<Fake, Integer> counts = choices(balancer, backends, 10 * idle.size());
        assertThat(counts.keySet()).containsExactlyInAnyOrderElementsOf(idle);
        assertThat(counts.values()).containsOnly(10);
    }

    @Property
    void leastPendingNeverLetsLoadsGrowApart(
            @ForAll @IntRange(min = 1, max = 5) int count,
            @ForAll @Size(max = 200) List<@IntRange(max = 4) Integer> finishing) {
        List<Fake> backends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            backends.add(new Fake(0, 1));
        }
        ReadBalancer balancer = new ReadBalancer.LeastPending();
        for (int finished : finishing) {
            Fake chosen = balancer.choose(backends);
            int fewest = backends.stream().mapToInt(Fake::pending).min().orElseThrow();
            assertThat(chosen.pending()).isEqualTo(fewest);
            chosen.pending.incrementAndGet();
            Fake other = backends.get(finished % count);
            if (finished % 2 == 0 && other.pending() > 0) {
                other.pending.decrementAndGet();
            }
        }
    }

    @Property
    void roundRobinTakesEachInTurnWhateverItsLoad(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 9) Integer> figures,
            @ForAll @IntRange(max = 7) int before) {
        List<Fake> backends = pending(figures);
        ReadBalancer balancer = new ReadBalancer.RoundRobin();
        choices(balancer, backends, before);
        Fake last = balancer.choose(backends);
        for (int i = 0; i < 3 * backends.size(); i++) {
            Fake next = balancer.choose(backends);
            int expected = (backends.indexOf(last) + 1) % backends.size();
            assertThat(backends.indexOf(next)).isEqualTo(expected);
            last = next;
        }
    }

    @Property
    void weightedIsExactlyInProportion(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 20) Integer> weights,
            @ForAll @IntRange(max = 50) int before) {
        List<Fake> backends = weights.stream().map(weight -> new Fake(0, weight)).toList();
        ReadBalancer balancer = new ReadBalancer.Weighted();
        choices(balancer, backends, before);
        int total = weights.stream().mapToInt(Integer::intValue).sum();

        Map<Fake, Integer> counts = choices(balancer, backends, 3 * total);
        for (Fake backend : backends) {
            assertThat(counts.get(backend)).isEqualTo(3 * backend.weight);
        }
    }

    @Property
    void everyPolicyCopesWithBackendsThatComeAndGo(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 1, max = 5) Integer> sizes) {
        List<Fake> all = pending(List.of(0, 1, 0, 2, 0));
        for (ReadBalancer balancer : policies()) {
            for (int size : sizes) {
                List<Fake> some = all.subList(0, size);
                assertThat(some).contains(balancer.choose(some));
            }
        }
    }

    private static List<ReadBalancer> policies() {
        return List.of(
                new ReadBalancer.LeastPending(),
                new ReadBalancer.RoundRobin(),
                new ReadBalancer.Weighted());
    }

    @Test
    void manyThreadsTogetherAreServedInTheSameProportion() throws Exception {
        List<Fake> backends = List.of(new Fake(0, 3), new Fake(0, 1));
        ReadBalancer balancer = new ReadBalancer.Weighted();
        Map<Fake, LongAdder> counts = new ConcurrentHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<?>> running = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                running.add(
                        threads.submit(
                                () -> {
                                    start.await();
                                    for (int i = 0; i < 10_000; i++) {
                                        counts.computeIfAbsent(
                                                        balancer.choose(backends),
                                                        b -> new LongAdder())
                                                .increment();
                                    }
                                    return null;
                                }));
            }
            start.countDown();
            for (Future<?> thread : running) {
                thread.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(counts.get(backends.get(0)).sum()).isEqualTo(30_000);
        assertThat(counts.get(backends.get(1)).sum()).isEqualTo(10_000);
    }
}
