package io.lockstep.backends;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What a database has confirmed last, so that it can be asked whether it still has it. Several
 * commits and not one: those that are under way at the same time end in an order of the database's
 * own. Thread-safe; noting a commit costs next to nothing.
 */
final class Confirmed {
    private static final int KEPT = 16;
    private static final long NONE = -1;

    private final AtomicLongArray sequences = new AtomicLongArray(KEPT);
    private final AtomicInteger next = new AtomicInteger();
    private volatile long epoch = NONE;

    Confirmed() {
        forget();
    }

    /** The database has answered the COMMIT of the transaction with this marker. */
    void commit(long sequence) {
        sequences.set(Math.floorMod(next.getAndIncrement(), KEPT), sequence);
    }

    /** Its fence shows this now. */
    void fence(long raisedTo) {
        epoch = raisedTo;
    }

    /** From here on nothing is expected of it. */
    void forget() {
        epoch = NONE;
        for (int i = 0; i < KEPT; i++) {
            sequences.set(i, NONE);
        }
    }

    /** True if there is nothing that it could have forgotten. */
    boolean isNothing() {
        return epoch == NONE;
    }

    long epoch() {
        return epoch;
    }

    /** The newest commits, each once. */
    long[] sequences() {
        long[] all = new long[KEPT];
        for (int i = 0; i < KEPT; i++) {
            all[i] = sequences.get(i);
        }
        return Arrays.stream(all).filter(sequence -> sequence != NONE).distinct().toArray();
    }
}
