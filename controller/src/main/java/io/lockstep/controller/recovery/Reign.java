package io.lockstep.controller.recovery;

import io.lockstep.controller.recoverylog.LogException;
import io.lockstep.controller.recoverylog.LogRecord;
import io.lockstep.controller.recoverylog.LogRecord.Kind;
import io.lockstep.controller.recoverylog.RecoveryLog;
import java.nio.ByteBuffer;

/**
 * What an EPOCH record says: a controller has begun to reign over these databases.
 *
 * @param run random, the upper half of the ids of its sessions
 */
public record Reign(long epoch, int run) {
    /** Durable when it returns. */
    void begin(RecoveryLog log) throws LogException {
        log.epoch(epoch);
        byte[] payload = ByteBuffer.allocate(Integer.BYTES).putInt(run).array();
        log.force(log.append(Kind.EPOCH, 0, payload, 0, payload.length));
    }

    static Reign of(LogRecord record) {
        byte[] payload = record.payload();
        return new Reign(
                record.epoch(),
                payload.length == Integer.BYTES ? ByteBuffer.wrap(payload).getInt() : 0);
    }
}
