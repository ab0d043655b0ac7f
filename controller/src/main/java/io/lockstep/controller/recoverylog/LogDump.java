package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Function;

/** The records of a log as text, a line each. */
public final class LogDump {
    private LogDump() {}

    /**
     * Dumps a log that nobody has open for writing, and changes nothing.
     *
     * @param from first sequence wanted; earlier ones that are gone are left out
     * @param meaning of a record, at the end of its line; it knows what payloads say
     * @throws LogDamagedException after the last record before the damage
     */
    public static void dump(
            LogDirectory directory,
            long from,
            Function<LogRecord, String> meaning,
            Consumer<String> lines)
            throws IOException {
        LogLayout layout = LogLayout.of(directory);
        if (layout.isEmpty()) {
            return;
        }
        layout.findEnd(false);
        long last = layout.scan(layout.end()).lastSequence();
        long begin = Math.max(from, layout.segments().firstKey());
        try (LogReader reader =
                new LogReader(directory, layout.identity(), layout.segments(), () -> last, begin)) {
            dump(reader, Long.MAX_VALUE, meaning, lines);
        }
    }

    /**
     * Dumps what a reader has to give at the moment.
     *
     * @param most records
     */
    public static void dump(
            LogReader reader,
            long most,
            Function<LogRecord, String> meaning,
            Consumer<String> lines)
            throws IOException {
        LogRecord record = reader.next();
        for (long count = 0; record != null && count < most; count++) {
            lines.accept(line(record, meaning));
            record = reader.next();
        }
    }

    /** A record as a line. */
    public static String line(LogRecord record, Function<LogRecord, String> meaning) {
        return "%d epoch %d %s transaction %d, %d bytes %s"
                .formatted(
                        record.sequence(),
                        record.epoch(),
                        record.kind(),
                        record.transaction(),
                        record.payload().length,
                        meaning.apply(record))
                .stripTrailing();
    }
}
