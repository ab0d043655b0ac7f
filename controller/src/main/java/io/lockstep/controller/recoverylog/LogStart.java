package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Opens a directory: creates the log, or finds out where it ends and makes that durable.
 *
 * <p>A batch of records is written only when the one before it has been forced, and each record
 * says up to where that was. So where no right record follows, but a later one says that what is
 * missing had been forced, something was lost that must not be: {@link LogDamagedException}.
 * Otherwise whatever stands there is of the last batch, whose blocks may have reached the disk in
 * any order when the machine stopped: a torn tail, which is cut off.
 */
final class LogStart {
    /**
     * What was found.
     *
     * @param segments all that are in use, oldest first; the last is the tail
     * @param tailEnd where the next record goes
     * @param epoch of the last record, 0 if there is none
     * @param prepared the segment after the tail if it is ready, else null
     */
    record Found(
            UUID identity,
            List<Segment> segments,
            long tailEnd,
            long lastSequence,
            long epoch,
            Prepared prepared) {

        Segment tail() {
            return segments.get(segments.size() - 1);
        }
    }

    /** One file of the directory; the header is empty if it is not in use. */
    private record SegmentFile(long number, Optional<SegmentHeader> header) {
        String name() {
            return SegmentHeader.fileName(number);
        }
    }

    private final LogDirectory directory;
    private final LogOptions options;

    LogStart(LogDirectory directory, LogOptions options) {
        this.directory = directory;
        this.options = options;
    }

    /** Returns once what it found is durable. */
    Found open() throws IOException {
        List<SegmentFile> files = files();
        if (files.isEmpty() || isUnfinished(files)) {
            return create();
        }
        int lastUsed = checkHeaders(files);
        int first = lastUsed;
        SegmentScan[] scans = new SegmentScan[files.size()];
        long knownForced = 0;
        // back to where everything before is known to have been forced
        for (int i = files.size() - 1; i >= 0; i--) {
            scans[i] = scan(files, i);
            knownForced = Math.max(knownForced, scans[i].knownForced());
            first = Math.min(first, i);
            Optional<SegmentHeader> header = files.get(i).header();
            if (i <= lastUsed
                    && header.isPresent()
                    && knownForced >= header.get().firstSequence() - 1) {
                break;
            }
        }
        int end = first;
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
        return settle(files, scans, first, end);
    }

    private List<SegmentFile> files() throws IOException {
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

    /** Whether the first start ended before there was a log. */
    private boolean isUnfinished(List<SegmentFile> files) throws IOException {
        SegmentFile only = files.get(0);
        if (files.size() > 1 || only.number() != 1 || only.header().isPresent()) {
            return false;
        }
        return scan(new UUID(0, 0), only).isClean();
    }

    private Found create() throws IOException {
        UUID identity = UUID.randomUUID();
        SegmentHeader header = new SegmentHeader(identity, 1, 1, options.segmentBytes(), 0);
        Prepared prepared = Prepared.create(directory, 1, options.segmentBytes());
        directory.force();
        ByteBuffer block = ByteBuffer.allocate(SegmentHeader.BYTES);
        header.put(block);
        prepared.file().write(0, block.flip());
        prepared.file().force();
        return new Found(
                identity,
                List.of(Segment.of(header, prepared.file())),
                SegmentHeader.BYTES,
                0,
                0,
                null);
    }

    /** Returns the index of the last file in use. */
    private int checkHeaders(List<SegmentFile> files) throws LogDamagedException {
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

    private SegmentScan scan(List<SegmentFile> files, int index) throws IOException {
        return scan(files.get(0).header().orElseThrow().identity(), files.get(index));
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

    /**
     * Cuts what stands behind the end, and forces what stands before it: it may have been written
     * by a process that was killed before it forced, and what is done because of it must not
     * outlive it.
     */
    private Found settle(List<SegmentFile> files, SegmentScan[] scans, int first, int end)
            throws IOException {
        for (int i = first; i < end; i++) {
            try (LogFile file = directory.open(files.get(i).name())) {
                file.force();
            }
        }
        List<Segment> segments = new ArrayList<>();
        for (SegmentFile file : files.subList(0, end)) {
            segments.add(Segment.of(file.header().orElseThrow(), null));
        }
        SegmentHeader header = files.get(end).header().orElseThrow();
        LogFile tail = directory.open(header.fileName());
        segments.add(Segment.of(header, tail));
        Prepared.zero(tail, scans[end].end(), scans[end].dirtyEnd());
        Prepared.zero(tail, tail.size(), header.segmentBytes());
        tail.force();
        Prepared prepared = prepared(files, scans, end + 1);
        // newest first, one by one: a crash must not leave a gap
        for (int i = files.size() - 1; i > (prepared == null ? end : end + 1); i--) {
            directory.delete(files.get(i).name());
            directory.force();
        }
        directory.force();
        return new Found(
                header.identity(),
                segments,
                scans[end].end(),
                scans[end].lastSequence(),
                scans[end].epoch(),
                prepared);
    }

    private Prepared prepared(List<SegmentFile> files, SegmentScan[] scans, int index)
            throws IOException {
        if (index >= files.size()
                || files.get(index).header().isPresent()
                || !scans[index].isClean()) {
            return null;
        }
        LogFile file = directory.open(files.get(index).name());
        long bytes = file.size();
        if (bytes != options.segmentBytes()) {
            file.close();
            return null;
        }
        file.force();
        return new Prepared(files.get(index).number(), bytes, file);
    }
}
