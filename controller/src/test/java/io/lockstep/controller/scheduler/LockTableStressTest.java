package io.lockstep.controller.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** Real threads: counters that are only correct if the locks are. */
class LockTableStressTest {
    private static final int THREADS = 8;
    private static final int KEYS = 6;
    private static final int PERMITS = 5;
    private static final long RUN_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final LockTable table =
            new LockTable(PERMITS, DeadlineTimer.on(timer), System::nanoTime);

    /** Plain memory: each is written only under X on its key or on the table. */
    private final long[] counters = new long[KEYS * 16];

    private final LongAdder increments = new LongAdder();
    private final LongAdder waits = new LongAdder();
    private final LongAdder deadlocks = new LongAdder();
    private final LongAdder timeouts = new LongAdder();

    @Test
    void countersAddUpAndEverybodyFinishes() throws Exception {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.println("LockTableStressTest seed " + seed);
        timer.setRemoveOnCancelPolicy(true);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            long end = System.nanoTime() + RUN_NANOS;
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < THREADS; i++) {
                SplittableRandom mine = random.split();
                running.add(
                        threads.submit(
                                () -> {
                                    while (System.nanoTime() < end) {
                                        transaction(mine);
                                    }
                                    return null;
                                }));
            }
            for (Future<?> thread : running) {
                thread.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
            timer.shutdownNow();
        }
        long total = 0;
        for (long counter : counters) {
            total += counter;
        }
        System.out.printf(
                "%d increments, %d waits, %d deadlocks, %d timeouts%n",
                increments.sum(), waits.sum(), deadlocks.sum(), timeouts.sum());
        assertThat(total).isEqualTo(increments.sum());
        assertThat(deadlocks.sum()).as("the load provokes deadlocks").isPositive();
        assertThat(table.entryCount()).isZero();
        assertThat(table.snapshot().permitsInUse()).isZero();
        assertThat(timer.getQueue()).as("deadlines left").isEmpty();
    }

    @SuppressWarnings("ThreadPriorityCheck") // yield shapes the load, nothing depends on it
    private void transaction(SplittableRandom random) throws Exception {
        LockOwner owner = new LockOwner("t");
        try {
            int statements = 1 + random.nextInt(4);
            for (int i = 0; i < statements; i++) {
                boolean wholeTable = random.nextInt(20) == 0;
                int key = random.nextInt(KEYS);
                List<LockRequest> requests =
                        wholeTable
                                ? List.of(LockScene.parse("t:X"))
                                : List.of(
                                        LockScene.parse("t:IX"),
                                        LockScene.parse("t/" + key + ":X"));
                long timeout =
                        switch (random.nextInt(10)) {
                            case 0 -> 0;
                            case 1 -> TimeUnit.MICROSECONDS.toNanos(50);
                            default -> TimeUnit.SECONDS.toNanos(30);
                        };
                if (!await(owner, requests, timeout)) {
                    return;
                }
                for (int k = wholeTable ? 0 : key; k <= (wholeTable ? KEYS - 1 : key); k++) {
                    counters[k * 16]++;
                    increments.increment();
                }
                Thread.yield(); // so that others arrive while this one holds its locks
            }
        } finally {
            table.release(owner);
        }
    }

    private boolean await(LockOwner owner, List<LockRequest> requests, long timeout)
            throws Exception {
        CompletableFuture<LockResult> done = new CompletableFuture<>();
        if (table.acquire(
                owner, requests, new LockManager.Options(timeout, true), done::complete)) {
            return true;
        }
        waits.increment();
        LockResult result = done.get(50, TimeUnit.SECONDS);
        if (result instanceof LockResult.Deadlock) {
            deadlocks.increment();
        } else if (result instanceof LockResult.TimedOut) {
            timeouts.increment();
        }
        return result instanceof LockResult.Granted;
    }
}
