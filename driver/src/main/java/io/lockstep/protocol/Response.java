package io.lockstep.protocol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Controller to client. Each record is one frame, laid out as a {@link Request}'s.
 *
 * <p>During a session every frame but VALUE_CHUNK is a {@link Reply}. Rows are written with {@link
 * RowsWriter} rather than as records; both give the same bytes.
 */
public sealed interface Response {
    ResponseTag tag();

    /** Writes the body, between the frame's begin and end. */
    void writeBody(ValueWriter out) throws IOException;

    /** Writes the whole frame; if that fails, nothing of it stays in the writer. */
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

    /** Answers a request; begins with flags u8 and the session's transaction status u8. */
    sealed interface Reply extends Response {
        TransactionStatus status();

        /** True if the request's answer goes on with another frame. */
        default boolean resultFollows() {
            return false;
        }
    }

    /** Answers HELLO. */
    record Challenge(String scramServerFirst) implements Response {
        @Override
        public ResponseTag tag() {
            return ResponseTag.CHALLENGE;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeString(scramServerFirst);
        }
    }

    /**
     * Answers SCRAM_FINAL: the session is open, in auto-commit.
     *
     * @param version protocol version both ends use from here on
     * @param features of those the client offered, the ones in use
     * @param secret needed to cancel this session; never logged
     * @param productName what DatabaseMetaData says of the backends
     * @param isolation the backends' default, as in java.sql.Connection
     * @param schema current schema, null if there is none
     * @param catalog current catalog, null if there is none
     * @param ddlCommits whether DDL commits the open transaction before it is carried out
     */
    record Welcome(
            int version,
            long features,
            long sessionId,
            long secret,
            String scramServerFinal,
            String controllerVersion,
            String productName,
            String productVersion,
            int isolation,
            String schema,
            String catalog,
            boolean ddlCommits)
            implements Response {
        @Override
        public ResponseTag tag() {
            return ResponseTag.WELCOME;
        }

        @Override
        public void writeBody(ValueWriter out) {
            FrameWriter frame = out.frame();
            frame.writeShort(version);
            frame.writeLong(features);
            frame.writeLong(sessionId);
            frame.writeLong(secret);
            frame.writeString(scramServerFinal);
            frame.writeString(controllerVersion);
            frame.writeString(productName);
            frame.writeString(productVersion);
            frame.writeByte(isolation);
            frame.writeNullableString(schema);
            frame.writeNullableString(catalog);
            frame.writeBoolean(ddlCommits);
        }

        private static Welcome readFrom(FrameReader in) throws ProtocolException {
            return new Welcome(
                    in.readUnsignedShort(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readString(),
                    in.readString(),
                    in.readString(),
                    in.readString(),
                    in.readUnsignedByte(),
                    in.readNullableString(),
                    in.readNullableString(),
                    in.readBoolean());
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "Welcome[version="
                    + version
                    + ", sessionId="
                    + Long.toHexString(sessionId)
                    + "]";
        }
    }

    /** Answers PING. */
    record Pong(TransactionStatus status) implements Reply {
        @Override
        public ResponseTag tag() {
            return ResponseTag.PONG;
        }

        @Override
        public void writeBody(ValueWriter out) {
            writeReplyHeader(out, 0, status);
        }
    }

    /** Answers what has no result of its own: commit, rollback, savepoints. */
    record Done(TransactionStatus status) implements Reply {
        @Override
        public ResponseTag tag() {
            return ResponseTag.DONE;
        }

        @Override
        public void writeBody(ValueWriter out) {
            writeReplyHeader(out, 0, status);
        }
    }

    /**
     * The request failed.
     *
     * @param fatal the controller closes the connection after this
     * @param next chained exceptions, in order; the writer keeps the first 16
     * @param batchCounts for a batch: counts of what was done before, after those of BATCH_COUNTS
     *     frames already sent; null otherwise
     * @param failedIndex for a batch: index of the execution that failed; -1 if not known or no
     *     batch
     */
    record Failed(
            TransactionStatus status,
            boolean fatal,
            ErrorDetail error,
            List<ErrorDetail> next,
            UpdateCounts batchCounts,
            int failedIndex)
            implements Reply {
        private static final int NEXT_MAX = 16;

        public Failed {
            next = List.copyOf(next.size() > NEXT_MAX ? next.subList(0, NEXT_MAX) : next);
        }

        /** A failure of something other than a batch, without chained exceptions. */
        public Failed(TransactionStatus status, boolean fatal, ErrorDetail error) {
            this(status, fatal, error, List.of(), null, -1);
        }

        @Override
        public ResponseTag tag() {
            return ResponseTag.ERROR;
        }

        @Override
        public void writeBody(ValueWriter out) {
            writeReplyHeader(out, fatal ? ReplyFlags.FATAL : 0, status);
            FrameWriter frame = out.frame();
            error.writeTo(frame);
            frame.writeShort(next.size());
            for (ErrorDetail detail : next) {
                detail.writeTo(frame);
            }
            frame.writeBoolean(batchCounts != null);
            if (batchCounts != null) {
                batchCounts.writeTo(frame);
            }
            frame.writeInt(failedIndex);
        }

        private static Failed readFrom(FrameReader in) throws ProtocolException {
            int flags = ReplyFlags.read(in);
            TransactionStatus status = TransactionStatus.of(in.readUnsignedByte());
            ErrorDetail error = ErrorDetail.readFrom(in);
            int count = in.readUnsignedShort();
            if (count > NEXT_MAX) {
                throw new ProtocolException(count + " chained errors");
            }
            List<ErrorDetail> next = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                next.add(ErrorDetail.readFrom(in));
            }
            UpdateCounts batchCounts = in.readBoolean() ? UpdateCounts.readFrom(in) : null;
            boolean fatal = ReplyFlags.has(flags, ReplyFlags.FATAL);
            return new Failed(status, fatal, error, next, batchCounts, in.readInt());
        }
    }

    /**
     * A result's description and its first rows; for a small result all of them.
     *
     * @param outParameters the one row holds the OUT parameters of a call
     */
    record RowsDescribed(
            TransactionStatus status, boolean resultFollows, boolean outParameters, RowSet rowSet)
            implements Reply {
        @Override
        public ResponseTag tag() {
            return ResponseTag.ROWS_DESCRIBED;
        }

        @Override
        public void writeBody(ValueWriter out) {
            writeReplyHeader(out, rowFlags(resultFollows, outParameters, rowSet), status);
            rowSet.writeTo(out.frame());
        }
    }

    /**
     * Rows of a result described before: either more rows of a cursor (answer to FETCH), or the
     * first ones of a prepared statement's new execution whose columns are the same as at its last
     * one.
     */
    record Rows(
            TransactionStatus status, boolean resultFollows, boolean outParameters, RowSet rowSet)
            implements Reply {
        @Override
        public ResponseTag tag() {
            return ResponseTag.ROWS;
        }

        @Override
        public void writeBody(ValueWriter out) {
            writeReplyHeader(out, rowFlags(resultFollows, outParameters, rowSet), status);
            rowSet.writeTo(out.frame());
        }
    }

    /**
     * A statement without rows was executed.
     *
     * @param count rows changed; -1 for "there is no result" where a statement gives neither rows
     *     nor a count
     * @param keys generated keys if asked for, else null
     */
    record UpdateCount(TransactionStatus status, boolean resultFollows, long count, RowSet keys)
            implements Reply {
        @Override
        public ResponseTag tag() {
            return ResponseTag.UPDATE_COUNT;
        }

        @Override
        public void writeBody(ValueWriter out) {
            writeReplyHeader(out, keyFlags(resultFollows, keys), status);
            out.frame().writeLong(count);
            if (keys != null) {
                keys.writeTo(out.frame());
            }
        }

        private static UpdateCount readFrom(FrameReader in) throws ProtocolException {
            int flags = ReplyFlags.read(in);
            TransactionStatus status = TransactionStatus.of(in.readUnsignedByte());
            long count = in.readLong();
            boolean follows = ReplyFlags.has(flags, ReplyFlags.RESULT_FOLLOWS);
            return new UpdateCount(status, follows, count, readKeys(in, flags));
        }
    }

    /**
     * Answers a batch. While {@code resultFollows} another BATCH_COUNTS (or an ERROR) goes on where
     * this one ends: its counts are appended, and so are its keys.
     */
    record BatchCounts(
            TransactionStatus status, boolean resultFollows, UpdateCounts counts, RowSet keys)
            implements Reply {
        @Override
        public ResponseTag tag() {
            return ResponseTag.BATCH_COUNTS;
        }

        @Override
        public void writeBody(ValueWriter out) {
            writeReplyHeader(out, keyFlags(resultFollows, keys), status);
            counts.writeTo(out.frame());
            if (keys != null) {
                keys.writeTo(out.frame());
            }
        }

        private static BatchCounts readFrom(FrameReader in) throws ProtocolException {
            int flags = ReplyFlags.read(in);
            TransactionStatus status = TransactionStatus.of(in.readUnsignedByte());
            UpdateCounts counts = UpdateCounts.readFrom(in);
            boolean follows = ReplyFlags.has(flags, ReplyFlags.RESULT_FOLLOWS);
            return new BatchCounts(status, follows, counts, readKeys(in, flags));
        }
    }

    /**
     * Answers DESCRIBE.
     *
     * @param columns null if the statement gives no rows, or the backend cannot say before it is
     *     executed
     */
    record Description(
            TransactionStatus status, List<ParameterDescription> parameters, RowDescription columns)
            implements Reply {
        public Description {
            parameters = List.copyOf(parameters);
        }

        @Override
        public ResponseTag tag() {
            return ResponseTag.DESCRIPTION;
        }

        @Override
        public void writeBody(ValueWriter out) {
            writeReplyHeader(out, 0, status);
            FrameWriter frame = out.frame();
            frame.writeInt(parameters.size());
            for (ParameterDescription parameter : parameters) {
                parameter.writeTo(frame);
            }
            frame.writeBoolean(columns != null);
            if (columns != null) {
                columns.writeTo(frame);
            }
        }

        private static Description readFrom(FrameReader in) throws ProtocolException {
            ReplyFlags.read(in);
            TransactionStatus status = TransactionStatus.of(in.readUnsignedByte());
            int count = in.readCount(ParameterDescription.BYTES_MIN);
            List<ParameterDescription> parameters = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                parameters.add(ParameterDescription.readFrom(in));
            }
            RowDescription columns = in.readBoolean() ? RowDescription.readFrom(in) : null;
            return new Description(status, parameters, columns);
        }
    }

    /**
     * Answers OUTCOME.
     *
     * @param counts the update counts that were lost with the answer; null if they are not known
     */
    record OutcomeIs(TransactionStatus status, TransactionOutcome outcome, UpdateCounts counts)
            implements Reply {
        @Override
        public ResponseTag tag() {
            return ResponseTag.OUTCOME_IS;
        }

        @Override
        public void writeBody(ValueWriter out) {
            writeReplyHeader(out, 0, status);
            out.frame().writeByte(outcome.code());
            out.frame().writeBoolean(counts != null);
            if (counts != null) {
                counts.writeTo(out.frame());
            }
        }
    }

    /** A piece of a large value that the next reply with rows refers to. */
    // Copying every chunk to make the record immutable would double the cost of a large value.
    @SuppressWarnings("ArrayRecordComponent")
    record ValueChunk(int valueId, boolean last, byte[] bytes) implements Response {
        @Override
        public ResponseTag tag() {
            return ResponseTag.VALUE_CHUNK;
        }

        @Override
        public void writeBody(ValueWriter out) {
            out.frame().writeInt(valueId);
            out.frame().writeBoolean(last);
            out.frame().writeBytes(bytes);
        }
    }

    /**
     * Decodes the body of one frame. Rows are not decoded: the result keeps the reader's array.
     *
     * @param in at the body's beginning; knows the large values sent in front of it
     */
    static Response decode(ResponseTag tag, FrameReader in) throws ProtocolException {
        Response response =
                switch (tag) {
                    case CHALLENGE -> new Challenge(in.readString());
                    case WELCOME -> Welcome.readFrom(in);
                    case PONG -> new Pong(readPlainStatus(in));
                    case DONE -> new Done(readPlainStatus(in));
                    case ERROR -> Failed.readFrom(in);
                    case ROWS_DESCRIBED -> readRows(in, true);
                    case ROWS -> readRows(in, false);
                    case UPDATE_COUNT -> UpdateCount.readFrom(in);
                    case BATCH_COUNTS -> BatchCounts.readFrom(in);
                    case DESCRIPTION -> Description.readFrom(in);
                    case OUTCOME_IS ->
                            new OutcomeIs(
                                    readPlainStatus(in),
                                    TransactionOutcome.of(in.readUnsignedByte()),
                                    in.readBoolean() ? UpdateCounts.readFrom(in) : null);
                    case VALUE_CHUNK ->
                            new ValueChunk(in.readInt(), in.readBoolean(), in.readBytes());
                };
        in.expectEnd(tag);
        return response;
    }

    private static void writeReplyHeader(ValueWriter out, int flags, TransactionStatus status) {
        out.frame().writeByte(flags);
        out.frame().writeByte(status.code());
    }

    private static int rowFlags(boolean resultFollows, boolean outParameters, RowSet rowSet) {
        return (resultFollows ? ReplyFlags.RESULT_FOLLOWS : 0)
                | (outParameters ? ReplyFlags.OUT_PARAMETERS : 0)
                | (rowSet.last() ? ReplyFlags.LAST_ROWS : 0);
    }

    private static int keyFlags(boolean resultFollows, RowSet keys) {
        return (resultFollows ? ReplyFlags.RESULT_FOLLOWS : 0)
                | (keys != null ? ReplyFlags.KEYS : 0)
                | (keys != null && keys.last() ? ReplyFlags.LAST_ROWS : 0);
    }

    private static TransactionStatus readPlainStatus(FrameReader in) throws ProtocolException {
        ReplyFlags.read(in);
        return TransactionStatus.of(in.readUnsignedByte());
    }

    private static Reply readRows(FrameReader in, boolean described) throws ProtocolException {
        int flags = ReplyFlags.read(in);
        TransactionStatus status = TransactionStatus.of(in.readUnsignedByte());
        boolean follows = ReplyFlags.has(flags, ReplyFlags.RESULT_FOLLOWS);
        boolean outParameters = ReplyFlags.has(flags, ReplyFlags.OUT_PARAMETERS);
        RowSet rowSet = RowSet.readFrom(in, ReplyFlags.has(flags, ReplyFlags.LAST_ROWS), described);
        return described
                ? new RowsDescribed(status, follows, outParameters, rowSet)
                : new Rows(status, follows, outParameters, rowSet);
    }

    private static RowSet readKeys(FrameReader in, int flags) throws ProtocolException {
        return ReplyFlags.has(flags, ReplyFlags.KEYS)
                ? RowSet.readFrom(in, ReplyFlags.has(flags, ReplyFlags.LAST_ROWS), true)
                : null;
    }
}
