package io.lockstep.controller.recovery;

import io.lockstep.controller.recoverylog.LogReader;
import io.lockstep.controller.recoverylog.LogRecord;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.controller.redo.AbortRecord;
import io.lockstep.controller.redo.CommitRecord;
import io.lockstep.controller.redo.Outcomes;
import io.lockstep.protocol.TransactionOutcome;
import java.io.IOException;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What the log says by itself, read once from its beginning.
 *
 * @param aborted commits that were taken back
 * @param outcomes what became of the newest transactions, as far as the log knows
 * @param newestEpoch 0 if no controller has ever begun a reign with this log
 * @param commits number of commit records
 */
record LogSurvey(Set<Long> aborted, Outcomes outcomes, long newestEpoch, long commits) {
    static LogSurvey of(RecoveryLog log) throws IOException {
        Set<Long> aborted = new HashSet<>();
        Outcomes outcomes = new Outcomes();
        long newestEpoch = 0;
        long commits = 0;
        OptionalInt incomplete = OptionalInt.empty();
        try (LogReader reader = log.read(log.firstSequence())) {
            for (LogRecord record = reader.next(); record != null; record = reader.next()) {
                newestEpoch = Math.max(newestEpoch, record.epoch());
                switch (record.kind()) {
                    case COMMIT -> {
                        commits++;
                        outcomes.add(
                                CommitRecord.of(record).members(), TransactionOutcome.COMMITTED);
                    }
                    case ABORT -> {
                        AbortRecord abort = AbortRecord.of(record);
                        aborted.add(abort.commit());
                        outcomes.add(abort.members(), TransactionOutcome.ROLLED_BACK);
                    }
                    case EPOCH -> {
                        int run = Reign.of(record).run();
                        if (log.firstSequence() > 1 && incomplete.isEmpty()) {
                            // A run has several epochs: it may have begun in what was dropped.
                            incomplete = OptionalInt.of(run);
                        } else if (incomplete.isEmpty() || incomplete.getAsInt() != run) {
                            outcomes.addRun(run);
                        }
                    }
                    default -> {} // says nothing about transactions as a whole
                }
            }
        }
        return new LogSurvey(aborted, outcomes, newestEpoch, commits);
    }
}
