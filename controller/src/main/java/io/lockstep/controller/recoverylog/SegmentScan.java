package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * What one segment holds: its records from the first up to where no right one follows, and what
 * stands behind that place.
 *
 * @param records number of records, marks not counted
 * @param lastSequence of the last of them; one less than the first's if there is none
 * @param epoch of the last of them, 0 if there is none
 * @param end offset behind the last of them
 * @param knownForced highest sequence that any record says was forced, those behind the end
 *     included; 0: none says
 * @param dirtyEnd offset behind the last byte behind the end that is not zero; the end if all are
 */
record SegmentScan(
        long records, long lastSequence, long epoch, long end, long knownForced, long dirtyEnd) {
    private static final int ZEROS_BYTES = 1 << 16;
    private static final ByteBuffer ZEROS = ByteBuffer.allocate(ZEROS_BYTES).asReadOnlyBuffer();

    /** Whether nothing but zero stands behind the records. */
    boolean isClean() {
        return dirtyEnd == end;
    }

    /** Of a segment with a header. */
    static SegmentScan of(SegmentBytes file, SegmentHeader header) throws IOException {
        RecordFormat format = new RecordFormat(header.identity());
        long limit = Math.max(header.segmentBytes(), file.fileBytes());
        long offset = SegmentHeader.BYTES;
        long last = header.firstSequence() - 1;
        long records = 0;
        long epoch = 0;
        long forced = header.knownForced();
        while (true) {
            RecordFormat.View record = format.at(file, header.number(), offset, limit);
            if (record == null || !record.follows(last)) {
                break;
            }
            last = record.sequence();
            epoch = record.epoch();
            forced = Math.max(forced, record.knownForced());
            records += record.isMark() ? 0 : 1;
            offset += record.size();
        }
        return behind(file, header.identity(), header.number(), offset, limit)
                .with(records, last, epoch, forced);
    }

    /** Of a segment whose header is all zero. */
    static SegmentScan withoutHeader(SegmentBytes file, UUID identity, long number)
            throws IOException {
        return behind(file, identity, number, SegmentHeader.BYTES, file.fileBytes());
    }

    private SegmentScan with(long ofRecords, long last, long lastEpoch, long forced) {
        return new SegmentScan(
                ofRecords, last, lastEpoch, end, Math.max(forced, knownForced), dirtyEnd);
    }

    private static SegmentScan behind(
            SegmentBytes file, UUID identity, long number, long from, long limit)
            throws IOException {
        long dirty = dirtyEnd(file, from, limit);
        long forced = 0;
        RecordFormat format = new RecordFormat(identity);
        // a record may stand anywhere there: where the one before it ended is not known
        long offset = from;
        while (offset < dirty) {
            RecordFormat.View record = format.at(file, number, offset, limit);
            if (record == null) {
                offset += RecordFormat.ALIGNMENT;
            } else {
                forced = Math.max(forced, record.knownForced());
                offset += record.size();
            }
        }
        return new SegmentScan(0, 0, 0, from, forced, dirty);
    }

    private static long dirtyEnd(SegmentBytes file, long from, long limit) throws IOException {
        long dirty = from;
        for (long offset = from; offset < limit; offset += ZEROS_BYTES) {
            int length = (int) Math.min(ZEROS_BYTES, limit - offset);
            ByteBuffer bytes = file.at(offset, length);
            if (bytes.mismatch(ZEROS.slice(0, length)) >= 0) {
                int last = length - 1;
                while (bytes.get(last) == 0) {
                    last--;
                }
                dirty = offset + last + 1;
            }
        }
        return dirty;
    }
}
