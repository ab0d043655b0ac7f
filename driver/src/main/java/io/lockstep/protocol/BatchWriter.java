package io.lockstep.protocol;

import java.io.IOException;
import java.util.List;

/**
 * Writes a batch of a prepared statement as it comes, in as many {@link Request.Batch} frames as it
 * takes.
 *
 * <pre>
 * batch.begin(statementId, transactionSequence, queryTimeoutMillis);
 * for (each row) {
 *     if (batch.isFull()) {
 *         batch.endPart();            // and send what the FrameWriter holds, and clear it
 *     }
 *     batch.add(row);
 * }
 * batch.end();
 * </pre>
 */
public final class BatchWriter {
    private static final int LAST_OFFSET = 8;
    private static final int ROW_COUNT_OFFSET = 13;
    private static final int COLUMN_COUNT_OFFSET = 17;

    private final ValueWriter values;
    private final FrameWriter frame;
    private int statementId;
    private int transactionSequence;
    private int queryTimeoutMillis;
    private int bodyStart;
    private int rowCount;
    private int columnCount;

    public BatchWriter(ValueWriter values) {
        this.values = values;
        this.frame = values.frame();
    }

    public void begin(int newStatementId, int newTransactionSequence, int newQueryTimeoutMillis) {
        statementId = newStatementId;
        transactionSequence = newTransactionSequence;
        queryTimeoutMillis = newQueryTimeoutMillis;
        beginPart();
    }

    private void beginPart() {
        frame.begin(RequestTag.BATCH);
        bodyStart = frame.size();
        rowCount = 0;
        columnCount = 0;
        frame.writeInt(statementId);
        frame.writeInt(transactionSequence);
        frame.writeBoolean(false);
        frame.writeInt(queryTimeoutMillis);
        frame.writeInt(0);
        frame.writeShort(0);
    }

    /** True when the part should be ended before another row is added. */
    public boolean isFull() {
        return frame.inFrame()
                && (frame.bodyBytes() >= Protocol.FRAME_TARGET_BYTES
                        || values.largeBytesInFrame() >= Protocol.MAX_FRAME_BYTES
                        || rowCount == Protocol.MAX_BATCH_ROWS);
    }

    /**
     * Adds the parameters of one execution; if that fails the whole part is dropped and the batch
     * must be given up.
     */
    public void add(List<?> parameters) throws IOException {
        if (!frame.inFrame()) {
            beginPart();
        }
        if (rowCount == 0) {
            columnCount = parameters.size();
        }
        boolean written = false;
        try {
            writeRow(values, columnCount, parameters);
            written = true;
        } finally {
            if (!written) {
                frame.abandon();
            }
        }
        rowCount++;
    }

    /**
     * Ends this part, so that the FrameWriter can be sent and cleared; the next row begins another.
     */
    public void endPart() {
        finishPart(false);
    }

    /** Ends the batch. */
    public void end() {
        if (!frame.inFrame()) {
            beginPart();
        }
        finishPart(true);
    }

    private void finishPart(boolean last) {
        frame.patchByte(bodyStart + LAST_OFFSET, last ? 1 : 0);
        frame.patchInt(bodyStart + ROW_COUNT_OFFSET, rowCount);
        frame.patchByte(bodyStart + COLUMN_COUNT_OFFSET, columnCount >> 8);
        frame.patchByte(bodyStart + COLUMN_COUNT_OFFSET + 1, columnCount);
        frame.end();
    }

    static void writeRow(ValueWriter out, int columnCount, List<?> row) throws IOException {
        if (row.size() != columnCount) {
            throw new IllegalArgumentException(
                    row.size() + " parameters in a batch whose first row has " + columnCount);
        }
        for (int i = 0; i < columnCount; i++) {
            out.write(row.get(i));
        }
    }
}
