package io.lockstep.controller.redo;

import io.lockstep.controller.recoverylog.LogReader;
import io.lockstep.controller.recoverylog.LogRecord;
import io.lockstep.controller.recoverylog.LogRecord.Kind;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.protocol.FrameReader;
import io.lockstep.protocol.LargeValueResolver;
import io.lockstep.protocol.ProtocolException;
import io.lockstep.protocol.TransactionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * A commit as it stands in the log.
 *
 * <pre>
 * COMMIT payload  steps ..., trailer, u32 length of the steps
 * trailer         i64 first piece (0 = none), u32 members, per member: i64 session, u32 sequence,
 *                 u32 ranges, per range: u32 from, u32 to (steps that were rolled back),
 *                 string time zone
 * STATEMENT       steps ...: those before, of the same transaction
 * VALUE           u32 value id, u8 last, bytes: a chunk of a large value of the steps that follow
 * </pre>
 */
public final class CommitRecord {
    static final int CHUNK_HEADER_BYTES = 5;
    private static final int MEMBER_BYTES = 12;
    private static final int RANGE_BYTES = 8;

    private final LogRecord record;
    private final int stepsLength;
    private final long firstPiece;
    private final ZoneId zone;
    private final List<TransactionId> members = new ArrayList<>();
    private final List<RedoWriter.Range> undone = new ArrayList<>();

    /** Takes each step in turn. */
    @FunctionalInterface
    public interface StepConsumer<E extends Exception> {
        void accept(RedoStep step) throws E, IOException;
    }

    private CommitRecord(LogRecord record) throws ProtocolException, DamagedRedoException {
        this.record = record;
        byte[] payload = record.payload();
        if (payload.length < Integer.BYTES) {
            throw new DamagedRedoException("a commit record of " + payload.length + " bytes");
        }
        int end = payload.length - Integer.BYTES;
        this.stepsLength = ByteBuffer.wrap(payload).getInt(end);
        if (stepsLength < 0 || stepsLength > end) {
            throw new DamagedRedoException("a commit record whose trailer is at " + stepsLength);
        }
        FrameReader trailer =
                new FrameReader()
                        .wrap(payload, stepsLength, end - stepsLength, LargeValueResolver.NONE);
        this.firstPiece = trailer.readLong();
        for (int i = trailer.readCount(MEMBER_BYTES); i > 0; i--) {
            members.add(new TransactionId(trailer.readLong(), trailer.readInt()));
        }
        for (int i = trailer.readCount(RANGE_BYTES); i > 0; i--) {
            undone.add(new RedoWriter.Range(trailer.readInt(), trailer.readInt()));
        }
        this.zone = zone(trailer.readString());
        trailer.expectEnd("a commit record");
    }

    private static ZoneId zone(String id) throws DamagedRedoException {
        try {
            return ZoneId.of(id);
        } catch (DateTimeException e) {
            throw new DamagedRedoException("a commit record of the time zone " + id, e);
        }
    }

    /**
     * Reads a record of kind COMMIT.
     *
     * @throws DamagedRedoException if it is not what this version writes
     */
    public static CommitRecord of(LogRecord record) throws DamagedRedoException {
        try {
            return new CommitRecord(record);
        } catch (ProtocolException e) {
            throw new DamagedRedoException(
                    "commit record " + record.sequence() + ": " + e.getMessage(), e);
        }
    }

    /** The number of this commit. */
    public long sequence() {
        return record.sequence();
    }

    /**
     * The usual time zone of the controller that wrote it: what its texts mean hangs on it unless
     * its session had set another one.
     */
    public ZoneId zone() {
        return zone;
    }

    /** How much memory its record takes. */
    public int bytes() {
        return record.payload().length;
    }

    /**
     * The ids of the transactions that were committed together; one may have two, see {@link
     * TransactionId}.
     */
    public List<TransactionId> members() {
        return members;
    }

    /**
     * The first record that belongs to it; must be in the log as long as the commit may be redone.
     */
    public long firstRecord() {
        return firstPiece == 0 ? sequence() : firstPiece;
    }

    /**
     * Gives the steps that count, in order. Memory is bounded whatever the transaction's size:
     * large values pass through a file in {@code spillDirectory}, and are valid until the next
     * step.
     *
     * @throws DamagedRedoException if pieces are missing or cannot be read
     */
    public <E extends Exception> void steps(
            RecoveryLog log, Path spillDirectory, StepConsumer<E> consumer) throws IOException, E {
        try (Pieces pieces = new Pieces(spillDirectory)) {
            int ordinal = 0;
            if (firstPiece != 0) {
                try (LogReader reader = log.read(firstPiece)) {
                    for (LogRecord piece = reader.next();
                            piece != null && piece.sequence() < sequence();
                            piece = reader.next()) {
                        if (piece.transaction() == record.transaction()) {
                            ordinal = piece(piece, pieces, ordinal, consumer);
                        }
                    }
                }
            }
            decode(record.payload(), stepsLength, pieces, ordinal, consumer);
        }
    }

    private <E extends Exception> int piece(
            LogRecord piece, Pieces pieces, int ordinal, StepConsumer<E> consumer)
            throws IOException, E {
        byte[] payload = piece.payload();
        if (piece.kind() == Kind.VALUE) {
            pieces.add(payload);
            return ordinal;
        }
        if (piece.kind() != Kind.STATEMENT) {
            throw new DamagedRedoException(
                    "record %d of kind %s among the statements of commit %d"
                            .formatted(piece.sequence(), piece.kind(), sequence()));
        }
        return decode(payload, payload.length, pieces, ordinal, consumer);
    }

    private <E extends Exception> int decode(
            byte[] bytes, int length, Pieces pieces, int first, StepConsumer<E> consumer)
            throws IOException, E {
        FrameReader in = new FrameReader().wrap(bytes, 0, length, pieces);
        int ordinal = first;
        while (in.remaining() > 0) {
            RedoStep step = StepCoding.read(in);
            if (counts(ordinal++)) {
                consumer.accept(step);
            }
        }
        pieces.forget();
        return ordinal;
    }

    private boolean counts(int ordinal) {
        return undone.stream().noneMatch(r -> ordinal >= r.from() && ordinal < r.to());
    }
}
