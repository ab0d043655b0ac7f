package io.lockstep.controller.execution;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * One statement of a client transaction on all its parts, and on those that take the place of parts
 * that are lost meanwhile. Belongs to the transaction's thread.
 */
final class StatementRun {
    private final BackendGroup group;
    private final FanOut fanOut;
    private final TransactionParts parts;
    private final StatementCall call;
    private final List<FanOut.Participant> asked;
    private final List<Outcome<StatementResult>> outcomes = new ArrayList<>();

    /** For one {@link #run}, on those who take part now. */
    StatementRun(BackendGroup group, FanOut fanOut, TransactionParts parts, StatementCall call) {
        this.group = group;
        this.fanOut = fanOut;
        this.parts = parts;
        this.call = call;
        this.asked = new ArrayList<>(parts.participants());
    }

    /**
     * Asks all and compares.
     *
     * @param compareCounts whether the number of rows must agree
     * @param exclusive see {@link Settlement}
     * @throws SQLException if the transaction cannot go on; some backends may have applied it
     */
    Verdict<StatementResult> run(boolean compareCounts, boolean exclusive) throws SQLException {
        long begun = System.nanoTime();
        outcomes.addAll(fanOut.run(List.copyOf(asked), call::run));
        long took = System.nanoTime() - begun;
        int atFirst = outcomes.size();
        for (int i = 0; i < atFirst; i++) {
            if (outcomes.get(i) instanceof Outcome.Unknown<StatementResult> lost) {
                askAgain(i, lost, took);
            }
        }
        askNewcomers();
        return new Settlement<StatementResult>(
                        group,
                        (a, b) -> a.agreesWith(b, compareCounts),
                        StatementResult::brief,
                        exclusive,
                        call.form() == StatementCall.Form.QUERY)
                .settle(asked, outcomes);
    }

    /** On the connection that replaces a lost one, if there is one. */
    private void askAgain(int index, Outcome.Unknown<StatementResult> lost, long tookNanos)
            throws SQLException {
        BackendHandle handle = asked.get(index).handle();
        if (parts.survive(handle, lost)) {
            // Nobody is late while nobody has answered.
            boolean answered = outcomes.stream().anyMatch(o -> !(o instanceof Outcome.Unknown));
            for (TransactionPart part : parts.now()) {
                if (part.handle() == handle) {
                    asked.set(index, part.participant);
                    outcomes.set(
                            index,
                            answered
                                    ? fanOut.runAfterOthers(part.participant, tookNanos, call::run)
                                    : FanOut.attempt(part.participant, call::run));
                }
            }
        }
    }

    /** Where the transaction goes on, if all that were asked have left. */
    private void askNewcomers() throws SQLException {
        parts.dropDeparted();
        parts.goOnSomewhere();
        for (TransactionPart part : parts.now()) {
            if (!asked.contains(part.participant)) {
                asked.add(part.participant);
                outcomes.add(FanOut.attempt(part.participant, call::run));
            }
        }
    }
}
