package io.lockstep.controller.recoverylog;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Where some records of a segment stand, as readers have seen them, so that the next one that wants
 * a record in the middle need not begin at the front. Thread-safe.
 */
final class SegmentIndex {
    /** Bytes between two places that are remembered, at least. */
    static final long SPACING_BYTES = 1 << 18;

    /** A record and its offset. */
    record Place(long sequence, long offset) {}

    private final ConcurrentSkipListMap<Long, Long> offsets = new ConcurrentSkipListMap<>();
    private final Place first;

    SegmentIndex(long firstSequence) {
        this.first = new Place(firstSequence, SegmentHeader.BYTES);
    }

    /** The last known place at or before this record. */
    Place before(long sequence) {
        Map.Entry<Long, Long> entry = offsets.floorEntry(sequence);
        return entry == null ? first : new Place(entry.getKey(), entry.getValue());
    }

    /** This record stands there; remembered if no other nearby is. */
    void seen(long sequence, long offset) {
        if (offset - before(sequence).offset() >= SPACING_BYTES) {
            offsets.put(sequence, offset);
        }
    }
}
