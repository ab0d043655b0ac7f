package io.lockstep.controller.recoverylog;

import java.time.Duration;

/**
 * Bounds of a log.
 *
 * @param segmentBytes size of each file; a log takes one of them at least, two while it is in use
 * @param maxPayload longest payload of a record, in bytes
 * @param bufferBytes most that is appended and not yet written; appending waits beyond it. Two
 *     buffers of that size at most are held
 * @param spaceDeadline longest wait of an append for a segment that is being prepared
 * @param forceDeadline a force that takes longer has failed
 * @param quiet after so long without an append, it is noted in the log that its last records are
 *     forced
 */
public record LogOptions(
        long segmentBytes,
        int maxPayload,
        int bufferBytes,
        Duration spaceDeadline,
        Duration forceDeadline,
        Duration quiet) {
    private static final int MIB = 1 << 20;
    private static final long SEGMENT_BYTES_MAX = 1L << 30;
    private static final long RESERVE_BYTES_MAX = 8 * MIB;

    /** 64 MiB files, payloads of 1 MiB. */
    public static final LogOptions DEFAULTS =
            new LogOptions(
                    64 * MIB,
                    MIB,
                    8 * MIB,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(1));

    public LogOptions {
        int record = RecordFormat.size(maxPayload);
        if (maxPayload < 1 || record > RecordFormat.MAX_BYTES) {
            throw new IllegalArgumentException("payloads of " + maxPayload + " bytes");
        }
        if (bufferBytes < SegmentHeader.BYTES + record) {
            throw new IllegalArgumentException(
                    "a buffer of " + bufferBytes + " bytes cannot hold a record of " + record);
        }
        if (segmentBytes % SegmentHeader.BYTES != 0 || segmentBytes > SEGMENT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "segments of %d bytes, expected a multiple of %d, at most %d"
                            .formatted(segmentBytes, SegmentHeader.BYTES, SEGMENT_BYTES_MAX));
        }
        if (segmentBytes < SegmentHeader.BYTES + 2L * record) {
            throw new IllegalArgumentException(
                    "segments of %d bytes are too small for records of %d"
                            .formatted(segmentBytes, record));
        }
    }

    /** The same with files of another size: a multiple of 4096. */
    public LogOptions withSegmentBytes(long bytes) {
        return new LogOptions(bytes, maxPayload, bufferBytes, spaceDeadline, forceDeadline, quiet);
    }

    /** The same with another bound of a record. */
    public LogOptions withMaxPayload(int bytes) {
        return new LogOptions(
                segmentBytes, bytes, bufferBytes, spaceDeadline, forceDeadline, quiet);
    }

    /** Prepared space that only records with {@link LogRecord.Kind#mayUseReserve} may use. */
    long reserveBytes() {
        return Math.min(segmentBytes / 4, RESERVE_BYTES_MAX);
    }
}
