package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Records appended and not yet written, in a buffer as they will stand in the files, and those who
 * wait for them. Used by one thread at a time: under the writer's lock while it gathers, then by
 * the one that leads.
 */
final class Batch {
    private static final int FIRST_BYTES = 1 << 16;

    /** Bytes that go to one place: from this position of the buffer to where the next begins. */
    private record Run(Segment segment, long offset, int from) {}

    private final int bytesMax;
    private final List<Run> runs = new ArrayList<>();
    private final List<Segment> finished = new ArrayList<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private ByteBuffer bytes;
    private long lastSequence;

    Batch(int bytesMax) {
        this.bytesMax = bytesMax;
        this.bytes = ByteBuffer.allocateDirect(Math.min(FIRST_BYTES, bytesMax));
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    /** Whether so much can be added, the buffer made larger if need be. */
    boolean hasRoom(int count) {
        return count <= bytesMax - bytes.position();
    }

    /** Of the last record in it, marks included. */
    long lastSequence() {
        return lastSequence;
    }

    List<Waiter> waiters() {
        return waiters;
    }

    /** What follows goes into a segment that was not in use, after this one. */
    void begin(Segment segment, SegmentHeader header, Segment previous) {
        ensure(SegmentHeader.BYTES);
        finished.add(previous);
        runs.add(new Run(segment, 0, bytes.position()));
        header.put(bytes);
    }

    /** Adds a record that will stand at this place. */
    void add(
            Segment segment,
            long fileOffset,
            int kind,
            long sequence,
            long epoch,
            long transaction,
            byte[] payload,
            int offset,
            int length) {
        ensure(RecordFormat.size(length));
        if (runs.isEmpty()) {
            runs.add(new Run(segment, fileOffset, bytes.position()));
        }
        RecordFormat.put(bytes, kind, sequence, epoch, transaction, payload, offset, length);
        lastSequence = sequence;
    }

    private void ensure(int count) {
        if (bytes.remaining() < count) {
            int needed = bytes.position() + count;
            ByteBuffer larger =
                    ByteBuffer.allocateDirect(
                            Math.min(bytesMax, Math.max(needed, 2 * bytes.capacity())));
            bytes = larger.put(bytes.flip());
        }
    }

    /**
     * Puts it all on stable storage.
     *
     * @param knownForced highest sequence that is there already
     */
    void writeAndForce(RecordFormat format, long knownForced) throws IOException {
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            int end = i + 1 < runs.size() ? runs.get(i + 1).from() : bytes.position();
            seal(run, end, format, knownForced);
            run.segment().file().write(run.offset(), bytes.slice(run.from(), end - run.from()));
        }
        for (Run run : runs) {
            run.segment().file().force();
        }
        for (Segment segment : finished) {
            segment.closeFile();
        }
    }

    private void seal(Run run, int end, RecordFormat format, long knownForced) {
        int at = run.from();
        long offset = run.offset();
        if (offset == 0) {
            at += SegmentHeader.BYTES;
            offset += SegmentHeader.BYTES;
        }
        while (at < end) {
            int size = format.seal(bytes, at, run.segment().number(), offset, knownForced);
            at += size;
            offset += size;
        }
    }

    /** Makes it ready to gather again. */
    void clear() {
        bytes.clear();
        runs.clear();
        finished.clear();
        waiters.clear();
    }
}
