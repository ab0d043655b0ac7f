package io.lockstep.controller.redo;

import io.lockstep.controller.recoverylog.LogException;
import io.lockstep.controller.recoverylog.LogRecord;
import io.lockstep.controller.recoverylog.LogRecord.Kind;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.protocol.TransactionId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What takes a commit record back: i64 sequence of that record, then per member i64 session and u32
 * sequence.
 *
 * @param commit sequence of the commit record
 * @param members the transactions that were to be committed together; each may have been committed
 *     by itself later
 */
public record AbortRecord(long commit, List<TransactionId> members) {
    private static final int MEMBER_BYTES = Long.BYTES + Integer.BYTES;

    public AbortRecord {
        members = List.copyOf(members);
    }

    /** Reads a record of kind ABORT. */
    public static AbortRecord of(LogRecord record) throws DamagedRedoException {
        ByteBuffer payload = ByteBuffer.wrap(record.payload());
        if (payload.limit() < Long.BYTES || (payload.limit() - Long.BYTES) % MEMBER_BYTES != 0) {
            throw new DamagedRedoException(
                    "abort record %d of %d bytes".formatted(record.sequence(), payload.limit()));
        }
        long commit = payload.getLong();
        List<TransactionId> members = new ArrayList<>();
        while (payload.hasRemaining()) {
            members.add(new TransactionId(payload.getLong(), payload.getInt()));
        }
        return new AbortRecord(commit, members);
    }

    /**
     * Appends it, not forced.
     *
     * @return its sequence
     */
    public long append(RecoveryLog log) throws LogException {
        ByteBuffer payload = ByteBuffer.allocate(Long.BYTES + members.size() * MEMBER_BYTES);
        payload.putLong(commit);
        members.forEach(member -> payload.putLong(member.sessionId()).putInt(member.sequence()));
        return log.append(Kind.ABORT, 0, payload.array(), 0, payload.capacity());
    }
}
