package io.lockstep.controller.recovery;

import io.lockstep.backends.markers.Markers;
import io.lockstep.controller.recoverylog.LogReader;
import io.lockstep.controller.recoverylog.LogRecord;
import io.lockstep.controller.recoverylog.LogRecord.Kind;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.controller.redo.AbortRecord;
import io.lockstep.controller.redo.CommitRecord;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The commits that a database lacks, read from the log in its order while more are appended. Two
 * readers: one runs ahead to the log's end, since only there it may stand that a commit was taken
 * back; the other hands out what is known to be committed. For one thread.
 */
final class PendingCommits implements AutoCloseable {
    private final RecoveryLog log;
    private final Markers.Position position;
    private final LogReader ahead;
    private final LogReader reader;
    private final Set<Long> aborted = new HashSet<>();
    private LogRecord put; // read too early; next() begins with it
    private long seen;
    private long passed;

    /**
     * @param position what the database holds
     */
    PendingCommits(RecoveryLog log, Markers.Position position) throws IOException {
        this.log = log;
        this.position = position;
        long from = Math.max(position.watermark() + 1, 1);
        this.ahead = log.read(from);
        this.reader = log.read(from);
    }

    private boolean hasMarker(long sequence) {
        return Arrays.binarySearch(position.markers(), sequence) >= 0;
    }

    /**
     * Reads on to the log's end. Whatever is {@linkplain
     * io.lockstep.controller.redo.RedoLog#decidedUpTo decided} when this is called can be handed
     * out afterwards.
     *
     * @throws DisagreedException if the database holds a commit that was taken back
     */
    void lookAhead() throws IOException, DisagreedException {
        log.force(log.lastSequence()); // what is not durable is not read
        for (LogRecord record = ahead.next(); record != null; record = ahead.next()) {
            if (record.kind() == Kind.COMMIT) {
                seen++;
            } else if (record.kind() == Kind.ABORT) {
                long commit = AbortRecord.of(record).commit();
                if (hasMarker(commit)) {
                    throw new DisagreedException(
                            "it holds commit %d, which was aborted: it needs a full copy"
                                    .formatted(commit));
                }
                aborted.add(commit);
            }
        }
    }

    /** Commit records that {@link #lookAhead} has seen and {@link #next} has not passed. */
    long remaining() {
        return seen - passed;
    }

    /**
     * The next commit that the database lacks.
     *
     * @param upTo what is decided
     * @return null if there is none up to there
     */
    CommitRecord next(long upTo) throws IOException {
        while (true) {
            LogRecord record = put != null ? put : reader.next();
            put = null;
            if (record == null) {
                return null;
            }
            if (record.sequence() > upTo) {
                put = record;
                return null;
            }
            if (record.kind() == Kind.COMMIT) {
                passed++;
                if (!aborted.remove(record.sequence()) && !hasMarker(record.sequence())) {
                    return CommitRecord.of(record);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            ahead.close();
        } finally {
            reader.close();
        }
    }
}
