package io.lockstep.controller.execution;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every fan-out under way a few times a second and cuts the connections of backends that
 * are too late: later than {@code backendTimeout} after the first answer, and as long again as that
 * one took.
 */
public final class LatenessWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LatenessWatch.class);

    private static final long TICK_NANOS = 100_000_000;

    private final Set<Watched> flights = ConcurrentHashMap.newKeySet();
    private final long limitNanos;
    private final Thread thread;
    private volatile boolean closed;

    public LatenessWatch(Duration backendTimeout) {
        this.limitNanos = backendTimeout.toNanos();
        this.thread = new Thread(this::run, "lockstep-lateness-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /** Something under way that can be late. */
    interface Watched {
        /** Cuts the connections of those that are too late at {@code nowNanos}. */
        void cutLate(long nowNanos, long limitNanos);
    }

    long limitNanos() {
        return limitNanos;
    }

    void add(Watched flight) {
        flights.add(flight);
    }

    void remove(Watched flight) {
        flights.remove(flight);
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(TICK_NANOS);
            long now = System.nanoTime();
            for (Watched flight : flights) {
                cutLate(flight, now);
            }
        }
    }

    /** One connection that cannot be cut must not keep the others. */
    private void cutLate(Watched flight, long now) {
        try {
            flight.cutLate(now, limitNanos);
        } catch (RuntimeException | Error e) {
            log.error("a late connection could not be cut", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
