package io.lockstep.controller.session;

import io.lockstep.controller.execution.CopiedRows;
import io.lockstep.controller.execution.StatementResult;
import io.lockstep.controller.request.Completion;
import io.lockstep.controller.request.Conductor;
import io.lockstep.controller.request.HeldRows;
import io.lockstep.controller.request.RowSource;
import io.lockstep.controller.request.SessionContext;
import io.lockstep.protocol.ErrorDetail;
import io.lockstep.protocol.FrameOverflowException;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.RowsWriter;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.UpdateCounts;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns results into replies, and keeps the results a client has not read to their end. Session
 * thread only.
 */
final class Answers {
    private static final int CURSORS_MAX = 1000;
    private static final int COUNTS_PER_FRAME = Protocol.FRAME_TARGET_BYTES / Long.BYTES;

    private final Conductor conductor;
    private final SessionContext context;
    private final Map<Integer, RowSource> cursors = new HashMap<>();
    private int lastCursor;

    Answers(Conductor conductor, SessionContext context) {
        this.conductor = conductor;
        this.context = context;
    }

    /** Something that reads a small result; blocks. */
    @FunctionalInterface
    interface HeldResult {
        CopiedRows get() throws SQLException;
    }

    /** For requests answered with DONE. */
    Completion doneOnly(Replies replies) {
        return new Completion() {
            @Override
            public void done(StatementResult result) {
                replies.finish(new Response.Done(context.status()));
            }

            @Override
            public void rows(RowSource rows) {
                rows.close();
                replies.finish(new Response.Done(context.status()));
            }

            @Override
            public void failed(SQLException error) {
                fail(replies, error);
            }
        };
    }

    /** For executions. {@code prepared} may be null. */
    Completion any(Replies replies, Prepared prepared) {
        return new Completion() {
            @Override
            public void done(StatementResult result) {
                send(replies, result);
            }

            @Override
            public void rows(RowSource rows) {
                sendRows(replies, rows, prepared);
            }

            @Override
            public void failed(SQLException error) {
                fail(replies, error);
            }
        };
    }

    void held(Replies replies, HeldResult result) {
        CopiedRows rows;
        try {
            rows = result.get();
        } catch (SQLException e) {
            fail(replies, e);
            return;
        }
        sendRows(replies, new HeldRows(rows), null);
    }

    void describe(String sql, Replies replies) {
        try {
            replies.finish(conductor.metadata().describe(sql, context.status()));
        } catch (SQLException e) {
            fail(replies, e);
        }
    }

    /** Sends a complete result. */
    void send(Replies replies, StatementResult result) {
        try {
            write(replies, result, false);
            replies.finish();
        } catch (FrameOverflowException | IOException e) {
            fail(replies, tooLarge(e));
        }
    }

    private void write(Replies replies, StatementResult result, boolean follows)
            throws IOException {
        if (result instanceof StatementResult.Count count) {
            if (count.keys() == null) {
                replies.add(
                        new Response.UpdateCount(context.status(), follows, count.count(), null));
            } else {
                replies.rows().beginUpdateCount(count.count(), count.keys().description());
                writeHeld(replies.rows(), count.keys(), follows);
            }
        } else if (result instanceof StatementResult.Counts counts) {
            UpdateCounts last = writeAllButLast(replies, counts.counts());
            if (counts.keys() == null) {
                replies.add(new Response.BatchCounts(context.status(), follows, last, null));
            } else {
                replies.rows().beginBatchCounts(last, counts.keys().description());
                writeHeld(replies.rows(), counts.keys(), follows);
            }
        } else if (result instanceof StatementResult.Rows rows) {
            replies.rows().begin(rows.rows().description());
            writeHeld(replies.rows(), rows.rows(), follows);
        } else if (result instanceof StatementResult.Several several) {
            writeAll(replies, several.results(), false);
        } else if (result instanceof StatementResult.Called called) {
            writeAll(replies, called.results(), called.out() != null);
            if (called.out() != null) {
                replies.rows().begin(called.out().description());
                replies.rows().markOutParameters();
                writeHeld(replies.rows(), called.out(), false);
            }
        }
    }

    private void writeAll(Replies replies, List<StatementResult> results, boolean follows)
            throws IOException {
        for (int i = 0; i < results.size(); i++) {
            write(replies, results.get(i), follows || i + 1 < results.size());
        }
    }

    /** Returns what goes into the last frame, which may have keys besides. */
    private UpdateCounts writeAllButLast(Replies replies, UpdateCounts counts) {
        if (counts.size() <= COUNTS_PER_FRAME) {
            return counts;
        }
        long[] all = counts.toArray();
        int from = 0;
        for (; all.length - from > COUNTS_PER_FRAME; from += COUNTS_PER_FRAME) {
            UpdateCounts some =
                    UpdateCounts.of(Arrays.copyOfRange(all, from, from + COUNTS_PER_FRAME));
            replies.add(new Response.BatchCounts(context.status(), true, some, null));
        }
        return UpdateCounts.of(Arrays.copyOfRange(all, from, all.length));
    }

    private void writeHeld(RowsWriter out, CopiedRows rows, boolean follows) throws IOException {
        HeldRows source = new HeldRows(rows);
        if (follows) {
            out.markResultFollows();
        }
        boolean last = source.writeRows(out, Integer.MAX_VALUE);
        out.end(last, last ? 0 : keep(source), context.status());
    }

    private void sendRows(Replies replies, RowSource rows, Prepared prepared) {
        RowsWriter out = replies.rows();
        if (prepared != null && prepared.hasSent(rows.description())) {
            out.begin(rows.description().columnCount());
        } else {
            out.begin(rows.description());
        }
        writePortion(replies, rows, rows.fetchSize(), 0);
    }

    /** Writes what fits, remembers or closes the rest. */
    private void writePortion(Replies replies, RowSource rows, int rowsMax, int knownCursor) {
        RowsWriter out = replies.rows();
        context.reading(rows);
        boolean last;
        try {
            last = rows.writeRows(out, rowsMax);
            int cursor = last ? 0 : knownCursor != 0 ? knownCursor : keep(rows);
            out.end(last, cursor, context.status());
        } catch (SQLException e) {
            giveUp(replies, rows, knownCursor, conductor.fetchFailed(context, e));
            return;
        } catch (FrameOverflowException | IOException e) {
            giveUp(replies, rows, knownCursor, tooLarge(e));
            return;
        }
        if (last) {
            cursors.remove(knownCursor);
            replies.flush(); // the client need not wait for what closing may cost
            rows.close();
        }
        replies.finish();
    }

    private void giveUp(Replies replies, RowSource rows, int cursor, SQLException error) {
        cursors.remove(cursor);
        rows.close();
        fail(replies, error);
    }

    private int keep(RowSource rows) {
        if (cursors.size() >= CURSORS_MAX) {
            throw new FrameOverflowException(
                    "more than "
                            + CURSORS_MAX
                            + " results open in one session; close some before this one");
        }
        cursors.put(++lastCursor, rows);
        return lastCursor;
    }

    void fetch(Request.Fetch request, Replies replies) {
        RowSource rows = cursors.get(request.cursorId());
        if (rows == null) {
            fail(
                    replies,
                    new SQLException(
                            "result number " + request.cursorId() + " is not open",
                            SqlState.INVALID_CURSOR.code()));
            return;
        }
        replies.rows().begin(rows.description().columnCount());
        int rowsMax = request.maxRows() > 0 ? request.maxRows() : rows.fetchSize();
        writePortion(replies, rows, rowsMax, request.cursorId());
    }

    void closeCursor(int cursorId) {
        RowSource rows = cursors.remove(cursorId);
        if (rows != null) {
            rows.close();
        }
    }

    void closeCursors() {
        cursors.values().forEach(RowSource::close);
        cursors.clear();
    }

    private static SQLException tooLarge(Exception e) {
        return new SQLException(
                "the result cannot be sent: " + e.getMessage(),
                SqlState.PROGRAM_LIMIT_EXCEEDED.code(),
                e);
    }

    void fail(Replies replies, SQLException error) {
        failBatch(replies, error, null, -1);
    }

    /**
     * For batches.
     *
     * @param done counts of what stays done
     * @param failedIndex -1 if it is not known which member failed
     */
    void failBatch(Replies replies, SQLException error, UpdateCounts done, int failedIndex) {
        replies.reset();
        UpdateCounts last = done == null ? null : writeAllButLast(replies, done);
        replies.finish(
                new Response.Failed(
                        context.status(), false, detail(error), next(error), last, failedIndex));
    }

    /** The client cannot go on with this session. */
    void failAndClose(Replies replies, SQLException error) {
        replies.reset();
        replies.finishAndClose(
                new Response.Failed(context.status(), true, detail(error), next(error), null, -1));
    }

    private static ErrorDetail detail(SQLException error) {
        String state = error.getSQLState();
        return new ErrorDetail(
                state == null ? SqlState.GENERAL_ERROR.code() : state,
                error.getErrorCode(),
                String.valueOf(error.getMessage()));
    }

    private static List<ErrorDetail> next(SQLException error) {
        List<ErrorDetail> chain = new ArrayList<>();
        for (SQLException e = error.getNextException();
                e != null && chain.size() < 16;
                e = e.getNextException()) {
            chain.add(detail(e));
        }
        return chain;
    }
}
