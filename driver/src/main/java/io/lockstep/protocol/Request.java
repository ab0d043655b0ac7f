package io.lockstep.protocol;

import java.io.IOException;
import java.util.List;

/**
 * Client to controller. Each record is one frame; its body has the components in their order.
 *
 * <pre>
 * frame := tag u8 | length u32 (bytes after this field, at most MAX_FRAME_BYTES) | body
 * </pre>
 *
 * Requests are answered in order. Those without a reply ({@link #hasReply}) are meant to be sent
 * together with the next one that has: if one of them fails, that next one is answered with the
 * error and not carried out.
 *
 * <p>Lists are not copied: whoever builds a request gives them away.
 */
public sealed interface Request {
    RequestTag tag();

    /** Writes the body, between the frame's begin and end. */
    void writeBody(ValueWriter out) throws IOException;

    /** False for requests the controller does not answer. */
    default boolean hasReply() {
        return true;
    }

    /**
     * Writes the whole frame; if that fails, nothing of it stays in the writer.
     *
     * @throws IOException from sending large values ahead
     * @throws FrameOverflowException if it is too large
     * @throws IllegalArgumentException if a value has no form on the wire
     */
    default void writeTo(ValueWriter out) throws IOException {
        out.frame().begin(tag());
        boolean written = false;
        try {
            writeBody(out);
            written = true;
        } finally {
            if (!written) {
                out.frame().abandon();
            }
        }
        out.frame().end();
    }

    /** A request the controller does not answer. */
    sealed interface Unanswered extends Request {
        @Override
        default boolean hasReply() {
            return false;
        }
    }

    /** Opens a session: which versions the client speaks and who it is. Answered with CHALLENGE. */
    record Hello(
            int magic,
            int versionMin,
            int versionMax,
            long features,
            String virtualDatabase,
            String user,
            String applicationName,
            String scramClientFirst)
            implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.HELLO;
        }

        @Override
        public void writeBody(ValueWriter out) {
            FrameWriter frame = out.frame();
            frame.writeInt(magic);
            frame.writeShort(versionMin);
            frame.writeShort(versionMax);
            frame.writeLong(features);
            frame.writeString(virtualDatabase);
            frame.writeString(user);
            frame.writeString(applicationName);
            frame.writeString(scramClientFirst);
        }
    }

    /** Second half of the login. Answered with WELCOME. */
    record ScramFinal(String clientFinal) implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.SCRAM_FINAL;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeString(clientFinal);
        }
    }

    /**
     * Only message of a connection of its own: stops what another session is doing. The controller
     * just closes.
     */
    record Cancel(long sessionId, long secret) implements Unanswered {
        @Override
        public RequestTag tag() {
            return RequestTag.CANCEL;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeLong(sessionId);
            out.frame().writeLong(secret);
        }
    }

    /** Ends the session; an open transaction is rolled back. */
    record Terminate() implements Unanswered {
        @Override
        public RequestTag tag() {
            return RequestTag.TERMINATE;
        }

        @Override
        public void writeBody(ValueWriter out) {}
    }

    /** Answered with PONG. */
    record Ping() implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.PING;
        }

        @Override
        public void writeBody(ValueWriter out) {}
    }

    /** Names a statement under a number the client chooses. */
    record Prepare(int statementId, String sql, GeneratedKeys generatedKeys) implements Unanswered {
        @Override
        public RequestTag tag() {
            return RequestTag.PREPARE;
        }

        @Override
        public void writeBody(ValueWriter out) throws IOException {
            out.frame().writeInt(statementId);
            generatedKeys.writeTo(out.frame());
            out.writeSql(sql);
        }
    }

    /** Executes a prepared statement. Answered with rows, a count, or several results. */
    record Execute(int statementId, ExecuteOptions options, List<Object> parameters)
            implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.EXECUTE;
        }

        @Override
        public void writeBody(ValueWriter out) throws IOException {
            out.frame().writeInt(statementId);
            options.writeTo(out.frame());
            out.writeList(parameters);
        }
    }

    /** Prepares, executes and forgets. Answered as EXECUTE. */
    record ExecuteDirect(
            ExecuteOptions options,
            String sql,
            GeneratedKeys generatedKeys,
            List<Object> parameters)
            implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.EXECUTE_DIRECT;
        }

        @Override
        public void writeBody(ValueWriter out) throws IOException {
            options.writeTo(out.frame());
            generatedKeys.writeTo(out.frame());
            out.writeSql(sql);
            out.writeList(parameters);
        }
    }

    /**
     * A part of a batch of a prepared statement. Only the {@code last} part is answered, with
     * BATCH_COUNTS for all of them. Written incrementally by {@link BatchWriter}.
     *
     * @param rows parameters of each execution, all of the same number
     */
    record Batch(
            int statementId,
            int transactionSequence,
            boolean last,
            int queryTimeoutMillis,
            List<List<Object>> rows)
            implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.BATCH;
        }

        @Override
        public boolean hasReply() {
            return last;
        }

        @Override
        public void writeBody(ValueWriter out) throws IOException {
            FrameWriter frame = out.frame();
            frame.writeInt(statementId);
            frame.writeInt(transactionSequence);
            frame.writeBoolean(last);
            frame.writeInt(queryTimeoutMillis);
            frame.writeInt(rows.size());
            int columnCount = rows.isEmpty() ? 0 : rows.get(0).size();
            frame.writeShort(columnCount);
            for (List<Object> row : rows) {
                BatchWriter.writeRow(out, columnCount, row);
            }
        }
    }

    /** A part of a batch of SQL texts; as {@link Batch}. */
    record BatchDirect(
            int transactionSequence, boolean last, int queryTimeoutMillis, List<String> statements)
            implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.BATCH_DIRECT;
        }

        @Override
        public boolean hasReply() {
            return last;
        }

        @Override
        public void writeBody(ValueWriter out) throws IOException {
            FrameWriter frame = out.frame();
            frame.writeInt(transactionSequence);
            frame.writeBoolean(last);
            frame.writeInt(queryTimeoutMillis);
            statements.forEach(ValueWriter::requireSqlLength);
            out.writeList(statements);
        }
    }

    /** What are its parameters and columns? Answered with DESCRIPTION. */
    record Describe(int statementId) implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.DESCRIBE;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeInt(statementId);
        }
    }

    /**
     * More rows of an open result. Answered with ROWS.
     *
     * @param maxRows most rows wanted now; 0 for as many as the execution's fetchSize
     */
    record Fetch(int cursorId, int maxRows) implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.FETCH;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeInt(cursorId);
            out.frame().writeInt(maxRows);
        }
    }

    /** The rest of a result is not wanted. Unknown cursors are ignored. */
    record CloseCursor(int cursorId) implements Unanswered {
        @Override
        public RequestTag tag() {
            return RequestTag.CLOSE_CURSOR;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeInt(cursorId);
        }
    }

    /** A prepared statement is not needed any more. Unknown ones are ignored. */
    record CloseStatement(int statementId) implements Unanswered {
        @Override
        public RequestTag tag() {
            return RequestTag.CLOSE_STATEMENT;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeInt(statementId);
        }
    }

    /** Answered with DONE, or an ERROR that says what became of the transaction. */
    record Commit(int transactionSequence) implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.COMMIT;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeInt(transactionSequence);
        }
    }

    /** Answered with DONE. */
    record Rollback(int transactionSequence) implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.ROLLBACK;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeInt(transactionSequence);
        }
    }

    /**
     * Sets a savepoint; may be the first request of its transaction. Answered with DONE.
     *
     * @param name unique among the transaction's savepoints, chosen by the client
     */
    record Savepoint(int transactionSequence, String name) implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.SAVEPOINT;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeInt(transactionSequence);
            out.frame().writeString(name);
        }
    }

    /** Forgets a savepoint. Answered with DONE. */
    record ReleaseSavepoint(String name) implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.RELEASE_SAVEPOINT;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeString(name);
        }
    }

    /**
     * Takes back what came after a savepoint; also makes a doomed transaction usable. Answered with
     * DONE.
     */
    record RollbackToSavepoint(String name) implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.ROLLBACK_TO_SAVEPOINT;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeString(name);
        }
    }

    /**
     * The session's options from here on; sent only when one has changed. Switching auto-commit on
     * within a transaction is preceded by COMMIT.
     *
     * @param isolation as in java.sql.Connection
     * @param schema null leaves it as it is
     * @param catalog null leaves it as it is
     */
    record SetOptions(
            boolean autoCommit, int isolation, boolean readOnly, String schema, String catalog)
            implements Unanswered {
        @Override
        public RequestTag tag() {
            return RequestTag.SET_OPTIONS;
        }

        @Override
        public void writeBody(ValueWriter out) {
            FrameWriter frame = out.frame();
            frame.writeBoolean(autoCommit);
            frame.writeByte(isolation);
            frame.writeBoolean(readOnly);
            frame.writeNullableString(schema);
            frame.writeNullableString(catalog);
        }
    }

    /**
     * Calls a method of DatabaseMetaData that returns rows. Answered as a query.
     *
     * @param method its name, such as {@code getTables}
     * @param arguments in order; a String[] or int[] travels as an {@link ArrayValue}, a boolean as
     *     a boolean
     */
    record Metadata(String method, List<Object> arguments) implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.METADATA;
        }

        @Override
        public void writeBody(ValueWriter out) throws IOException {
            out.frame().writeString(method);
            out.writeList(arguments);
        }
    }

    /**
     * All methods of DatabaseMetaData without arguments that return a boolean, int, long or String
     * at once. Answered with rows (method name, value).
     */
    record MetadataValues() implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.METADATA_VALUES;
        }

        @Override
        public void writeBody(ValueWriter out) {}
    }

    /**
     * What became of a transaction of this or another session of the same user? Answered with
     * OUTCOME_IS.
     */
    record Outcome(TransactionId transaction) implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.OUTCOME;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeLong(transaction.sessionId());
            out.frame().writeInt(transaction.sequence());
        }
    }

    /** A piece of a large value that the next request refers to. */
    // Copying every chunk to make the record immutable would double the cost of a large value.
    @SuppressWarnings("ArrayRecordComponent")
    record ValueChunk(int valueId, boolean last, byte[] bytes) implements Unanswered {
        @Override
        public RequestTag tag() {
            return RequestTag.VALUE_CHUNK;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeInt(valueId);
            out.frame().writeBoolean(last);
            out.frame().writeBytes(bytes);
        }
    }

    /**
     * Decodes the body of one frame.
     *
     * @param in at the body's beginning; knows the large values sent in front of it
     */
    static Request decode(RequestTag tag, FrameReader in) throws ProtocolException {
        return RequestDecoder.decode(tag, in);
    }
}
