package io.lockstep.controller.redo;

import io.lockstep.controller.recoverylog.LogRecord;

/** What records say, in words, for an operator who looks at a log. */
public final class RecordText {
    private RecordText() {}

    /** Empty where there is nothing to add; says so if the payload cannot be read. */
    public static String of(LogRecord record) {
        try {
            return switch (record.kind()) {
                case COMMIT -> {
                    CommitRecord commit = CommitRecord.of(record);
                    yield "of %s, first record %d"
                            .formatted(commit.members(), commit.firstRecord());
                }
                case ABORT -> {
                    AbortRecord abort = AbortRecord.of(record);
                    yield "of commit %d, %s".formatted(abort.commit(), abort.members());
                }
                case EPOCH, STATEMENT, CHECKPOINT, VALUE -> "";
            };
        } catch (DamagedRedoException e) {
            return "(cannot be read: " + e.getMessage() + ")";
        }
    }
}
