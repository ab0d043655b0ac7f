package io.lockstep.controller.session;

import io.lockstep.protocol.Response;
import io.lockstep.protocol.RowsWriter;

/**
 * Where a session's answers go. One per session, used only on its loop.
 *
 * <p>What is written gathers in memory and goes to the client with {@code finish}, in one packet if
 * it is small:
 *
 * <pre>
 * replies.finish(new Response.Done(status));
 *
 * RowsWriter rows = replies.rows();
 * rows.begin(description);
 * while (!rows.isFull() &amp;&amp; result.next()) {
 *     rows.values().writeLong(result.getLong(1));
 *     rows.endRow();
 * }
 * rows.end(last, cursorId, status);
 * replies.finish();
 * </pre>
 *
 * Large values need no care: the writer sends them ahead by itself. After the client has gone all
 * calls are accepted and lead nowhere.
 */
public interface Replies {
    /** Writes rows, or counts with generated keys. The same object every time. */
    RowsWriter rows();

    /**
     * Adds a reply that is followed by more for the same request.
     *
     * @throws io.lockstep.protocol.FrameOverflowException if it is too large; nothing of it has
     *     been added
     */
    void add(Response response);

    /**
     * Drops what was added since the last {@link #flush} or request, for instance rows whose
     * execution then failed. A frame begun with {@link #rows} and not ended is dropped too.
     */
    void reset();

    /** Sends what was added so far; the request goes on. Needed only when it may take long. */
    void flush();

    /**
     * The request is done: sends what was added. The next request may be handed over before this
     * returns.
     */
    void finish();

    /** As {@link #add} and {@link #finish}. */
    void finish(Response last);

    /** As {@link #finish(Response)}, and closes the connection once the client has got it. */
    void finishAndClose(Response last);
}
