package io.lockstep.controller.redo;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is still known, and what can be concluded, when there are too many to be remembered. */
class OutcomesTest {
    private static final int RUN = 7;
    private static final long SESSION = session(RUN, 1);

    private final Outcomes outcomes = new Outcomes();

    private static long session(int run, int number) {
        return (long) run << Integer.SIZE | number;
    }

    private void committed(long session, int number) {
        outcomes.add(List.of(new TransactionId(session, number)), TransactionOutcome.COMMITTED);
    }

    private TransactionOutcome of(long session, int number) {
        return outcomes.of(new TransactionId(session, number));
    }

    @Test
    void whatLeftNoTraceWasNeverCommitted() {
        outcomes.addRun(RUN);
        committed(SESSION, 1);
        assertThat(of(SESSION, 1)).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(of(SESSION, 2)).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(of(session(RUN, 2), 1)).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(of(session(RUN + 1, 1), 1)).isEqualTo(TransactionOutcome.UNKNOWN);
    }

    @Test
    void alsoWhenManyOthersHaveBeenForgotten() {
        outcomes.addRun(RUN);
        int all = Outcomes.KEPT + 10;
        for (int number = 1; number <= all; number++) {
            committed(SESSION, number);
        }
        assertThat(of(SESSION, 1)).isEqualTo(TransactionOutcome.UNKNOWN);
        assertThat(of(SESSION, 10)).isEqualTo(TransactionOutcome.UNKNOWN);
        assertThat(of(SESSION, 11)).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(of(SESSION, all + 1)).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(of(session(RUN, 2), 1)).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void ofSessionsThatAreForgottenThemselvesNothingIsConcluded() {
        outcomes.addRun(RUN);
        int all = Outcomes.KEPT + Outcomes.SESSIONS_KEPT + 10;
        for (int number = 1; number <= all; number++) {
            committed(session(RUN, number), 5);
        }
        assertThat(of(session(RUN, 1), 5)).isEqualTo(TransactionOutcome.UNKNOWN);
        assertThat(of(session(RUN, 10), 6)).isEqualTo(TransactionOutcome.UNKNOWN);
        assertThat(of(session(RUN, 11), 5)).isEqualTo(TransactionOutcome.UNKNOWN);
        assertThat(of(session(RUN, 11), 6)).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(of(session(RUN, all), 5)).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(of(session(RUN, all + 1), 5)).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void ofARunWhoseBeginningTheLogHasLostOnlyWhatIsNewerThanItsOldestTraceIsKnown() {
        committed(SESSION, 50);
        assertThat(of(SESSION, 49)).isEqualTo(TransactionOutcome.UNKNOWN);
        assertThat(of(SESSION, 50)).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(of(SESSION, 51)).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(of(session(RUN, 2), 51)).isEqualTo(TransactionOutcome.UNKNOWN);
    }
}
