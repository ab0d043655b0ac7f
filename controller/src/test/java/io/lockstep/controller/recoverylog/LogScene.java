package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What the tests of this package share. */
final class LogScene {
    /** Small files, so that a few records fill one; never quiet, never late. */
    static final LogOptions SMALL =
            new LogOptions(
                    8192,
                    1000,
                    1 << 16,
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(20),
                    Duration.ofHours(1));

    static final Duration DEADLINE = Duration.ofSeconds(20);

    private LogScene() {}

    /** The same as {@link #SMALL}, but noting what is forced after so many milliseconds. */
    static LogOptions quietAfter(long millis) {
        return new LogOptions(
                SMALL.segmentBytes(),
                SMALL.maxPayload(),
                SMALL.bufferBytes(),
                SMALL.spaceDeadline(),
                SMALL.forceDeadline(),
                Duration.ofMillis(millis));
    }

    static LogOptions forceWithin(long millis) {
        return new LogOptions(
                SMALL.segmentBytes(),
                SMALL.maxPayload(),
                SMALL.bufferBytes(),
                SMALL.spaceDeadline(),
                Duration.ofMillis(millis),
                SMALL.quiet());
    }

    static long append(RecoveryLog log, LogRecord.Kind kind, byte[] payload) throws LogException {
        return log.append(kind, 7, payload, 0, payload.length);
    }

    static long append(RecoveryLog log, String text) throws LogException {
        return append(log, LogRecord.Kind.STATEMENT, text.getBytes(StandardCharsets.UTF_8));
    }

    static long appendAndForce(RecoveryLog log, String text) throws LogException {
        long sequence = append(log, text);
        log.force(sequence);
        return sequence;
    }

    /** Forced records until so many segments have been begun since. */
    static void fillSegments(RecoveryLog log, int count) throws LogException {
        byte[] payload = new byte[900];
        long perSegment = (SMALL.segmentBytes() - SegmentHeader.BYTES) / RecordFormat.size(900);
        for (long i = 0; i < count * perSegment; i++) {
            log.force(append(log, LogRecord.Kind.COMMIT, payload));
        }
    }

    static byte[] payload(Random random, int length) {
        byte[] payload = new byte[length];
        random.nextBytes(payload);
        return payload;
    }

    /** All durable records. */
    static List<LogRecord> readAll(RecoveryLog log) throws IOException {
        List<LogRecord> records = new ArrayList<>();
        try (LogReader reader = log.read(log.firstSequence())) {
            for (LogRecord each = reader.next(); each != null; each = reader.next()) {
                records.add(each);
            }
        }
        return records;
    }

    static List<String> texts(RecoveryLog log) throws IOException {
        return readAll(log).stream()
                .map(each -> new String(each.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    /** Ends a log as the end of its process would: nothing more reaches the directory. */
    static void abandon(LossyDirectory directory, RecoveryLog log) {
        directory.stopAfter(0);
        try {
            log.close();
        } catch (IOException e) {
            // "stopped": what it still wanted to write was refused, as it should be
        }
    }
}
