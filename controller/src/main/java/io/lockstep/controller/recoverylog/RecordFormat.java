package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * A record's bytes; {@code controller/RECOVERY-LOG.md} has them in a table. The checksum also
 * covers where the record stands (log, segment, offset), so that neither a copy of a record inside
 * a payload nor a block written to the wrong place is ever taken for one. For one thread.
 */
final class RecordFormat {
    static final int HEADER_BYTES = 48;
    static final int ALIGNMENT = 8;

    /** Longest record of any log, padding included: what a reader must be able to hold. */
    static final int MAX_BYTES = 16 << 20;

    /**
     * No record of the log: only notes which records are forced. Has no sequence of its own but
     * that of the record before it.
     */
    static final int MARK = 0;

    private static final int LENGTH_OFFSET = 4;
    private static final int SEQUENCE_OFFSET = 8;
    private static final int EPOCH_OFFSET = 16;
    private static final int TRANSACTION_OFFSET = 24;
    private static final int KNOWN_FORCED_OFFSET = 32;
    private static final int KIND_OFFSET = 40;

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer place = ByteBuffer.allocate(4 * Long.BYTES);

    RecordFormat(UUID identity) {
        place.putLong(identity.getMostSignificantBits())
                .putLong(identity.getLeastSignificantBits());
    }

    /** Bytes of a record with such a payload, padding included. */
    static int size(int payloadLength) {
        return aligned(Math.addExact(HEADER_BYTES, payloadLength));
    }

    private static int aligned(int length) {
        return Math.addExact(length, ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Puts a record that is still to be {@linkplain #seal sealed}. */
    static void put(
            ByteBuffer target,
            int kind,
            long sequence,
            long epoch,
            long transaction,
            byte[] payload,
            int offset,
            int length) {
        target.putInt(0)
                .putInt(HEADER_BYTES + length)
                .putLong(sequence)
                .putLong(epoch)
                .putLong(transaction)
                .putLong(0)
                .putLong((long) kind << 56)
                .put(payload, offset, length);
        for (int i = size(length) - HEADER_BYTES - length; i > 0; i--) {
            target.put((byte) 0);
        }
    }

    /**
     * Completes a record.
     *
     * @param at where it begins in the buffer
     * @param fileOffset where it will stand in the segment
     * @return its size
     */
    int seal(ByteBuffer buffer, int at, long segment, long fileOffset, long knownForced) {
        buffer.putLong(at + KNOWN_FORCED_OFFSET, knownForced);
        int size = aligned(buffer.getInt(at + LENGTH_OFFSET));
        buffer.putInt(at, checksum(buffer.slice(at, size), segment, fileOffset));
        return size;
    }

    private int checksum(ByteBuffer record, long segment, long fileOffset) {
        place.putLong(2 * Long.BYTES, segment).putLong(3 * Long.BYTES, fileOffset);
        crc.reset();
        crc.update(place.clear());
        crc.update(record.position(LENGTH_OFFSET));
        record.position(0);
        return (int) crc.getValue();
    }

    /**
     * The record at a place, checked.
     *
     * @param limit where the segment ends
     * @return null if none, or no whole one, stands there
     */
    View at(SegmentBytes file, long segment, long offset, long limit) throws IOException {
        if (offset + HEADER_BYTES > limit) {
            return null;
        }
        ByteBuffer head = file.at(offset, HEADER_BYTES);
        int length = head.getInt(LENGTH_OFFSET);
        if (length < HEADER_BYTES
                || length > MAX_BYTES
                || aligned(length) > limit - offset
                || head.getLong(KNOWN_FORCED_OFFSET) > head.getLong(SEQUENCE_OFFSET)
                || (head.getLong(KIND_OFFSET) & 0x00FF_FFFF_FFFF_FFFFL) != 0) {
            return null;
        }
        ByteBuffer record = file.at(offset, aligned(length));
        return record.getInt(0) == checksum(record, segment, offset) ? new View(record) : null;
    }

    /** A checked record; valid as long as the buffer it stands in. */
    record View(ByteBuffer bytes) {

        int size() {
            return bytes.capacity();
        }

        long sequence() {
            return bytes.getLong(SEQUENCE_OFFSET);
        }

        long epoch() {
            return bytes.getLong(EPOCH_OFFSET);
        }

        long transaction() {
            return bytes.getLong(TRANSACTION_OFFSET);
        }

        long knownForced() {
            return bytes.getLong(KNOWN_FORCED_OFFSET);
        }

        /** {@link #MARK}, or the code of a {@link LogRecord.Kind}. */
        int kind() {
            return bytes.get(KIND_OFFSET) & 0xFF;
        }

        boolean isMark() {
            return kind() == MARK;
        }

        byte[] payload() {
            byte[] payload = new byte[bytes.getInt(LENGTH_OFFSET) - HEADER_BYTES];
            bytes.get(HEADER_BYTES, payload);
            return payload;
        }

        /** Its sequence, given that of the record before it. */
        boolean follows(long sequence) {
            return sequence() == (isMark() ? sequence : sequence + 1);
        }
    }
}
