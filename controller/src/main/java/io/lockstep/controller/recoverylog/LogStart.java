package io.lockstep.controller.recoverylog;

import io.lockstep.controller.recoverylog.LogLayout.SegmentFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Opens a directory: creates the log, or makes durable what {@link LogLayout} finds of it. */
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

    private final LogDirectory directory;
    private final LogOptions options;

    LogStart(LogDirectory directory, LogOptions options) {
        this.directory = directory;
        this.options = options;
    }

    /** Returns once what it found is durable. */
    Found open() throws IOException {
        LogLayout layout = LogLayout.of(directory);
        if (layout.isEmpty()) {
            return create();
        }
        layout.findEnd(false);
        return settle(layout);
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

    /**
     * Cuts what stands behind the end, and forces what stands before it: it may have been written
     * by a process that was killed before it forced, and what is done because of it must not
     * outlive it.
     */
    private Found settle(LogLayout layout) throws IOException {
        List<SegmentFile> files = layout.files();
        int end = layout.end();
        for (SegmentFile before : files.subList(layout.first(), end)) {
            try (LogFile file = directory.open(before.name())) {
                file.force();
            }
        }
        SegmentHeader header = files.get(end).header().orElseThrow();
        SegmentScan scan = layout.scan(end);
        LogFile tail = directory.open(header.fileName());
        Prepared.zero(tail, scan.end(), scan.dirtyEnd());
        Prepared.zero(tail, tail.size(), header.segmentBytes());
        tail.force();
        Prepared prepared = prepared(layout, end + 1);
        // newest first, one by one: a crash must not leave a gap
        for (int i = files.size() - 1; i > (prepared == null ? end : end + 1); i--) {
            directory.delete(files.get(i).name());
            directory.force();
        }
        directory.force();
        List<Segment> segments = new ArrayList<>(layout.segments().values());
        segments.set(end, Segment.of(header, tail));
        return new Found(
                header.identity(),
                segments,
                scan.end(),
                scan.lastSequence(),
                scan.epoch(),
                prepared);
    }

    /** The file with this index, if the log can go on in it. */
    private Prepared prepared(LogLayout layout, int index) throws IOException {
        if (index >= layout.files().size()) {
            return null;
        }
        SegmentFile next = layout.files().get(index);
        if (next.header().isPresent() || !layout.scan(index).isClean()) {
            return null;
        }
        LogFile file = directory.open(next.name());
        long bytes = file.size();
        if (bytes != options.segmentBytes()) {
            file.close();
            return null;
        }
        file.force();
        return new Prepared(next.number(), bytes, file);
    }
}
