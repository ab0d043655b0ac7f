package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The files of a directory, and where the log in them ends. Changes nothing.
 *
 * <p>A batch of records is written only when the one before it has been forced, and each record
 * says up to where that was. So where no right record follows, but a later one says that what is
 * missing had been forced, something was lost that must not be: {@link LogDamagedException}.
 * Otherwise whatever stands there is of the last batch, whose blocks may have reached the disk in
 * any order when the machine stopped: a torn tail.
 */
final class LogLayout {

    /** One file; the header is empty if it is not in use. */
    record SegmentFile(long number, Optional<SegmentHeader> header) {
        String name() {
            return SegmentHeader.fileName(number);
        }
    }

    private final LogDirectory directory;
    private final List<SegmentFile> files;
    private final SegmentScan[] scans;
    private int first;
    private int end;

    private LogLayout(LogDirectory directory, List<SegmentFile> files) {
        this.directory = directory;
        this.files = files;
        this.scans = new SegmentScan[files.size()];
    }

    /** Which files there are. */
    static LogLayout of(LogDirectory directory) throws IOException {
        return new LogLayout(directory, files(directory));
    }

    private static List<SegmentFile> files(LogDirectory directory) throws IOException {
        List<Long> numbers =
                directory.list().stream()
                        .map(SegmentHeader::numberOf)
                        .flatMap(Optional::stream)
                        .sorted()
                        .toList();
        List<SegmentFile> files = new ArrayList<>();
        for (long number : numbers) {
            long expected = files.isEmpty() ? number : files.get(files.size() - 1).number() + 1;
            if (number != expected) {
                throw new LogDamagedException(
                        directory,
                        SegmentHeader.fileName(expected),
                        0,
                        "the file is missing, " + SegmentHeader.fileName(number) + " is there");
            }
            try (SegmentBytes bytes =
                    SegmentBytes.open(directory, SegmentHeader.fileName(number))) {
                files.add(new SegmentFile(number, SegmentHeader.read(directory, bytes)));
            }
        }
        return files;
    }

    /** Whether there is no log yet: the first start has not come so far. */
    boolean isEmpty() throws IOException {
        if (files.isEmpty()) {
            return true;
        }
        SegmentFile only = files.get(0);
        return files.size() == 1
                && only.number() == 1
                && only.header().isEmpty()
                && scan(new UUID(0, 0), only).isClean();
    }

    /**
     * Finds the end.
     *
     * @param whole look at all records; else only from where all before it is known to be forced
     * @throws LogDamagedException if something is missing that had been forced
     */
    void findEnd(boolean whole) throws IOException {
        int lastUsed = checkHeaders();
        long knownForced = 0;
        first = files.size();
        while (first > 0 && (whole || !allIsForcedBefore(first, lastUsed, knownForced))) {
            first--;
            scans[first] = scan(identity(), files.get(first));
            knownForced = Math.max(knownForced, scans[first].knownForced());
        }
        end = first;
        while (end < lastUsed && continues(files.get(end + 1), scans[end])) {
            end++;
        }
        if (knownForced > scans[end].lastSequence()) {
            throw new LogDamagedException(
                    directory,
                    files.get(end).name(),
                    scans[end].end(),
                    "record %d is missing or wrong, but everything up to record %d had been forced"
                            .formatted(scans[end].lastSequence() + 1, knownForced));
        }
    }

    private boolean allIsForcedBefore(int index, int lastUsed, long knownForced) {
        return index <= lastUsed
                && files.get(index).header().isPresent()
                && knownForced >= files.get(index).header().get().firstSequence() - 1;
    }

    /** Returns the index of the last file in use. */
    private int checkHeaders() throws LogDamagedException {
        SegmentFile oldest = files.get(0);
        if (oldest.header().isEmpty()) {
            throw new LogDamagedException(
                    directory, oldest.name(), 0, "the oldest segment has no header");
        }
        int last = 0;
        for (int i = 1; i < files.size(); i++) {
            SegmentHeader header = files.get(i).header().orElse(null);
            if (header == null) {
                continue;
            }
            SegmentHeader before = files.get(last).header().orElseThrow();
            if (!header.identity().equals(before.identity())) {
                throw new LogDamagedException(
                        directory,
                        header.fileName(),
                        0,
                        "it belongs to log %s, the files before it to %s"
                                .formatted(header.identity(), before.identity()));
            }
            if (header.firstSequence() <= before.firstSequence()) {
                throw new LogDamagedException(
                        directory,
                        header.fileName(),
                        0,
                        "it begins with record %d, the file before it with %d"
                                .formatted(header.firstSequence(), before.firstSequence()));
            }
            last = i;
        }
        return last;
    }

    private SegmentScan scan(UUID identity, SegmentFile file) throws IOException {
        try (SegmentBytes bytes = SegmentBytes.open(directory, file.name())) {
            return file.header().isPresent()
                    ? SegmentScan.of(bytes, file.header().get())
                    : SegmentScan.withoutHeader(bytes, identity, file.number());
        }
    }

    private static boolean continues(SegmentFile next, SegmentScan scan) {
        return next.header().isPresent()
                && next.header().get().firstSequence() == scan.lastSequence() + 1;
    }

    UUID identity() {
        return files.get(0).header().orElseThrow().identity();
    }

    List<SegmentFile> files() {
        return files;
    }

    /** Of each file from {@link #first} on. */
    SegmentScan scan(int index) {
        return scans[index];
    }

    /** Index of the first file that was looked at. */
    int first() {
        return first;
    }

    /** Index of the file in which the log ends. */
    int end() {
        return end;
    }

    /** The files in use by their first sequences, none open for writing. */
    ConcurrentNavigableMap<Long, Segment> segments() {
        ConcurrentNavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
        for (SegmentFile file : files.subList(0, end + 1)) {
            SegmentHeader header = file.header().orElseThrow();
            segments.put(header.firstSequence(), Segment.of(header, null));
        }
        return segments;
    }
}
