package io.lockstep.tests.benchmark;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The clients of one cell on one target: their connections stay open over all rounds, their threads
 * as well.
 */
final class ClientGroup implements AutoCloseable {
    private static final AtomicInteger CLIENT_NUMBERS = new AtomicInteger();

    private final List<Steps> clients = new ArrayList<>();
    private final ExecutorService threads;

    ClientGroup(Workload workload, Target target, int count) throws SQLException {
        AtomicInteger threadNumbers = new AtomicInteger();
        threads =
                Executors.newFixedThreadPool(
                        count,
                        body ->
                                new Thread(
                                        body,
                                        "lockstep-benchmark-"
                                                + target.name()
                                                + "-"
                                                + threadNumbers.incrementAndGet()));
        // Numbers go on from cell to cell, as ids follow from them and rows of earlier cells are
        // still there.
        int first = CLIENT_NUMBERS.getAndAdd(count);
        for (int i = 0; i < count; i++) {
            clients.add(target.newClient(workload, first + i));
        }
    }

    /**
     * Lets all clients work for a time. Steps under way at the end are finished, and counted with
     * the time they took.
     */
    Measurement run(Duration duration) throws InterruptedException {
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        List<Future<long[]>> running = new ArrayList<>();
        for (Steps client : clients) {
            running.add(threads.submit(() -> steps(client, end)));
        }
        List<long[]> steps = new ArrayList<>();
        for (Future<long[]> future : running) {
            try {
                steps.add(future.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException(
                        "a client failed: " + e.getCause().getMessage(), e.getCause());
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return Measurement.of(steps.stream().flatMapToLong(Arrays::stream).toArray(), seconds);
    }

    private static long[] steps(Steps client, long end) throws SQLException {
        long[] nanos = new long[1024];
        int count = 0;
        for (long before = System.nanoTime(); before < end; ) {
            client.step();
            long after = System.nanoTime();
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = after - before;
            before = after;
        }
        return Arrays.copyOf(nanos, count);
    }

    @Override
    public void close() throws SQLException {
        threads.shutdown();
        for (Steps client : clients) {
            client.close();
        }
    }
}
