package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.function.LongSupplier;

/** Reads records in order, and goes on as more become durable. For one thread. */
public final class LogReader implements AutoCloseable {
    private final LogDirectory directory;
    private final ConcurrentNavigableMap<Long, Segment> segments;
    private final LongSupplier forced;
    private final RecordFormat format;
    private long next;
    private Segment segment;
    private SegmentBytes bytes;
    private long offset;
    private long indexedTo; // nothing before this offset need be put into the index
    private long before; // sequence of the record before the offset

    LogReader(
            LogDirectory directory,
            UUID identity,
            ConcurrentNavigableMap<Long, Segment> segments,
            LongSupplier forced,
            long from)
            throws LogPurgedException {
        this.directory = directory;
        this.segments = segments;
        this.forced = forced;
        this.format = new RecordFormat(identity);
        this.next = from;
        if (from < segments.firstKey()) {
            throw purged();
        }
    }

    private LogPurgedException purged() {
        return new LogPurgedException(
                "record %d is no longer in recovery log %s, which begins with %d"
                        .formatted(next, directory, segments.firstKey()),
                null);
    }

    /**
     * The next record.
     *
     * @return null if there is none yet that is durable
     * @throws LogPurgedException if it has been purged
     * @throws LogDamagedException if it is not what was written
     */
    public LogRecord next() throws IOException {
        if (next > forced.getAsLong()) {
            return null;
        }
        if (bytes == null) {
            enter(segments.floorEntry(next));
        }
        while (true) {
            RecordFormat.View record = view();
            if (record == null) {
                if (before < segment.firstSequence() || !segments.containsKey(before + 1)) {
                    throw endsEarly();
                }
                enter(segments.floorEntry(before + 1));
                continue;
            }
            if (!record.isMark() && offset >= indexedTo) {
                segment.index().seen(record.sequence(), offset);
                indexedTo = offset + SegmentIndex.SPACING_BYTES;
            }
            offset += record.size();
            before = record.sequence();
            if (!record.isMark() && before == next) {
                LogRecord found = toRecord(record);
                next++;
                return found;
            }
        }
    }

    /** The record at the present place, or null if none stands there. */
    private RecordFormat.View view() throws IOException {
        RecordFormat.View record = format.at(bytes, segment.number(), offset, segment.bytes());
        if (record == null) {
            bytes.forget(); // it may have been read before it was written
            record = format.at(bytes, segment.number(), offset, segment.bytes());
        }
        return record != null && record.follows(before) ? record : null;
    }

    private LogRecord toRecord(RecordFormat.View record) throws LogDamagedException {
        LogRecord.Kind kind = LogRecord.Kind.of(record.kind());
        if (kind == null) {
            throw new LogDamagedException(
                    directory,
                    segment.fileName(),
                    offset - record.size(),
                    "record %d is of kind %d, which this controller does not know"
                            .formatted(record.sequence(), record.kind()));
        }
        return new LogRecord(
                record.sequence(), record.epoch(), kind, record.transaction(), record.payload());
    }

    private IOException endsEarly() {
        if (segments.firstKey() > next) {
            return purged();
        }
        return new LogDamagedException(
                directory,
                segment.fileName(),
                offset,
                "record %d is missing or wrong".formatted(before + 1));
    }

    private void enter(Map.Entry<Long, Segment> entry) throws IOException {
        if (entry == null) {
            throw purged();
        }
        close();
        segment = entry.getValue();
        try {
            bytes = SegmentBytes.open(directory, segment.fileName());
        } catch (IOException e) {
            if (segments.containsKey(entry.getKey())) {
                throw e;
            }
            throw purged(); // meanwhile
        }
        SegmentIndex.Place place = segment.index().before(next);
        offset = place.offset();
        before = place.sequence() - 1;
        indexedTo = offset + SegmentIndex.SPACING_BYTES;
    }

    @Override
    public void close() throws IOException {
        if (bytes != null) {
            bytes.close();
            bytes = null;
        }
    }
}
