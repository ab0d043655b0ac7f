package io.lockstep.controller.execution;

import io.lockstep.protocol.UpdateCounts;
import java.util.List;

/** What one statement gave on one backend. */
public sealed interface StatementResult {
    /** A driver's "done, but I did not count". */
    long NOT_COUNTED = -2;

    /**
     * Affected rows.
     *
     * @param keys generated keys if asked for, else null
     */
    record Count(long count, CopiedRows keys) implements StatementResult {}

    /** Affected rows of each member of a batch. */
    record Counts(UpdateCounts counts, CopiedRows keys) implements StatementResult {}

    /** A write that returned rows. */
    record Rows(CopiedRows rows) implements StatementResult {}

    /** A call with several results in order. */
    record Several(List<StatementResult> results) implements StatementResult {}

    /**
     * Whether another backend's answer agrees with this one.
     *
     * @param compareCounts whether row counts mean the same on every engine for this statement
     */
    default boolean agreesWith(StatementResult other, boolean compareCounts) {
        if (this instanceof Count a && other instanceof Count b) {
            return (!compareCounts || sameCount(a.count, b.count)) && sameKeys(a.keys, b.keys);
        }
        if (this instanceof Counts a && other instanceof Counts b) {
            return (!compareCounts || sameCounts(a.counts, b.counts)) && sameKeys(a.keys, b.keys);
        }
        if (this instanceof Rows a && other instanceof Rows b) {
            return a.rows.sameRows(b.rows);
        }
        if (this instanceof Several a && other instanceof Several b) {
            return sameSeveral(a.results, b.results, compareCounts);
        }
        return false;
    }

    private static boolean sameSeveral(
            List<StatementResult> a, List<StatementResult> b, boolean compareCounts) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!a.get(i).agreesWith(b.get(i), compareCounts)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameCount(long a, long b) {
        return a == b || a == NOT_COUNTED || b == NOT_COUNTED;
    }

    private static boolean sameCounts(UpdateCounts a, UpdateCounts b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!sameCount(a.get(i), b.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameKeys(CopiedRows a, CopiedRows b) {
        return a == null || b == null || a.sameRows(b);
    }

    /** As the client gets it that has not asked for generated keys. */
    default StatementResult withoutKeys() {
        if (this instanceof Count count && count.keys != null) {
            return new Count(count.count, null);
        }
        if (this instanceof Counts counts && counts.keys != null) {
            return new Counts(counts.counts, null);
        }
        return this;
    }

    /** Short form for messages to the operator. */
    default String brief() {
        if (this instanceof Count count) {
            boolean oneKey = count.keys != null && count.keys.rows().size() == 1;
            return count.count + " rows" + (oneKey ? ", key " + count.keys.rows().get(0) : "");
        }
        if (this instanceof Counts counts) {
            return "counts of a batch of " + counts.counts.size();
        }
        if (this instanceof Rows rows) {
            return rows.rows.rows().size() + " returned rows";
        }
        return "several results";
    }
}
