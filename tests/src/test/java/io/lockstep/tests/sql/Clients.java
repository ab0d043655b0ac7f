package io.lockstep.tests.sql;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Several clients at the same time, each on a thread of its own, started together. */
final class Clients {
    /** What one client does; the index tells it from the others. */
    interface Body {
        void run(int index) throws Exception;
    }

    private final List<Thread> threads = new ArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch start = new CountDownLatch(1);

    private Clients() {}

    /** Starts clients and returns while they run. */
    static Clients start(int count, Body body) {
        Clients clients = new Clients();
        for (int i = 0; i < count; i++) {
            int index = i;
            Thread thread =
                    new Thread(() -> clients.run(body, index), "lockstep-test-client-" + index);
            thread.setDaemon(true);
            clients.threads.add(thread);
            thread.start();
        }
        clients.start.countDown();
        return clients;
    }

    /**
     * Runs clients to their end and returns how long all of them took together; fails if one of
     * them failed or hangs.
     */
    static Duration run(int count, Duration timeout, Body body) throws InterruptedException {
        long begin = System.nanoTime();
        start(count, body).await(timeout);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /**
     * Waits until all have ended; fails if one failed, with the others' failures attached, or if
     * one hangs.
     */
    void await(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (Thread thread : threads) {
            long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
            thread.join(left);
            if (thread.isAlive()) {
                AssertionError hangs =
                        new AssertionError(
                                thread.getName()
                                        + " still runs after "
                                        + timeout
                                        + ", in the stack below");
                hangs.setStackTrace(thread.getStackTrace());
                failures.add(hangs);
            }
        }
        if (!failures.isEmpty()) {
            AssertionError error =
                    new AssertionError(
                            failures.size() + " of " + threads.size() + " clients failed",
                            failures.peek());
            failures.stream().skip(1).forEach(error::addSuppressed);
            throw error;
        }
    }

    /** Whether one has failed already; {@link #await} says why. */
    boolean hasFailed() {
        return !failures.isEmpty();
    }

    private void run(Body body, int index) {
        try {
            start.await();
            body.run(index);
        } catch (Throwable e) { // also a failed assertion; await() throws it
            failures.add(e);
        }
    }
}
