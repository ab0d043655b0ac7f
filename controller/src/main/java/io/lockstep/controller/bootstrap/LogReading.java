package io.lockstep.controller.bootstrap;

import io.lockstep.controller.admin.AdminException;
import io.lockstep.controller.admin.LogPart;
import io.lockstep.controller.admin.LogStatus;
import io.lockstep.controller.recoverylog.LogDamagedException;
import io.lockstep.controller.recoverylog.LogDump;
import io.lockstep.controller.recoverylog.LogReader;
import io.lockstep.controller.recoverylog.LogRecord;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.controller.redo.RecordText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Answers an operator's questions about the log of a running controller. */
final class LogReading {
    private static final int LINES_MAX = 1_000;

    /** How long one answer may read; the rest is asked for again. */
    private static final long PART_NANOS = TimeUnit.SECONDS.toNanos(2);

    private LogReading() {}

    static LogStatus status(RecoveryLog log) {
        return new LogStatus(
                log.identity().toString(),
                log.firstSequence(),
                log.lastSequence(),
                log.forcedSequence(),
                log.sizeBytes(),
                log.failure().map(Throwable::getMessage).orElse(null));
    }

    /**
     * Reads on from a record, for a while.
     *
     * @param from what is older than the log's first record stands for that one
     * @param lines whether to say what the records are
     */
    static LogPart read(RecoveryLog log, long from, boolean lines) throws AdminException {
        long next = Math.max(from, log.firstSequence());
        if (next > log.lastSequence()) {
            return new LogPart(next, true, List.of(), null);
        }
        List<String> found = new ArrayList<>();
        long end = System.nanoTime() + PART_NANOS;
        try (LogReader reader = log.read(next)) {
            while (found.size() < LINES_MAX && System.nanoTime() < end) {
                LogRecord record = reader.next();
                if (record == null) {
                    return new LogPart(next, true, found, null);
                }
                next = record.sequence() + 1;
                if (lines) {
                    found.add(LogDump.line(record, RecordText::of));
                }
            }
            return new LogPart(next, false, found, null);
        } catch (LogDamagedException e) {
            return new LogPart(next, true, found, e.getMessage());
        } catch (IOException e) {
            throw new AdminException(
                    AdminException.Kind.FAILED,
                    "the recovery log cannot be read: " + e.getMessage(),
                    "records that were purged meanwhile are gone; ask again from the first one",
                    e);
        }
    }
}
