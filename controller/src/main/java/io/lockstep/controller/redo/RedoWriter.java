package io.lockstep.controller.redo;

import io.lockstep.controller.recoverylog.LogException;
import io.lockstep.controller.recoverylog.LogRecord.Kind;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.controller.redo.RedoStep.Answer;
import io.lockstep.protocol.FrameWriter;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.UpdateCounts;
import io.lockstep.protocol.ValueWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One transaction on its way into the log. Its steps gather in memory, and go into the log ahead of
 * the commit record as soon as there are more than a frame's worth of them, or a large value: a
 * transaction of any size takes bounded memory. One that is rolled back leaves at most pieces that
 * no commit record refers to. One thread at a time.
 */
public final class RedoWriter {
    /** Rows of a batch in one step; fewer if they are long. */
    private static final int ROWS_MAX = 200;

    private static final int VALUES_MAX = 20_000;

    private final RecoveryLog log;
    private final RedoLog commits;
    private final long transaction;
    private final FrameWriter frame = new FrameWriter();
    private final ValueWriter values = new ValueWriter(frame, this::chunk);
    private final List<Range> undone = new ArrayList<>();
    private int steps;
    private long firstPiece; // 0 = all is still in memory
    private long bound; // what is held in the log for it; 0 = nothing

    /** Steps from {@code from} up to but not including {@code to}, which a rollback took back. */
    record Range(int from, int to) {}

    RedoWriter(RedoLog commits, long transaction) {
        this.commits = commits;
        this.log = commits.log();
        this.transaction = transaction;
        frame.beginRecord();
    }

    /** Number of steps so far: where a savepoint stands. */
    public int position() {
        return steps;
    }

    /** Everything since {@code position} has been taken back on all backends. */
    public void rolledBackTo(int position) {
        undone.removeIf(range -> range.from() >= position);
        if (position < steps) {
            undone.add(new Range(position, steps));
        }
    }

    /**
     * Adds a step. Large values are read here, so they may be gone afterwards.
     *
     * @throws LogException if it had to go into the log at once and could not
     * @throws IOException if a large value could not be read
     */
    public void add(RedoStep step) throws IOException {
        if (step instanceof RedoStep.Statement statement && statement.batch()) {
            add(statement, null);
        } else {
            write(step);
        }
    }

    /**
     * Adds a batch, in portions if it is large.
     *
     * @param counts rows changed by each of its executions; null if they are not to be compared
     */
    public void add(RedoStep.Statement batch, UpdateCounts counts) throws IOException {
        List<? extends List<?>> rows = batch.texts().values().iterator().next().rows();
        int valuesEach = rows.isEmpty() ? 1 : Math.max(1, rows.get(0).size());
        int portion = Math.max(1, Math.min(ROWS_MAX, VALUES_MAX / valuesEach));
        if (rows.size() <= portion) {
            long sum = sum(counts, 0, rows.size());
            write(with(batch, batch.texts(), new Answer(sum, batch.answer().returned())));
            return;
        }
        for (int from = 0; from < rows.size(); from += portion) {
            int to = Math.min(rows.size(), from + portion);
            Map<String, RedoStep.Text> texts = new LinkedHashMap<>();
            for (Map.Entry<String, RedoStep.Text> each : batch.texts().entrySet()) {
                RedoStep.Text text = each.getValue();
                texts.put(
                        each.getKey(),
                        new RedoStep.Text(text.sql(), text.rows().subList(from, to), text.keys()));
            }
            // What the whole batch returned says nothing about a portion of it.
            write(with(batch, texts, new Answer(sum(counts, from, to), null)));
        }
    }

    private static RedoStep.Statement with(
            RedoStep.Statement batch, Map<String, RedoStep.Text> texts, Answer answer) {
        return new RedoStep.Statement(batch.form(), true, texts, answer);
    }

    private static long sum(UpdateCounts counts, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            if (counts == null || counts.get(i) < 0) {
                return Answer.NOT_COMPARED;
            }
            sum += counts.get(i);
        }
        return sum;
    }

    private void write(RedoStep step) throws IOException {
        StepCoding.write(step, values);
        steps++;
        if (frame.bodyBytes() >= Protocol.FRAME_TARGET_BYTES) {
            flush();
        }
    }

    private void flush() throws LogException {
        append(Kind.STATEMENT);
        frame.clear();
        frame.beginRecord();
    }

    private long append(Kind kind) throws LogException {
        return append(kind, frame.array(), Protocol.HEADER_BYTES, frame.bodyBytes());
    }

    private long append(Kind kind, byte[] bytes, int offset, int length) throws LogException {
        hold();
        long sequence = log.append(kind, transaction, bytes, offset, length);
        if (firstPiece == 0) {
            firstPiece = sequence;
        }
        return sequence;
    }

    private void hold() {
        if (bound == 0) {
            bound = commits.hold();
        }
    }

    /** Nothing will be committed; what has gone into the log is of no use. Safe to repeat. */
    public void discard() {
        if (bound != 0) {
            commits.release(bound);
            bound = 0;
        }
    }

    /** What is held for it becomes the caller's to release. */
    long takeBound() {
        hold();
        long taken = bound;
        bound = 0;
        return taken;
    }

    private void chunk(int valueId, boolean last, byte[] bytes, int offset, int length)
            throws IOException {
        ByteBuffer record = ByteBuffer.allocate(CommitRecord.CHUNK_HEADER_BYTES + length);
        record.putInt(valueId).put((byte) (last ? 1 : 0)).put(bytes, offset, length);
        append(Kind.VALUE, record.array(), 0, record.capacity());
    }

    /**
     * Appends the commit record, not forced. Nothing may be added afterwards.
     *
     * @return its sequence: the number of this commit
     */
    long commit(List<TransactionId> members) throws LogException {
        int trailerStart = frame.bodyBytes();
        frame.writeLong(firstPiece);
        frame.writeInt(members.size());
        for (TransactionId member : members) {
            frame.writeLong(member.sessionId());
            frame.writeInt(member.sequence());
        }
        frame.writeInt(undone.size());
        for (Range range : undone) {
            frame.writeInt(range.from());
            frame.writeInt(range.to());
        }
        frame.writeString(ZoneId.systemDefault().getId());
        frame.writeInt(trailerStart);
        return log.append(
                Kind.COMMIT, transaction, frame.array(), Protocol.HEADER_BYTES, frame.bodyBytes());
    }
}
