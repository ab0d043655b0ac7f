package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.Catalogue.UniqueIndex;
import java.sql.Types;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the rows that a write picks or numbers by their order come in the same order everywhere.
 */
final class TotalOrder {
    private TotalOrder() {}

    /** Some LIMIT, FETCH or TOP picks rows whose order the engines choose for themselves. */
    static boolean missing(Tokens tokens, Schema schema) {
        return missing(tokens, schema, false);
    }

    /**
     * The same.
     *
     * @param pinned the statement itself names its rows by key, so that only what stands in its
     *     sub-selects counts
     */
    static boolean missing(Tokens tokens, Schema schema, boolean pinned) {
        int depth = 0;
        for (int i = 0; i < tokens.count(); i++) {
            depth += SelectShape.nesting(tokens, i);
            if (i == 0 || (pinned && depth == 0)) {
                continue;
            }
            boolean limit =
                    tokens.is(i, "LIMIT")
                            || tokens.is(i, "OFFSET")
                            || tokens.is(i, "ROWNUM")
                            || tokens.are(i, "FETCH", "FIRST")
                            || tokens.are(i, "FETCH", "NEXT")
                            || tokens.are(i - 1, "SELECT", "TOP");
            if (limit && !ordered(tokens, i, schema)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The rows of the query or write around token {@code end} are sorted by all columns of the
     * primary key of the only table they come from.
     */
    static boolean ordered(Tokens tokens, int end, Schema schema) {
        int start = levelStart(tokens, end);
        int order = -1;
        int from = -1;
        int depth = 0;
        for (int i = start; i < end; i++) {
            depth += SelectShape.nesting(tokens, i);
            if (depth == 0) {
                order = tokens.are(i, "ORDER", "BY") ? i : order;
                boolean source = tokens.is(i, "FROM") || (i == start && tokens.is(i, "UPDATE"));
                from = from < 0 && source ? i : from;
            }
        }
        if (order < 0 || from < 0) {
            return false;
        }
        return sortsByKey(tokens, from, order, end, schema);
    }

    /** The text is one INSERT of the one row, or none, that its query names by its whole key. */
    static boolean insertsOneRow(Tokens tokens, Schema schema) {
        int select = SelectShape.find(tokens, 1, "SELECT");
        int from = select < 0 ? -1 : SelectShape.find(tokens, select, "FROM");
        if (!tokens.is(0, "INSERT") || from < 0) {
            return false;
        }
        for (int i = select; i < tokens.count(); i++) {
            switch (tokens.word(i)) {
                // Sets of several, and functions that make several rows of one.
                case "UNION", "INTERSECT", "EXCEPT", "MINUS", "JOIN", "LATERAL" -> {
                    return false;
                }
                default -> {
                    if (i < from && tokens.symbol(i, '(')) {
                        return false;
                    }
                }
            }
        }
        SelectShape shape = SelectShape.afterTable(tokens, from + 1, Set.of("WHERE"), false);
        return KeyPins.of(shape, schema).size() == 1 && !schema.hasHeirs(shape.table().name());
    }

    private static boolean sortsByKey(Tokens tokens, int from, int order, int end, Schema schema) {
        SelectShape shape =
                SelectShape.afterTable(
                        tokens,
                        from + 1,
                        Set.of("WHERE", "ORDER", "SET", "GROUP", "LIMIT", "FETCH", "FOR"),
                        false);
        if (!shape.single() || grouped(tokens, from, order)) {
            return false;
        }
        Optional<List<String>> key =
                schema.find(shape.table())
                        .flatMap(Table::primaryKey)
                        .filter(UniqueIndex::plain)
                        .map(UniqueIndex::columns);
        Set<String> sorted = new HashSet<>();
        for (int i = order + 2; i < end; i++) {
            boolean plainColumn =
                    tokens.isName(i) && !tokens.symbol(i + 1, '(') && !tokens.symbol(i + 1, '.');
            if (plainColumn && sortTerm(tokens, i, end)) {
                sorted.add(tokens.name(i));
            }
        }
        boolean alike =
                !schema.mixed() || ordersAlike(shape.table(), named(tokens, order, end), schema);
        return alike
                && key.isPresent()
                && key.get().stream()
                        .allMatch(column -> sorted.contains(column.toLowerCase(Locale.ROOT)));
    }

    private static Set<String> named(Tokens tokens, int from, int end) {
        Set<String> names = new HashSet<>();
        for (int i = from; i < end; i++) {
            if (tokens.isName(i)) {
                names.add(tokens.name(i));
            }
        }
        return names;
    }

    /**
     * Every engine sorts by these columns in the same way: each has a place of its own for NULL and
     * rules of its own for text.
     *
     * @param names words of an ORDER BY in lower case, columns and others
     */
    static boolean ordersAlike(SqlName table, Set<String> names, Schema schema) {
        Optional<Table> found = schema.find(table);
        List<String> key =
                found.flatMap(Table::primaryKey).map(UniqueIndex::columns).orElse(List.of());
        return found.stream()
                .flatMap(f -> f.columns().stream())
                .filter(column -> names.contains(column.name().toLowerCase(Locale.ROOT)))
                .filter(column -> !sortsAlike(column) || column.nullable())
                .allMatch(column -> sortsAlike(column) && key.contains(column.name()));
    }

    private static boolean sortsAlike(Catalogue.Column column) {
        return switch (column.jdbcType()) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> true;
            case Types.DECIMAL, Types.NUMERIC, Types.REAL, Types.FLOAT, Types.DOUBLE -> true;
            case Types.DATE, Types.TIME, Types.TIMESTAMP -> true;
            case Types.TIME_WITH_TIMEZONE, Types.TIMESTAMP_WITH_TIMEZONE -> true;
            case Types.BIT, Types.BOOLEAN -> true;
            default -> false;
        };
    }

    /** The name is the whole term, not part of an expression. */
    private static boolean sortTerm(Tokens tokens, int i, int end) {
        boolean starts =
                tokens.symbol(i - 1, ',') || tokens.is(i - 1, "BY") || tokens.symbol(i - 1, '.');
        int next = i + 1;
        boolean ends =
                next >= end
                        || tokens.symbol(next, ',')
                        || tokens.is(next, "ASC")
                        || tokens.is(next, "DESC")
                        || tokens.is(next, "LIMIT")
                        || tokens.is(next, "OFFSET")
                        || tokens.is(next, "FETCH");
        return starts && ends;
    }

    private static boolean grouped(Tokens tokens, int from, int to) {
        for (int i = from; i < to; i++) {
            if (tokens.is(i, "GROUP") || tokens.is(i, "UNION")) {
                return true;
            }
        }
        return false;
    }

    /** First token inside the bracket around {@code at}, or 0. */
    private static int levelStart(Tokens tokens, int at) {
        int depth = 0;
        for (int i = at - 1; i >= 0; i--) {
            depth += SelectShape.nesting(tokens, i);
            if (depth > 0) {
                return i + 1;
            }
        }
        return 0;
    }
}
