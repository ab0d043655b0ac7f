package io.lockstep.protocol;

import java.io.IOException;
import java.util.ArrayList;
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

        private static Hello readFrom(FrameReader in) throws ProtocolException {
            int magic = in.readInt();
            if (magic != Protocol.MAGIC) {
                throw new ProtocolException(
                        "this is not a Lockstep client: magic 0x%08X".formatted(magic));
            }
            Hello hello =
                    new Hello(
                            magic,
                            in.readUnsignedShort(),
                            in.readUnsignedShort(),
                            in.readLong(),
                            in.readString(),
                            in.readString(),
                            in.readString(),
                            in.readString());
            // A later version may append fields; it must still be told which versions are spoken
            // here.
            in.skip(in.remaining());
            return hello;
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
    record Cancel(long sessionId, long secret) implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.CANCEL;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeLong(sessionId);
            out.frame().writeLong(secret);
        }

        @Override
        public boolean hasReply() {
            return false;
        }
    }

    /** Ends the session; an open transaction is rolled back. */
    record Terminate() implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.TERMINATE;
        }

        @Override
        public void writeBody(ValueWriter out) {}

        @Override
        public boolean hasReply() {
            return false;
        }
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
    record Prepare(int statementId, String sql, GeneratedKeys generatedKeys) implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.PREPARE;
        }

        @Override
        public void writeBody(ValueWriter out) throws IOException {
            out.frame().writeInt(statementId);
            generatedKeys.writeTo(out.frame());
            out.writeString(sql);
        }

        @Override
        public boolean hasReply() {
            return false;
        }

        private static Prepare readFrom(FrameReader in) throws ProtocolException {
            int statementId = in.readInt();
            GeneratedKeys generatedKeys = GeneratedKeys.readFrom(in);
            return new Prepare(statementId, in.readSql(), generatedKeys);
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
            out.writeString(sql);
            out.writeList(parameters);
        }

        private static ExecuteDirect readFrom(FrameReader in) throws ProtocolException {
            ExecuteOptions options = ExecuteOptions.readFrom(in);
            GeneratedKeys generatedKeys = GeneratedKeys.readFrom(in);
            return new ExecuteDirect(
                    options, in.readSql(), generatedKeys, ValueDecoder.readList(in, 0));
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

        private static Batch readFrom(FrameReader in) throws ProtocolException {
            int statementId = in.readInt();
            int transactionSequence = in.readInt();
            boolean last = in.readBoolean();
            int queryTimeoutMillis = ExecuteOptions.nonNegative(in.readInt(), "queryTimeoutMillis");
            int rowCount = in.readInt();
            int columnCount = in.readUnsignedShort();
            if (rowCount < 0
                    || rowCount > Protocol.MAX_BATCH_ROWS
                    || (long) rowCount * columnCount > in.remaining()) {
                throw new ProtocolException(
                        "a batch of %s rows of %d parameters in %d bytes"
                                .formatted(
                                        Integer.toUnsignedString(rowCount),
                                        columnCount,
                                        in.remaining()));
            }
            List<List<Object>> rows = new ArrayList<>(rowCount);
            for (int i = 0; i < rowCount; i++) {
                rows.add(ValueDecoder.readValues(in, columnCount, 0));
            }
            return new Batch(statementId, transactionSequence, last, queryTimeoutMillis, rows);
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
            out.writeList(statements);
        }

        private static BatchDirect readFrom(FrameReader in) throws ProtocolException {
            int transactionSequence = in.readInt();
            boolean last = in.readBoolean();
            int queryTimeoutMillis = ExecuteOptions.nonNegative(in.readInt(), "queryTimeoutMillis");
            int count = in.readCount(1);
            if (count > Protocol.MAX_BATCH_ROWS) {
                throw new ProtocolException("a batch of " + count + " statements");
            }
            List<String> statements = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                statements.add(in.readSql());
            }
            return new BatchDirect(transactionSequence, last, queryTimeoutMillis, statements);
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

        private static Fetch readFrom(FrameReader in) throws ProtocolException {
            return new Fetch(in.readInt(), ExecuteOptions.nonNegative(in.readInt(), "maxRows"));
        }
    }

    /** The rest of a result is not wanted. Unknown cursors are ignored. */
    record CloseCursor(int cursorId) implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.CLOSE_CURSOR;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeInt(cursorId);
        }

        @Override
        public boolean hasReply() {
            return false;
        }
    }

    /** A prepared statement is not needed any more. Unknown ones are ignored. */
    record CloseStatement(int statementId) implements Request {
        @Override
        public RequestTag tag() {
            return RequestTag.CLOSE_STATEMENT;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeInt(statementId);
        }

        @Override
        public boolean hasReply() {
            return false;
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
            implements Request {
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

        @Override
        public boolean hasReply() {
            return false;
        }

        private static SetOptions readFrom(FrameReader in) throws ProtocolException {
            return new SetOptions(
                    in.readBoolean(),
                    in.readUnsignedByte(),
                    in.readBoolean(),
                    in.readNullableString(),
                    in.readNullableString());
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
    record ValueChunk(int valueId, boolean last, byte[] bytes) implements Request {
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

        @Override
        public boolean hasReply() {
            return false;
        }
    }

    /**
     * Decodes the body of one frame.
     *
     * @param in at the body's beginning; knows the large values sent in front of it
     */
    static Request decode(RequestTag tag, FrameReader in) throws ProtocolException {
        Request request =
                switch (tag) {
                    case HELLO -> Hello.readFrom(in);
                    case SCRAM_FINAL -> new ScramFinal(in.readString());
                    case CANCEL -> new Cancel(in.readLong(), in.readLong());
                    case TERMINATE -> new Terminate();
                    case PING -> new Ping();
                    case PREPARE -> Prepare.readFrom(in);
                    case EXECUTE ->
                            new Execute(
                                    in.readInt(),
                                    ExecuteOptions.readFrom(in),
                                    ValueDecoder.readList(in, 0));
                    case EXECUTE_DIRECT -> ExecuteDirect.readFrom(in);
                    case BATCH -> Batch.readFrom(in);
                    case BATCH_DIRECT -> BatchDirect.readFrom(in);
                    case DESCRIBE -> new Describe(in.readInt());
                    case FETCH -> Fetch.readFrom(in);
                    case CLOSE_CURSOR -> new CloseCursor(in.readInt());
                    case CLOSE_STATEMENT -> new CloseStatement(in.readInt());
                    case COMMIT -> new Commit(in.readInt());
                    case ROLLBACK -> new Rollback(in.readInt());
                    case SAVEPOINT -> new Savepoint(in.readInt(), in.readString());
                    case RELEASE_SAVEPOINT -> new ReleaseSavepoint(in.readString());
                    case ROLLBACK_TO_SAVEPOINT -> new RollbackToSavepoint(in.readString());
                    case SET_OPTIONS -> SetOptions.readFrom(in);
                    case METADATA -> new Metadata(in.readString(), ValueDecoder.readList(in, 0));
                    case METADATA_VALUES -> new MetadataValues();
                    case OUTCOME -> new Outcome(new TransactionId(in.readLong(), in.readInt()));
                    case VALUE_CHUNK ->
                            new ValueChunk(in.readInt(), in.readBoolean(), in.readBytes());
                };
        in.expectEnd(tag);
        return request;
    }
}
