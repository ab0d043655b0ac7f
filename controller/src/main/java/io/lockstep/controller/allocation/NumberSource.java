package io.lockstep.controller.allocation;

import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.counters.CounterPosition;
import io.lockstep.protocol.SqlState;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One counter: gives out its values in order, from blocks that are reserved in the databases before
 * any of their values leaves. When a quarter of a block is left, the session that takes it reserves
 * the next one, so that nobody waits. Thread-safe.
 */
final class NumberSource {
    private static final Logger log = LoggerFactory.getLogger(NumberSource.class);

    /** Values skipped at most when a controller dies; doubled as long as they are used up. */
    private static final int FIRST_BLOCK = 32;

    private static final int LARGEST_BLOCK = 1024;

    private static final long NO_VIEW = -1;

    private final CounterStore store;
    private final long patienceNanos;

    private final ReentrantLock lock = new ReentrantLock(); // guards all below; no I/O under it
    private final Condition reservationEnded = lock.newCondition();
    private CounterPosition position; // null: not known
    private Heard heard = Heard.NOTHING; // counts while the position is not known
    private Long reservedUpTo; // null: nothing is reserved
    private int block = FIRST_BLOCK;
    private boolean reserving;
    private boolean ended;
    private long alignedIn = NO_VIEW; // whose counters all give the same value next
    private long reign;

    /** The furthest values heard of in either direction. */
    private record Heard(long largest, long smallest) {
        static final Heard NOTHING = new Heard(Long.MIN_VALUE, Long.MAX_VALUE);

        Heard and(long value) {
            return new Heard(Math.max(largest, value), Math.min(smallest, value));
        }

        CounterPosition before(CounterPosition position) {
            if (this.equals(NOTHING)) {
                return position;
            }
            return past(position, position.increment() > 0 ? largest : smallest);
        }
    }

    NumberSource(CounterStore store, long patienceNanos) {
        this.store = store;
        this.patienceNanos = patienceNanos;
    }

    /** A value that the counter can never reach does not use it up. */
    private static CounterPosition past(CounterPosition position, long value) {
        return position.after(value, position.last()) ? position : position.past(value);
    }

    boolean known() {
        lock.lock();
        try {
            return position != null;
        } finally {
            lock.unlock();
        }
    }

    long reign() {
        lock.lock();
        try {
            return reign;
        } finally {
            lock.unlock();
        }
    }

    /** Two that read at the same time do no harm: the first answer stands. */
    void read(Counter counter) throws SQLException {
        read(counter, NO_VIEW);
    }

    /** Not if the databases of {@code view} are aligned. */
    private void read(Counter counter, long view) throws SQLException {
        long before;
        lock.lock();
        try {
            if (position != null || ended || (view != NO_VIEW && view == alignedIn)) {
                return;
            }
            before = reign;
        } finally {
            lock.unlock();
        }
        CounterPosition found = store.read(counter);
        lock.lock();
        try {
            if (position == null && reign == before && !ended) {
                position = heard.before(found);
                reservedUpTo = null;
                alignedIn = NO_VIEW;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Empty if the position has to be read first. */
    OptionalLong take(Counter counter) throws SQLException {
        long deadline = System.nanoTime() + patienceNanos;
        while (true) {
            long value = 0;
            boolean taken = false;
            lock.lock();
            try {
                if (position == null) {
                    return OptionalLong.empty();
                }
                if (position.exhausted()) {
                    throw new SQLException(
                            "%s has no value left behind %d; nothing was changed. See its MAXVALUE and the type of its column"
                                    .formatted(counter, position.last()),
                            SqlState.SEQUENCE_EXHAUSTED.code());
                }
                if (isReserved(position.next())) {
                    value = position.next();
                    position = position.past(value);
                    taken = true;
                    if (reserving || !runsLow()) {
                        return OptionalLong.of(value);
                    }
                } else if (reserving) {
                    awaitReservation(counter, deadline);
                    continue;
                }
                reserving = true;
            } finally {
                lock.unlock();
            }
            if (taken) {
                reserveAhead(counter);
                return OptionalLong.of(value);
            }
            reserve(counter);
        }
    }

    private boolean isReserved(long value) {
        return reservedUpTo != null && !position.after(value, reservedUpTo);
    }

    private boolean runsLow() {
        BigInteger left =
                BigInteger.valueOf(reservedUpTo).subtract(BigInteger.valueOf(position.next()));
        BigInteger quarter =
                BigInteger.valueOf(position.increment()).multiply(BigInteger.valueOf(block / 4));
        return reservedUpTo != position.last() && left.abs().compareTo(quarter.abs()) < 0;
    }

    private void awaitReservation(Counter counter, long deadline) throws SQLException {
        try {
            long left = deadline - System.nanoTime();
            while (reserving) {
                if (left <= 0) {
                    throw new SQLException(
                            "no value of %s was to be had in time: another session has not yet moved the databases' counters; nothing was changed"
                                    .formatted(counter),
                            SqlState.LOCK_NOT_AVAILABLE.code());
                }
                left = reservationEnded.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException(
                    "interrupted while waiting for a value of " + counter,
                    SqlState.QUERY_CANCELED.code(),
                    e);
        }
    }

    /** The value is in hand already: a failure is for whoever needs the next block. */
    private void reserveAhead(Counter counter) {
        try {
            reserve(counter);
        } catch (SQLException e) {
            log.warn(
                    "the next values of {} could not be reserved, tried again when they are needed: {}",
                    counter,
                    e.getMessage());
        }
    }

    /** The caller has set {@link #reserving}. */
    private void reserve(Counter counter) throws SQLException {
        boolean needed = store.reserves(counter);
        long target = 0;
        long before = 0;
        boolean begun = false;
        lock.lock();
        try {
            if (position != null) {
                target = needed ? target() : position.last();
                before = reign;
                begun = true;
            }
        } finally {
            if (!begun) {
                endReservation();
            }
            lock.unlock();
        }
        if (!begun) {
            return;
        }
        boolean done = false;
        try {
            if (needed) {
                store.reserve(counter, target);
            }
            done = true;
        } finally {
            lock.lock();
            try {
                if (done && position != null && reign == before) {
                    reservedUpTo = target;
                    block = Math.min(2 * block, LARGEST_BLOCK);
                }
                endReservation();
            } finally {
                lock.unlock();
            }
        }
    }

    private void endReservation() {
        reserving = false;
        reservationEnded.signalAll();
    }

    /** A block beyond what is reserved, or from the next value on if that is further. */
    private long target() {
        BigInteger step = BigInteger.valueOf(position.increment());
        BigInteger from =
                isReserved(position.next())
                        ? BigInteger.valueOf(reservedUpTo)
                        : BigInteger.valueOf(position.next()).subtract(step);
        BigInteger target = from.add(step.multiply(BigInteger.valueOf(block)));
        BigInteger last = BigInteger.valueOf(position.last());
        BigInteger nearer = position.increment() > 0 ? target.min(last) : target.max(last);
        return nearer.longValue();
    }

    void heard(long value) {
        lock.lock();
        try {
            if (position == null) {
                heard = heard.and(value);
            } else {
                position = past(position, value);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * See {@link Allocator#align}.
     *
     * @return empty if nothing is to be done
     */
    OptionalLong align(Counter counter) throws SQLException {
        long view = store.view(); // first: whoever comes later is not known to be reached below
        read(counter, view);
        OptionalLong used;
        OptionalLong next;
        long before;
        long deadline = System.nanoTime() + patienceNanos;
        lock.lock();
        try {
            awaitReservation(counter, deadline); // one under way would reach some databases later
            if (position == null || position.exhausted()) {
                return OptionalLong.empty();
            }
            used = usedSoFar();
            next = OptionalLong.of(position.next());
            forget();
            before = reign;
        } finally {
            lock.unlock();
        }
        if (used.isEmpty()) {
            return OptionalLong.empty(); // none has been used
        }
        store.align(counter, used.getAsLong());
        boolean lasting = store.reserves(counter); // others go back with their transaction
        lock.lock();
        try {
            alignedIn = lasting && position == null && reign == before ? view : NO_VIEW;
        } finally {
            lock.unlock();
        }
        return next;
    }

    void movedUnseen() {
        lock.lock();
        try {
            forget();
        } finally {
            lock.unlock();
        }
    }

    /** See {@link Allocator#backendEntered}. */
    void backendEntered() {
        lock.lock();
        try {
            forget();
            alignedIn = NO_VIEW;
        } finally {
            lock.unlock();
        }
    }

    /** The next reading begins no earlier than this one has come. */
    private void forget() {
        if (position != null) {
            OptionalLong used = usedSoFar();
            heard = used.isPresent() ? heard.and(used.getAsLong()) : heard;
            position = null;
        }
        reservedUpTo = null;
        reign++;
    }

    void end() {
        lock.lock();
        try {
            ended = true;
            position = null;
            reign++;
        } finally {
            lock.unlock();
        }
    }

    OptionalLong used() {
        lock.lock();
        try {
            return position == null ? OptionalLong.empty() : usedSoFar();
        } finally {
            lock.unlock();
        }
    }

    /** Empty if there is no number in front of the very first value. */
    private OptionalLong usedSoFar() {
        if (position.exhausted()) {
            return OptionalLong.of(position.last());
        }
        BigInteger used =
                BigInteger.valueOf(position.next())
                        .subtract(BigInteger.valueOf(position.increment()));
        return used.bitLength() < Long.SIZE
                ? OptionalLong.of(used.longValue())
                : OptionalLong.empty();
    }
}
