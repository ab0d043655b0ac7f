package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads every record of a log that nobody has open for writing, and changes nothing. */
public final class LogVerifier {

    /**
     * What was found.
     *
     * @param identity of the log; empty if there is none, or its first file is damaged
     * @param segments all files, oldest first
     * @param tailBytes bytes behind the last record that are not zero: a torn tail, which opening
     *     the log will cut off
     * @param damage the first; empty if the log can be opened
     */
    public record Report(
            Optional<UUID> identity,
            List<SegmentReport> segments,
            long tailBytes,
            Optional<Damage> damage) {

        /** Number of whole records. */
        public long records() {
            return segments.stream().mapToLong(SegmentReport::records).sum();
        }
    }

    /**
     * One file.
     *
     * @param inUse whether it has a header; one that is prepared has none
     * @param firstSequence of its first record, 0 if it is not in use
     * @param lastSequence of the last before its end, or before what is wrong in it
     * @param records from the first up to there
     */
    public record SegmentReport(
            String file,
            long bytes,
            boolean inUse,
            long firstSequence,
            long lastSequence,
            long records) {}

    /** Where a log is damaged, and how. */
    public record Damage(String file, long offset, String message) {}

    private LogVerifier() {}

    /**
     * Reads it all.
     *
     * @throws IOException if the directory cannot be read; damage is reported, not thrown
     */
    public static Report verify(LogDirectory directory) throws IOException {
        Optional<UUID> identity = Optional.empty();
        List<SegmentReport> segments = new ArrayList<>();
        List<String> names = directory.list().stream().sorted().toList();
        for (String name : names) {
            if (SegmentHeader.numberOf(name).isPresent()) {
                try (SegmentBytes bytes = SegmentBytes.open(directory, name)) {
                    Optional<SegmentHeader> header = header(directory, bytes);
                    segments.add(segment(bytes, header));
                    identity = identity.or(() -> header.map(SegmentHeader::identity));
                }
            }
        }
        long tailBytes = 0;
        Damage damage = null;
        try {
            LogLayout layout = LogLayout.of(directory);
            if (!layout.isEmpty()) {
                layout.findEnd(true);
                tailBytes = tailBytes(layout);
            }
        } catch (LogDamagedException e) {
            damage = new Damage(e.file(), e.offset(), e.getMessage());
        }
        return new Report(identity, List.copyOf(segments), tailBytes, Optional.ofNullable(damage));
    }

    /** Empty also if it is damaged, which the layout will say. */
    private static Optional<SegmentHeader> header(LogDirectory directory, SegmentBytes bytes)
            throws IOException {
        try {
            return SegmentHeader.read(directory, bytes);
        } catch (LogDamagedException e) {
            return Optional.empty();
        }
    }

    private static SegmentReport segment(SegmentBytes bytes, Optional<SegmentHeader> header)
            throws IOException {
        if (header.isEmpty()) {
            return new SegmentReport(bytes.name(), bytes.fileBytes(), false, 0, 0, 0);
        }
        SegmentScan scan = SegmentScan.of(bytes, header.get());
        return new SegmentReport(
                bytes.name(),
                bytes.fileBytes(),
                true,
                header.get().firstSequence(),
                scan.lastSequence(),
                scan.records());
    }

    private static long tailBytes(LogLayout layout) {
        SegmentScan scan = layout.scan(layout.end());
        long bytes = scan.dirtyEnd() - scan.end();
        for (int i = layout.end() + 1; i < layout.files().size(); i++) {
            bytes += layout.scan(i).dirtyEnd() - layout.scan(i).end();
        }
        return bytes;
    }
}
