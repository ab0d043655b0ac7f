package io.lockstep.backends;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A database from when it is taken over until it is taken over anew: which fence stands, and what
 * it has confirmed last, so that it can be asked whether it still has it. Several commits and not
 * one: those that are under way at the same time end in an order of the database's own. Every
 * connection belongs to the term in which its login began. Thread-safe; noting a commit costs next
 * to nothing.
 */
final class Term {
    private static final int KEPT = 16;
    private static final long NONE = -1;

    private final AtomicLongArray sequences = new AtomicLongArray(KEPT);
    private final AtomicInteger next = new AtomicInteger();
    private final CommitTurn commitTurn;
    private volatile long epoch = NONE;

    Term(CommitTurn commitTurn) {
        this.commitTurn = commitTurn;
        for (int i = 0; i < KEPT; i++) {
            sequences.set(i, NONE);
        }
    }

    /** Of this term alone: a COMMIT that hangs on a database that was cut off holds up no other. */
    CommitTurn commitTurn() {
        return commitTurn;
    }

    /** The database has answered the COMMIT of the transaction with this marker. */
    void confirmed(long sequence) {
        sequences.set(Math.floorMod(next.getAndIncrement(), KEPT), sequence);
    }

    /** Its fence shows this now. */
    void fence(long raisedTo) {
        epoch = raisedTo;
    }

    /** True if there is nothing that it could have forgotten. */
    boolean isNothing() {
        return epoch == NONE;
    }

    /** -1 before its fence was raised. */
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
