package io.lockstep.controller.recoverylog;

import java.io.IOException;

/**
 * A segment in use.
 *
 * @param bytes size of its file
 * @param file open for writing; closed once everything in the segment is forced and the next one is
 *     in use, null if that was so already when the log was opened
 */
record Segment(long number, long firstSequence, long bytes, LogFile file, SegmentIndex index) {

    static Segment of(SegmentHeader header, LogFile file) {
        return new Segment(
                header.number(),
                header.firstSequence(),
                header.segmentBytes(),
                file,
                new SegmentIndex(header.firstSequence()));
    }

    String fileName() {
        return SegmentHeader.fileName(number);
    }

    void closeFile() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
