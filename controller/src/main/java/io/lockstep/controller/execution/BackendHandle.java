package io.lockstep.controller.execution;

import io.lockstep.backends.Backend;
import io.lockstep.controller.balancer.ReadBalancer;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * One backend as the controller uses it: the database, its worker threads, its counters.
 * Thread-safe.
 */
public final class BackendHandle implements ReadBalancer.Candidate, AutoCloseable {
    private static final long NOT_RESYNCING = -1;

    private final Backend backend;
    private final ExecutorService workers;
    private final AtomicInteger pending = new AtomicInteger();
    private final LongAdder reads = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private volatile Failure lastError = new Failure("", null);
    private volatile long behind = NOT_RESYNCING;

    /** What went wrong last, and when. */
    private record Failure(String message, Instant at) {}

    public BackendHandle(Backend backend) {
        this(backend, workerThreads(backend.name()));
    }

    /**
     * @param threads makes the workers
     */
    BackendHandle(Backend backend, ThreadFactory threads) {
        this.backend = backend;
        // As many threads as connections: more could never work at the same time. When all are
        // taken, or after close, a task is rejected and its caller runs it itself, which is slower
        // but bounded.
        this.workers =
                new ThreadPoolExecutor(
                        0,
                        Math.max(1, backend.settings().poolMax()),
                        30,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        threads,
                        new ThreadPoolExecutor.AbortPolicy());
    }

    private static ThreadFactory workerThreads(String backend) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread =
                    new Thread(task, "lockstep-worker-" + backend + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    public String name() {
        return backend.name();
    }

    public Backend backend() {
        return backend;
    }

    ExecutorService workers() {
        return workers;
    }

    /** Every request sent to this backend stands between these two. */
    public void readBegins() {
        pending.incrementAndGet();
        reads.increment();
    }

    public void readEnds() {
        pending.decrementAndGet();
    }

    void writeBegins() {
        pending.incrementAndGet();
        writes.increment();
    }

    void writeEnds() {
        pending.decrementAndGet();
    }

    @Override
    public int pending() {
        return pending.get();
    }

    @Override
    public int weight() {
        return backend.settings().weight();
    }

    public long readCount() {
        return reads.sum();
    }

    public long writeCount() {
        return writes.sum();
    }

    /**
     * While it is being brought level with the log: how many commits it still lacks. Empty if it is
     * not.
     */
    public OptionalLong behind() {
        long now = behind;
        return now == NOT_RESYNCING ? OptionalLong.empty() : OptionalLong.of(now);
    }

    /** For whoever brings it level; empty when that has ended. */
    public void behind(OptionalLong commits) {
        behind = commits.orElse(NOT_RESYNCING);
    }

    public String lastError() {
        return lastError.message();
    }

    /** When that was; null if never. */
    public Instant lastErrorAt() {
        return lastError.at();
    }

    public void lastError(String message) {
        lastError = new Failure(message, Instant.now());
    }

    @Override
    public void close() {
        workers.shutdown();
        backend.close();
    }

    @Override
    public String toString() {
        return name();
    }
}
