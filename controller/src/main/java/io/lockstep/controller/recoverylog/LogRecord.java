package io.lockstep.controller.recoverylog;

import java.util.Arrays;
import java.util.Objects;

/**
 * One record of the log.
 *
 * @param sequence its number: 1, 2, 3 ..., never reused. That of a commit record is the commit
 *     sequence
 * @param epoch reign of the controller that wrote it
 * @param transaction id of the transaction it belongs to, or what the writer chose
 * @param payload meaning is the writer's business; not copied, so not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode compare what is in it
public record LogRecord(long sequence, long epoch, Kind kind, long transaction, byte[] payload) {

    /** What a record says. The codes are on disk and never change; 5, 6, 8 and 9 are unused. */
    public enum Kind {
        /** A controller's reign begins. */
        EPOCH(1),
        /** A statement of a transaction. */
        STATEMENT(2),
        /** A transaction is to be committed; decided once one database has. */
        COMMIT(3),
        /** A transaction with a commit record is not committed after all. */
        ABORT(4),
        /** A named position. */
        CHECKPOINT(7),
        /** A piece of a large value. */
        VALUE(10);

        private static final Kind[] BY_CODE = new Kind[11];

        static {
            for (Kind kind : values()) {
                BY_CODE[kind.code] = kind;
            }
        }

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** The byte on disk. */
        public int code() {
            return code;
        }

        /** The kind with this code, or null: a later version's. */
        static Kind of(int code) {
            return code < BY_CODE.length ? BY_CODE[code] : null;
        }

        /**
         * Whether it may use the space that is kept back when no more can be had: what tells how
         * transactions ended and who reigns must not fail for want of space.
         */
        boolean mayUseReserve() {
            return switch (this) {
                case EPOCH, ABORT -> true;
                case STATEMENT, COMMIT, CHECKPOINT, VALUE -> false;
            };
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogRecord that
                && sequence == that.sequence
                && epoch == that.epoch
                && kind == that.kind
                && transaction == that.transaction
                && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return Objects.hash(sequence, epoch, kind, transaction, Arrays.hashCode(payload));
    }

    @Override
    public String toString() {
        return "record %d %s transaction %d epoch %d, %d bytes"
                .formatted(sequence, kind, transaction, epoch, payload.length);
    }
}
