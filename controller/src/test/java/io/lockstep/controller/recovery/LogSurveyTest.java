package io.lockstep.controller.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.recoverylog.LogRecord.Kind;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.controller.redo.MemoryDirectory;
import io.lockstep.controller.redo.Outcomes;
import io.lockstep.controller.redo.RedoLog;
import io.lockstep.controller.redo.RedoStep;
import io.lockstep.controller.redo.RedoWriter;
import io.lockstep.controller.redo.TestLog;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a start concludes from the log about transactions without a trace in it. */
class LogSurveyTest {
    private static final int RUN = 7;

    private RedoLog redo;

    @BeforeEach
    void open() throws IOException {
        redo = TestLog.redo(new MemoryDirectory());
    }

    @AfterEach
    void close() throws IOException {
        redo.close();
    }

    private static TransactionId id(int run, int session, int number) {
        return new TransactionId((long) run << Integer.SIZE | session, number);
    }

    private void commit(TransactionId id) throws IOException {
        RedoWriter writer = redo.begin();
        writer.add(new RedoStep.Schema("s"));
        RedoLog.Commit commit = redo.append(writer, List.of(id));
        redo.force(commit);
        redo.committed(commit);
    }

    /** Of several segments only the last is left. */
    private void loseTheBeginning() throws IOException {
        RecoveryLog log = redo.log();
        for (int i = 0; i < 10; i++) {
            log.force(log.append(Kind.VALUE, 1, new byte[1 << 19], 0, 1 << 19));
        }
        log.purge(log.lastSequence());
        assertThat(log.firstSequence()).isGreaterThan(1);
    }

    private TransactionOutcome of(TransactionId id) throws IOException {
        Outcomes outcomes = LogSurvey.of(redo.log()).outcomes();
        return outcomes.of(id);
    }

    @Test
    void aWholeLogKnowsWhatWasNeverCommitted() throws Exception {
        new Reign(1, RUN).begin(redo.log());
        commit(id(RUN, 1, 5));
        assertThat(of(id(RUN, 1, 5))).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(of(id(RUN, 1, 4))).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(of(id(RUN, 2, 1))).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void whatMayStandInTheLostBeginningIsNotTakenForRolledBack() throws Exception {
        new Reign(1, RUN).begin(redo.log());
        commit(id(RUN, 1, 5));
        loseTheBeginning();
        commit(id(RUN, 1, 7));
        new Reign(2, RUN).begin(redo.log()); // a database came back: the same run
        assertThat(of(id(RUN, 1, 5))).isEqualTo(TransactionOutcome.UNKNOWN);
        assertThat(of(id(RUN, 2, 1))).isEqualTo(TransactionOutcome.UNKNOWN);
        assertThat(of(id(RUN, 1, 8)))
                .as("behind something that the log still has")
                .isEqualTo(TransactionOutcome.ROLLED_BACK);

        new Reign(3, RUN + 1).begin(redo.log());
        assertThat(of(id(RUN + 1, 1, 1))).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }
}
