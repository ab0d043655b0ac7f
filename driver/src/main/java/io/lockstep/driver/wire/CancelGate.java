package io.lockstep.driver.wire;

import java.io.IOException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Sees to it that a cancellation hits the exchange it is meant for and none after it: an exchange
 * does not end before those on their way have been taken. Thread-safe.
 */
final class CancelGate {
    private static final long NONE = 0;

    /*
     * Held shared while a cancellation is on its way, network and all, which its own deadline bounds; exclusively for
     * a moment at the end of an exchange. Guards `current`; so an exchange waits for cancellations, never for another.
     */
    private final ReadWriteLock onTheirWay = new ReentrantReadWriteLock();
    private volatile long current = NONE;
    private long last; // belongs to the session's turn

    /** Sends a cancellation, and returns once it has been taken. */
    @FunctionalInterface
    interface Sending {
        void send() throws IOException;
    }

    /** In the session's turn. */
    long begin() {
        current = ++last;
        return last;
    }

    /** In the session's turn. Waits for cancellations of this exchange that are on their way. */
    void end() {
        onTheirWay.writeLock().lock();
        try {
            current = NONE;
        } finally {
            onTheirWay.writeLock().unlock();
        }
    }

    /** As {@link #end}, when no exchange will follow that could be hit. */
    void endForGood() {
        current = NONE;
    }

    /** The exchange under way, for {@link #cancel}. */
    long current() {
        return current;
    }

    /** Does nothing if that exchange has ended, or if it is none. */
    void cancel(long exchange, Sending sending) throws IOException {
        onTheirWay.readLock().lock();
        try {
            if (exchange != NONE && exchange == current) {
                sending.send();
            }
        } finally {
            onTheirWay.readLock().unlock();
        }
    }
}
