package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A durable sequence of records in segment files. {@code controller/RECOVERY-LOG.md} describes the
 * files.
 *
 * <p>Thread-safe. Every record gets the next sequence number: 1, 2, 3 ... A record that was {@link
 * #force forced} is there whatever happens to process and machine; of those appended later a crash
 * leaves the first ones, or none.
 */
public final class RecoveryLog implements AutoCloseable {
    private final LogDirectory directory;
    private final LogOptions options;
    private final UUID identity;
    private final ConcurrentNavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
    private final LogWriter writer;
    private final GroupForce group;

    private RecoveryLog(LogDirectory directory, LogOptions options, LogStart.Found found) {
        this.directory = directory;
        this.options = options;
        this.identity = found.identity();
        for (Segment segment : found.segments()) {
            segments.put(segment.firstSequence(), segment);
        }
        this.writer =
                new LogWriter(
                        directory,
                        options,
                        found,
                        segment -> segments.put(segment.firstSequence(), segment));
        this.group = writer.group();
    }

    /**
     * Opens the log in this directory, or creates one there if it holds none. Cuts a torn tail off;
     * what is left is durable when this returns. One log at a time may have a directory open.
     *
     * @throws LogDamagedException if something is missing that had been forced; nothing is changed
     * @throws IOException if the directory cannot be read or written
     */
    public static RecoveryLog open(LogDirectory directory, LogOptions options) throws IOException {
        RecoveryLog log =
                new RecoveryLog(directory, options, new LogStart(directory, options).open());
        log.writer.start();
        return log;
    }

    /** Drawn at random when the log was created. */
    public UUID identity() {
        return identity;
    }

    /** Stamped into every record appended from now on; at first that of the last record. */
    public void epoch(long epoch) {
        writer.epoch(epoch);
    }

    /**
     * Appends a record without forcing it. May wait until others' records are written, or for the
     * next segment.
     *
     * @param payload copied
     * @return its sequence
     * @throws IllegalArgumentException if the payload is longer than {@link LogOptions#maxPayload}
     * @throws LogFullException if there is no space, or none but what is kept for records that tell
     *     how transactions ended; nothing was appended, and later appends may succeed
     * @throws LogFailedException if the log {@linkplain #failure has failed} or is closed
     */
    public long append(
            LogRecord.Kind kind, long transaction, byte[] payload, int offset, int length)
            throws LogException {
        Objects.checkFromIndexSize(offset, length, payload.length);
        if (length > options.maxPayload()) {
            throw new IllegalArgumentException(
                    "a payload of %d bytes, at most %d are allowed"
                            .formatted(length, options.maxPayload()));
        }
        return writer.append(kind, transaction, payload, offset, length);
    }

    /**
     * Returns once the record with this sequence and all before it are durable. One force serves
     * all who wait at that moment.
     *
     * @throws IllegalArgumentException if no record has this sequence yet
     * @throws LogFailedException if they may or may not be durable: the log has failed
     */
    public void force(long sequence) throws LogException {
        group.force(sequence);
    }

    /**
     * Starts to force the record with this sequence, and returns. Whoever needs to know calls
     * {@link #force} afterwards, which finds the work done or under way.
     */
    public void forceSoon(long sequence) {
        group.forceSoon(sequence);
    }

    /** Of the oldest record that is still there, or the first that there will be. */
    public long firstSequence() {
        return segments.firstKey();
    }

    /** Of the newest record, forced or not; one less than the first's if there is none. */
    public long lastSequence() {
        return group.last();
    }

    /** Of the newest record that is known to be durable. */
    public long forcedSequence() {
        return group.forced();
    }

    /** Size of all files. */
    public long sizeBytes() {
        Prepared prepared = writer.supply().peek();
        long used = segments.values().stream().mapToLong(Segment::bytes).sum();
        return prepared == null ? used : used + prepared.bytes();
    }

    /** Why nothing can be appended any more, until the log is opened again; empty if it can. */
    public Optional<LogException> failure() {
        return Optional.ofNullable(group.failure());
    }

    /**
     * Reads the records from this sequence on, also while more are appended. Only durable records
     * are read.
     *
     * @param from at most one more than {@link #lastSequence}
     * @throws LogPurgedException if it is less than {@link #firstSequence}
     */
    public LogReader read(long from) throws IOException {
        if (from > lastSequence() + 1) {
            throw new IllegalArgumentException(
                    "record %d, the last one is %d".formatted(from, lastSequence()));
        }
        return new LogReader(directory, identity, segments, group::forced, from);
    }

    /**
     * Deletes segments that hold only records before this one, oldest first. The one that is being
     * written stays. A reader that is in one of them reads on to its end, and no further.
     *
     * @return bytes freed
     */
    public synchronized long purge(long keepFrom) throws IOException {
        long freed = 0;
        long keep = Math.min(keepFrom, forcedSequence()); // its segment's header is durable then
        while (true) {
            Map.Entry<Long, Segment> oldest = segments.firstEntry();
            Long next = segments.higherKey(oldest.getKey());
            if (next == null || next > keep) {
                return freed;
            }
            segments.remove(oldest.getKey());
            directory.delete(oldest.getValue().fileName());
            directory.force(); // each by itself: a crash must not leave a gap
            freed += oldest.getValue().bytes();
            writer.supply().retry();
        }
    }

    /** Forces everything appended, and ends. Readers may read on. */
    @Override
    public void close() throws IOException {
        writer.close();
    }
}
