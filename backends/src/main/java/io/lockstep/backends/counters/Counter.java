package io.lockstep.backends.counters;

import io.lockstep.backends.catalogue.TableName;
import java.util.List;

/**
 * What numbers rows: a sequence, the columns that draw from it, or both. On one engine an identity
 * column has a counter of its own, on another a sequence behind it: each database looks for the
 * sequence first, then for its columns.
 *
 * @param sequence name in lower case, or null if the columns count by themselves
 * @param columns that are numbered by it, as one database's catalogue spells them
 */
public record Counter(String sequence, List<CountedColumn> columns) {
    public Counter {
        columns = List.copyOf(columns);
    }

    /** A column that gets its values from a counter. */
    public record CountedColumn(TableName table, String column) {}

    /** For messages: the sequence, or {@code table.column}. */
    @Override
    public String toString() {
        return sequence != null
                ? sequence
                : columns.isEmpty()
                        ? "no column"
                        : columns.get(0).table().lockName() + "." + columns.get(0).column();
    }
}
