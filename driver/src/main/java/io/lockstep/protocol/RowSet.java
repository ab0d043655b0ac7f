package io.lockstep.protocol;

/**
 * Rows of one reply, and how to get those that follow.
 *
 * @param cursorId names the open result for FETCH and CLOSE_CURSOR; 0 if there is none because
 *     {@code last}
 * @param last true if no more rows follow; the controller has then closed the cursor
 * @param description null in ROWS, whose columns were described before
 */
public record RowSet(int cursorId, boolean last, RowDescription description, RowBlock rows) {
    /** A complete result. */
    public static RowSet complete(RowDescription description, RowBlock rows) {
        return new RowSet(0, true, description, rows);
    }

    void writeTo(FrameWriter out) {
        out.writeInt(cursorId);
        out.writeInt(rows.rowCount());
        if (description == null) {
            out.writeShort(rows.columnCount());
        } else {
            description.writeTo(out);
        }
        rows.writeTo(out);
    }

    static RowSet readFrom(FrameReader in, boolean last, boolean described)
            throws ProtocolException {
        int cursorId = in.readInt();
        int rowCount = in.readInt();
        RowDescription description = described ? RowDescription.readFrom(in) : null;
        int columnCount = described ? description.columnCount() : in.readUnsignedShort();
        return new RowSet(cursorId, last, description, RowBlock.rest(in, rowCount, columnCount));
    }
}
