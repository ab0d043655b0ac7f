package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first block of a segment file; {@code controller/RECOVERY-LOG.md} has it byte by byte. All of
 * it is zero in a segment that was prepared and is not in use yet.
 *
 * @param identity of the log
 * @param number of the segment, as in the file's name
 * @param firstSequence of the record behind the header
 * @param segmentBytes size of the whole file
 * @param knownForced highest sequence known durable when the header was written
 */
record SegmentHeader(
        UUID identity, long number, long firstSequence, long segmentBytes, long knownForced) {
    /** A block of its own, so that writing records never writes it again. */
    static final int BYTES = 4096;

    private static final long MAGIC = 0x4C6B7374704C6F67L; // "LkstpLog"
    private static final int VERSION = 2;
    private static final int CRC_OFFSET = 64;
    private static final String PREFIX = "segment-";
    private static final String SUFFIX = ".log";

    static String fileName(long number) {
        return "%s%010d%s".formatted(PREFIX, number, SUFFIX);
    }

    /** The number in a file's name, or empty: not a segment. */
    static Optional<Long> numberOf(String fileName) {
        if (!fileName.matches(PREFIX + "[0-9]{10}" + SUFFIX)) {
            return Optional.empty();
        }
        return Optional.of(
                Long.valueOf(
                        fileName.substring(PREFIX.length(), fileName.length() - SUFFIX.length())));
    }

    String fileName() {
        return fileName(number);
    }

    /** Puts {@link #BYTES} bytes. */
    void put(ByteBuffer target) {
        ByteBuffer block = ByteBuffer.allocate(BYTES);
        block.putLong(MAGIC)
                .putInt(VERSION)
                .putInt(BYTES)
                .putLong(identity.getMostSignificantBits())
                .putLong(identity.getLeastSignificantBits())
                .putLong(number)
                .putLong(firstSequence)
                .putLong(segmentBytes)
                .putLong(knownForced)
                .putInt(CRC_OFFSET, checksum(block));
        target.put(block.clear());
    }

    /** Over the whole block, its own place taken as zero. */
    private static int checksum(ByteBuffer block) {
        CRC32C crc = new CRC32C();
        crc.update(block.slice(0, CRC_OFFSET));
        crc.update(new byte[Integer.BYTES]);
        int behind = CRC_OFFSET + Integer.BYTES;
        crc.update(block.slice(behind, BYTES - behind));
        return (int) crc.getValue();
    }

    /**
     * Reads what stands at the beginning of a file.
     *
     * @return empty if it is all zero: not in use
     * @throws LogDamagedException if it is neither that nor a header of this file
     */
    static Optional<SegmentHeader> read(LogDirectory directory, SegmentBytes file)
            throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BYTES);
        block.put(file.at(0, BYTES)).clear();
        if (block.equals(ByteBuffer.allocate(BYTES))) {
            return Optional.empty();
        }
        String name = file.name();
        if (block.getLong() != MAGIC) {
            throw new LogDamagedException(directory, name, 0, "no segment begins like that");
        }
        int version = block.getInt();
        if (block.getInt(CRC_OFFSET) != checksum(block)) {
            throw new LogDamagedException(directory, name, 0, "the header's checksum is wrong");
        }
        if (version != VERSION) {
            throw new LogDamagedException(
                    directory,
                    name,
                    Long.BYTES,
                    "format version %d, this controller knows %d: it was written by another version of Lockstep, which must read it"
                            .formatted(version, VERSION));
        }
        block.getInt();
        SegmentHeader header =
                new SegmentHeader(
                        new UUID(block.getLong(), block.getLong()),
                        block.getLong(),
                        block.getLong(),
                        block.getLong(),
                        block.getLong());
        if (!name.equals(header.fileName())) {
            throw new LogDamagedException(
                    directory, name, 0, "this is " + header.fileName() + " under another name");
        }
        return Optional.of(header);
    }
}
