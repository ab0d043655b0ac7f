package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Appends records: gives them sequence and place, goes on to the next segment, keeps space back for
 * records that must not fail for want of it.
 */
final class LogWriter {
    private static final byte[] NOTHING = {};

    private final LogDirectory directory;
    private final LogOptions options;
    private final UUID identity;
    private final Consumer<Segment> began;
    private final SegmentSupply supply;
    private final GroupForce group;
    private final Thread ahead;

    /** That of the group; guards all below. No I/O while it is held. */
    private final ReentrantLock lock;

    private Segment tail;
    private long tailOffset;
    private long marked;
    private long epoch;
    private volatile boolean closed; // written under the lock

    /**
     * @param began told of each segment that comes into use, under the lock
     */
    LogWriter(
            LogDirectory directory,
            LogOptions options,
            LogStart.Found found,
            Consumer<Segment> began) {
        this.directory = directory;
        this.options = options;
        this.identity = found.identity();
        this.began = began;
        this.group =
                new GroupForce(
                        directory, options, new RecordFormat(identity), found.lastSequence());
        this.lock = group.lock();
        this.tail = found.tail();
        this.tailOffset = found.tailEnd();
        this.epoch = found.epoch();
        this.supply =
                new SegmentSupply(
                        directory, options.segmentBytes(), found.prepared(), new Supplied());
        this.ahead = new Thread(this::forceAhead, "lockstep-log-force");
        ahead.setDaemon(true);
    }

    private final class Supplied implements SegmentSupply.Listener {
        @Override
        public void supplyChanged() {
            lock.lock();
            try {
                group.room().signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void forceFailed(IOException cause) {
            group.fail("its directory could not be forced: " + cause.getMessage(), cause);
        }
    }

    void start() {
        supply.start();
        ahead.start();
    }

    GroupForce group() {
        return group;
    }

    SegmentSupply supply() {
        return supply;
    }

    void epoch(long value) {
        lock.lock();
        try {
            epoch = value;
        } finally {
            lock.unlock();
        }
    }

    long append(LogRecord.Kind kind, long transaction, byte[] payload, int offset, int length)
            throws LogException {
        int size = RecordFormat.size(length);
        lock.lock();
        try {
            makeRoom(kind, size);
            long sequence = group.last() + 1;
            put(kind.code(), sequence, transaction, payload, offset, length);
            group.appended(sequence);
            return sequence;
        } finally {
            lock.unlock();
        }
    }

    private void put(
            int kind, long sequence, long transaction, byte[] payload, int offset, int length) {
        group.gathering()
                .add(tail, tailOffset, kind, sequence, epoch, transaction, payload, offset, length);
        tailOffset += RecordFormat.size(length);
    }

    /** Returns once the record fits into the buffer and the tail segment. */
    private void makeRoom(LogRecord.Kind kind, int size) throws LogException {
        long reserve = kind.mayUseReserve() ? 0 : options.reserveBytes();
        long deadline = System.nanoTime() + options.spaceDeadline().toNanos();
        do {
            if (closed) {
                throw new LogFailedException("recovery log " + directory + " is closed", null);
            }
            group.checkUsable();
            group.makeRoom(SegmentHeader.BYTES + size);
        } while (!fits(size, reserve) && awaitSpace(kind, deadline));
    }

    /** Whether the record may go where the tail now is, which may have become the next segment. */
    private boolean fits(int size, long reserve) {
        Prepared next = supply.peek();
        long capacityAhead = next == null ? 0 : next.capacity();
        long inTail = tail.bytes() - tailOffset;
        if (next == null && inTail - size < options.segmentBytes() / 2) {
            supply.want(tail.number() + 1);
        }
        boolean here = size <= inTail;
        long left = (here ? inTail + capacityAhead : capacityAhead) - size;
        if (left < reserve) {
            return false;
        }
        if (!here) {
            roll();
        }
        return true;
    }

    private void roll() {
        Prepared next = supply.take();
        SegmentHeader header =
                new SegmentHeader(
                        identity, next.number(), group.last() + 1, next.bytes(), group.forced());
        Segment segment = Segment.of(header, next.file());
        group.gathering().begin(segment, header, tail);
        tail = segment;
        tailOffset = SegmentHeader.BYTES;
        began.accept(segment);
    }

    /** Always true: look again. */
    private boolean awaitSpace(LogRecord.Kind kind, long deadline) throws LogFullException {
        IOException problem = supply.problem();
        long left = deadline - System.nanoTime();
        if (problem != null || left <= 0) {
            throw new LogFullException(
                    "recovery log %s has no space for %s records: %s. Nothing was appended; it goes on by itself once another file of %d bytes fits there"
                            .formatted(
                                    directory,
                                    kind,
                                    problem == null
                                            ? "the next file takes longer than "
                                                    + options.spaceDeadline()
                                            : problem.getMessage(),
                                    options.segmentBytes()),
                    problem);
        }
        Uninterrupted.await(group.room(), left);
        return true;
    }

    /** The thread that forces when nobody waits, and notes on a quiet log what is forced. */
    private void forceAhead() {
        long quiet = options.quiet().toNanos();
        while (!closed) {
            if (group.awaitTurn(quiet) || mark(quiet)) {
                group.lead();
            }
        }
    }

    /**
     * Appends a note that everything is forced, if it is, has been for so long, and is not noted
     * yet. Without it damage to the last records could not be told from a torn tail.
     *
     * @return whether the caller has to lead now
     */
    private boolean mark(long quietNanos) {
        lock.lock();
        try {
            int size = RecordFormat.size(0);
            long last = group.last();
            if (marked == last
                    || group.failure() != null
                    || group.quietNanos() < quietNanos
                    || tail.bytes() - tailOffset < size + options.reserveBytes()) {
                return false;
            }
            put(RecordFormat.MARK, last, 0, NOTHING, 0, 0);
            marked = last;
            group.takeLead();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Forces everything and ends; an append that comes later fails. */
    void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            group.room().signalAll();
        } finally {
            lock.unlock();
        }
        group.endTurns();
        Uninterrupted.join(ahead);
        try {
            group.force(group.last());
            if (mark(0)) {
                group.lead();
                group.checkUsable();
            }
        } finally {
            supply.close();
            tail.closeFile();
        }
    }
}
