package io.lockstep.controller.request;

import io.lockstep.controller.execution.CopiedRows;
import io.lockstep.protocol.RowDescription;
import io.lockstep.protocol.RowsWriter;
import java.io.IOException;
import java.util.List;

/** A result held in memory: the rows of a write, or metadata. */
public final class HeldRows implements RowSource {
    private final CopiedRows rows;
    private int next;

    public HeldRows(CopiedRows rows) {
        this.rows = rows;
    }

    @Override
    public RowDescription description() {
        return rows.description();
    }

    @Override
    public int fetchSize() {
        return Reads.FETCH_SIZE;
    }

    @Override
    public boolean writeRows(RowsWriter out, int rowsMax) throws IOException {
        List<List<Object>> all = rows.rows();
        while (next < all.size()) {
            if (out.rowCount() >= rowsMax || out.isFull()) {
                return false;
            }
            for (Object value : all.get(next)) {
                out.values().write(value);
            }
            out.endRow();
            next++;
        }
        return true;
    }

    @Override
    public void close() {
        next = rows.rows().size();
    }
}
