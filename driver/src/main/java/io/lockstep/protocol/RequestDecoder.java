package io.lockstep.protocol;

import java.util.ArrayList;
import java.util.List;

/** Reads the bodies of requests; the mirror of their {@code writeBody}. */
final class RequestDecoder {
    private RequestDecoder() {}

    static Request decode(RequestTag tag, FrameReader in) throws ProtocolException {
        Request request =
                switch (tag) {
                    case HELLO -> readHello(in);
                    case SCRAM_FINAL -> new Request.ScramFinal(in.readString());
                    case CANCEL -> new Request.Cancel(in.readLong(), in.readLong());
                    case TERMINATE -> new Request.Terminate();
                    case PING -> new Request.Ping();
                    case PREPARE -> readPrepare(in);
                    case EXECUTE ->
                            new Request.Execute(
                                    in.readInt(),
                                    ExecuteOptions.readFrom(in),
                                    ValueDecoder.readList(in, 0));
                    case EXECUTE_DIRECT -> readExecuteDirect(in);
                    case BATCH -> readBatch(in);
                    case BATCH_DIRECT -> readBatchDirect(in);
                    case DESCRIBE -> new Request.Describe(in.readInt());
                    case FETCH -> readFetch(in);
                    case CLOSE_CURSOR -> new Request.CloseCursor(in.readInt());
                    case CLOSE_STATEMENT -> new Request.CloseStatement(in.readInt());
                    case COMMIT -> new Request.Commit(in.readInt());
                    case ROLLBACK -> new Request.Rollback(in.readInt());
                    case SAVEPOINT -> new Request.Savepoint(in.readInt(), in.readString());
                    case RELEASE_SAVEPOINT -> new Request.ReleaseSavepoint(in.readString());
                    case ROLLBACK_TO_SAVEPOINT -> new Request.RollbackToSavepoint(in.readString());
                    case SET_OPTIONS -> readSetOptions(in);
                    case METADATA ->
                            new Request.Metadata(in.readString(), ValueDecoder.readList(in, 0));
                    case METADATA_VALUES -> new Request.MetadataValues();
                    case OUTCOME ->
                            new Request.Outcome(new TransactionId(in.readLong(), in.readInt()));
                    case VALUE_CHUNK ->
                            new Request.ValueChunk(in.readInt(), in.readBoolean(), in.readBytes());
                };
        in.expectEnd(tag);
        return request;
    }

    private static Request readHello(FrameReader in) throws ProtocolException {
        int magic = in.readInt();
        if (magic != Protocol.MAGIC) {
            throw new ProtocolException(
                    "this is not a Lockstep client: magic 0x%08X".formatted(magic));
        }
        Request.Hello hello =
                new Request.Hello(
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

    private static Request readPrepare(FrameReader in) throws ProtocolException {
        int statementId = in.readInt();
        GeneratedKeys generatedKeys = GeneratedKeys.readFrom(in);
        return new Request.Prepare(statementId, in.readSql(), generatedKeys);
    }

    private static Request readExecuteDirect(FrameReader in) throws ProtocolException {
        ExecuteOptions options = ExecuteOptions.readFrom(in);
        GeneratedKeys generatedKeys = GeneratedKeys.readFrom(in);
        return new Request.ExecuteDirect(
                options, in.readSql(), generatedKeys, ValueDecoder.readList(in, 0));
    }

    private static Request readBatch(FrameReader in) throws ProtocolException {
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
        return new Request.Batch(statementId, transactionSequence, last, queryTimeoutMillis, rows);
    }

    private static Request readBatchDirect(FrameReader in) throws ProtocolException {
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
        return new Request.BatchDirect(transactionSequence, last, queryTimeoutMillis, statements);
    }

    private static Request readFetch(FrameReader in) throws ProtocolException {
        return new Request.Fetch(in.readInt(), ExecuteOptions.nonNegative(in.readInt(), "maxRows"));
    }

    private static Request readSetOptions(FrameReader in) throws ProtocolException {
        return new Request.SetOptions(
                in.readBoolean(),
                in.readUnsignedByte(),
                in.readBoolean(),
                in.readNullableString(),
                in.readNullableString());
    }
}
