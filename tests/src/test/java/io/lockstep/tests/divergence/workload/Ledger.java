package io.lockstep.tests.divergence.workload;

import io.lockstep.protocol.SqlState;
import java.sql.SQLException;
import java.util.concurrent.atomic.LongAdder;

/**
 * What clients know to be committed, as a sum of effects: rows inserted, amounts added. An effect
 * whose outcome its client was told to be unknown (08007) may or may not be there; one that failed
 * in any other way must not. Thread-safe.
 */
final class Ledger {
    private final String what;
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder perhapsMore = new LongAdder();
    private final LongAdder perhapsLess = new LongAdder();

    /** {@code what} the sum counts, for messages. */
    Ledger(String what) {
        this.what = what;
    }

    /** What makes an effect durable: a commit, or a statement in auto-commit. */
    @FunctionalInterface
    interface Commitment {
        void make() throws SQLException;
    }

    /** The same, where the effect is only known afterwards. */
    @FunctionalInterface
    interface CountedCommitment {
        int make() throws SQLException;
    }

    /** Commits something and enters its effect. */
    void enter(long effect, Commitment commitment) throws SQLException {
        try {
            commitment.make();
        } catch (SQLException e) {
            if (isUnknown(e)) {
                (effect > 0 ? perhapsMore : perhapsLess).add(effect);
            }
            throw e;
        }
        acknowledged.add(effect);
    }

    /**
     * Runs a statement in auto-commit and enters its count times {@code sign}.
     *
     * @param effectMax most it can be if nobody knows
     */
    int enterCount(int sign, int effectMax, CountedCommitment statement) throws SQLException {
        int count;
        try {
            count = statement.make();
        } catch (SQLException e) {
            if (isUnknown(e)) {
                (sign > 0 ? perhapsMore : perhapsLess).add((long) sign * effectMax);
            }
            throw e;
        }
        acknowledged.add((long) sign * count);
        return count;
    }

    private static boolean isUnknown(SQLException e) {
        return SqlState.OUTCOME_UNKNOWN.code().equals(e.getSQLState());
    }

    /** Fails unless this is the sum in the database. */
    void check(Evidence evidence, String sql) throws SQLException {
        check(evidence, evidence.number(sql));
    }

    void check(Evidence evidence, long actual) {
        long least = acknowledged.sum() + perhapsLess.sum();
        long most = acknowledged.sum() + perhapsMore.sum();
        if (evidence.complete() && (actual < least || actual > most)) {
            throw new AssertionError(
                    "%s: %d in the database, %d acknowledged, from %d to %d if commits of unknown outcome count"
                            .formatted(what, actual, acknowledged.sum(), least, most));
        }
    }
}
