package io.lockstep.protocol;

/**
 * Writes a reply with rows straight into a frame, value by value.
 *
 * <pre>
 * rows.begin(description);                  // or begin(columnCount), beginUpdateCount, beginBatchCounts
 * while (!rows.isFull() &amp;&amp; result.next()) {
 *     rows.values().writeLong(...);         // every column, in order
 *     rows.endRow();
 * }
 * rows.end(last, cursorId, status);
 * </pre>
 *
 * If a row fails in the middle, {@link #abandonRow} takes back what was written of it, {@link
 * #abandon} the whole frame.
 */
public final class RowsWriter {
    private final ValueWriter values;
    private final FrameWriter frame;
    private int frameStart;
    private int rowSetStart;
    private int rowStart;
    private int rowCount;
    private int flags;

    public RowsWriter(ValueWriter values) {
        this.values = values;
        this.frame = values.frame();
    }

    /** Where the values of the row go. */
    public ValueWriter values() {
        return values;
    }

    /** Begins ROWS_DESCRIBED, the first reply of a result. */
    public void begin(RowDescription description) {
        beginReply(ResponseTag.ROWS_DESCRIBED, 0);
        beginRowSet(description);
    }

    /** Begins ROWS: the client has the description already. */
    public void begin(int columnCount) {
        beginReply(ResponseTag.ROWS, 0);
        rowSetStart = frame.size();
        frame.writeInt(0);
        frame.writeInt(0);
        frame.writeShort(columnCount);
        rowStart = frame.size();
    }

    /** Begins UPDATE_COUNT with generated keys as rows. */
    public void beginUpdateCount(long count, RowDescription keys) {
        beginReply(ResponseTag.UPDATE_COUNT, ReplyFlags.KEYS);
        frame.writeLong(count);
        beginRowSet(keys);
    }

    /** Begins BATCH_COUNTS with generated keys as rows. */
    public void beginBatchCounts(UpdateCounts counts, RowDescription keys) {
        beginReply(ResponseTag.BATCH_COUNTS, ReplyFlags.KEYS);
        counts.writeTo(frame);
        beginRowSet(keys);
    }

    private void beginReply(ResponseTag tag, int initialFlags) {
        frame.begin(tag);
        frameStart = frame.size();
        flags = initialFlags;
        rowCount = 0;
        frame.writeByte(0);
        frame.writeByte(0);
    }

    private void beginRowSet(RowDescription description) {
        rowSetStart = frame.size();
        frame.writeInt(0);
        frame.writeInt(0);
        description.writeTo(frame);
        rowStart = frame.size();
    }

    /** Says that the one row holds the OUT parameters of a call. */
    public void markOutParameters() {
        flags |= ReplyFlags.OUT_PARAMETERS;
    }

    /** Says that another result of the same request follows this one. */
    public void markResultFollows() {
        flags |= ReplyFlags.RESULT_FOLLOWS;
    }

    /** Ends a row: all its values have been written. */
    public void endRow() {
        rowCount++;
        rowStart = frame.size();
    }

    /**
     * Takes back the values of a row not ended. Chunks of large values already sent are dropped by
     * the client.
     */
    public void abandonRow() {
        frame.truncate(rowStart);
    }

    /** Rows ended in this frame. */
    public int rowCount() {
        return rowCount;
    }

    /** True when the frame is big enough to be sent; the next row belongs into the next frame. */
    public boolean isFull() {
        return frame.bodyBytes() >= Protocol.FRAME_TARGET_BYTES
                || values.largeBytesInFrame() >= Protocol.MAX_FRAME_BYTES;
    }

    /**
     * Ends the frame.
     *
     * @param last no more rows follow
     * @param cursorId under which the client fetches the rest; 0 if {@code last}
     */
    public void end(boolean last, int cursorId, TransactionStatus status) {
        if (frame.size() != rowStart) {
            throw new IllegalStateException("the last row has not been ended");
        }
        frame.patchByte(frameStart, last ? flags | ReplyFlags.LAST_ROWS : flags);
        frame.patchByte(frameStart + 1, status.code());
        frame.patchInt(rowSetStart, cursorId);
        frame.patchInt(rowSetStart + 4, rowCount);
        frame.end();
    }

    /** Drops the frame. */
    public void abandon() {
        frame.abandon();
    }
}
