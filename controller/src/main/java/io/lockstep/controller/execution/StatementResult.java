package io.lockstep.controller.execution;

import io.lockstep.protocol.UpdateCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

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

    /** A text with several results in order. */
    record Several(List<StatementResult> results) implements StatementResult {}

    /**
     * A call of a procedure or function.
     *
     * @param results in order, at least one
     * @param out one row with the values of the OUT parameters in order; null if there are none
     */
    record Called(List<StatementResult> results, CopiedRows out) implements StatementResult {
        /**
         * Engines differ in what a call without a result gives (a count, an empty value), so only
         * rows are compared, and the OUT values.
         */
        List<CopiedRows> rowsToCompare() {
            List<CopiedRows> rows = new ArrayList<>();
            for (StatementResult result : results) {
                if (result instanceof Rows some && !some.rows.isOneEmptyValue()) {
                    rows.add(some.rows);
                }
            }
            return rows;
        }

        private boolean sameAs(Called other) {
            List<CopiedRows> mine = rowsToCompare();
            List<CopiedRows> others = other.rowsToCompare();
            if (mine.size() != others.size()) {
                return false;
            }
            for (int i = 0; i < mine.size(); i++) {
                if (!mine.get(i).sameRowsInAnyOrder(others.get(i))) {
                    return false;
                }
            }
            return out == null || other.out == null || out.sameRows(other.out);
        }

        private String inWords() {
            StringJoiner words = new StringJoiner(", ");
            if (out != null) {
                words.add("OUT values " + out.rows().get(0));
            }
            for (CopiedRows rows : rowsToCompare()) {
                boolean few = rows.rows().size() == 1;
                words.add(few ? "row " + rows.rows().get(0) : rows.rows().size() + " rows");
            }
            return words.length() == 0 ? "a call without a result" : words.toString();
        }
    }

    /** Of a statement or batch that gives nothing else; null if it gives rows. */
    default UpdateCounts updateCounts() {
        if (this instanceof Counts many) {
            return many.counts();
        }
        return this instanceof Count one ? UpdateCounts.of(one.count()) : null;
    }

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
            return a.rows.sameRowsInAnyOrder(b.rows);
        }
        if (this instanceof Several a && other instanceof Several b) {
            return sameSeveral(a.results, b.results, compareCounts);
        }
        if (this instanceof Called a && other instanceof Called b) {
            return a.sameAs(b);
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
        return this instanceof Called called ? called.inWords() : "several results";
    }
}
