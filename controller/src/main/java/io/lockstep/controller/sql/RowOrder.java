package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.Catalogue.UniqueIndex;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Whether what a write stores hangs on the order in which a database finds its rows: window
 * functions that count or pick rows, and DISTINCT ON.
 */
final class RowOrder {
    /** Where rows are equal to their ORDER BY, these still tell them apart. */
    private static final Set<String> COUNTING =
            Set.of("ROW_NUMBER", "NTILE", "LAG", "LEAD", "FIRST_VALUE", "LAST_VALUE", "NTH_VALUE");

    /** FILTER and its bracket, IGNORE NULLS and the like stand between a call and its OVER. */
    private static final int BETWEEN_MAX = 4;

    private static final Set<String> AFTER_TABLE =
            Set.of("WHERE", "GROUP", "ORDER", "LIMIT", "FETCH", "OFFSET", "WINDOW", "UNION", "ON");

    private final Tokens tokens;
    private final Schema schema;

    private RowOrder(Tokens tokens, Schema schema) {
        this.tokens = tokens;
        this.schema = schema;
    }

    /** Why the write cannot be repeated, or null. */
    static String problem(Tokens tokens, Schema schema) {
        RowOrder order = new RowOrder(tokens, schema);
        for (int i = 0; i < tokens.count(); i++) {
            if (tokens.is(i, "OVER") && !order.total(i)) {
                return Refusals.windowOrder(schema);
            }
            if (tokens.are(i, "DISTINCT", "ON") && !order.distinctOn(i)) {
                return Refusals.distinctOn();
            }
        }
        return null;
    }

    private boolean distinctOn(int i) {
        int depth = 0;
        int end = i;
        while (end < tokens.count() && depth >= 0) {
            depth += SelectShape.nesting(tokens, end++);
        }
        return TotalOrder.ordered(tokens, depth < 0 ? end - 1 : end, schema);
    }

    /** Equal rows cannot be told apart by this window, or its function does not. */
    private boolean total(int over) {
        boolean named = !tokens.symbol(over + 1, '(');
        int close = named ? over + 1 : tokens.closing(over + 1);
        boolean frame = named || contains(over + 1, close, "ROWS");
        if (!frame && !counting(over)) {
            return true;
        }
        return !named && sortsByKey(over + 1, close);
    }

    private boolean contains(int from, int to, String word) {
        for (int i = from; i < to; i++) {
            if (tokens.is(i, word)) {
                return true;
            }
        }
        return false;
    }

    /** The call that the OVER belongs to, behind which little can stand. */
    private boolean counting(int over) {
        int depth = 0;
        int brackets = 0;
        for (int i = over - 1; i >= 0 && brackets <= BETWEEN_MAX; i--) {
            depth += SelectShape.nesting(tokens, i);
            if (depth == 0 && tokens.symbol(i, '(')) {
                brackets++;
                if (COUNTING.contains(tokens.word(i - 1))) {
                    return true;
                }
                if (!tokens.is(i - 1, "FILTER")) {
                    return false;
                }
            }
        }
        return false;
    }

    private boolean sortsByKey(int open, int close) {
        Set<String> sorted = new HashSet<>();
        Set<String> behindOrder = new HashSet<>();
        boolean order = false;
        for (int i = open + 1; i < close; i++) {
            if (tokens.isName(i)) {
                sorted.add(tokens.name(i));
                if (order) {
                    behindOrder.add(tokens.name(i));
                }
                order |= tokens.is(i, "ORDER");
            }
        }
        int from = SelectShape.find(tokens, close + 1, "FROM");
        if (from < 0 || !contains(open, close, "ORDER")) {
            return false;
        }
        SelectShape shape = SelectShape.afterTable(tokens, from + 1, AFTER_TABLE, false);
        Optional<List<String>> key =
                shape.single()
                        ? schema.find(shape.table())
                                .flatMap(Table::primaryKey)
                                .filter(UniqueIndex::plain)
                                .map(UniqueIndex::columns)
                        : Optional.empty();
        boolean alike =
                !schema.mixed()
                        || (shape.single()
                                && TotalOrder.ordersAlike(shape.table(), behindOrder, schema));
        return alike
                && key.isPresent()
                && key.get().stream()
                        .allMatch(column -> sorted.contains(column.toLowerCase(Locale.ROOT)));
    }
}
