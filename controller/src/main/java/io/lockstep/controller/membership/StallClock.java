package io.lockstep.controller.membership;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Notices when the whole process stood still. A thread that should wake every 20 ms records by how
 * much it was late; others ask before they blame a database for a silence that may have been their
 * own.
 */
public final class StallClock implements AutoCloseable {
    private static final long TICK_NANOS = 20_000_000;
    private static final int REMEMBERED = 64;

    private final Thread thread;
    private final long[] endNanos = new long[REMEMBERED]; // guarded by this
    private final long[] lengthNanos = new long[REMEMBERED]; // guarded by this
    private int next; // guarded by this
    private volatile boolean closed;

    public StallClock() {
        thread = new Thread(this::run, "lockstep-stall-clock");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        long last = System.nanoTime();
        while (!closed) {
            LockSupport.parkNanos(TICK_NANOS);
            long now = System.nanoTime();
            if (now - last > 5 * TICK_NANOS) {
                record(now, now - last);
            }
            last = now;
        }
    }

    private synchronized void record(long end, long length) {
        endNanos[next] = end;
        lengthNanos[next] = length;
        next = (next + 1) % REMEMBERED;
    }

    /** The longest stall that ended after {@code sinceNanos} (of {@code System.nanoTime}). */
    public synchronized Duration longestSince(long sinceNanos) {
        long longest = 0;
        for (int i = 0; i < REMEMBERED; i++) {
            if (lengthNanos[i] > 0 && endNanos[i] - sinceNanos > 0) {
                longest = Math.max(longest, lengthNanos[i]);
            }
        }
        return Duration.ofNanos(longest);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
