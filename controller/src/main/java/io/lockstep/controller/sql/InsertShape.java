package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The form of an INSERT.
 *
 * @param columns in lower case, in the order of the values; null if they cannot be told
 * @param listed the text has a column list
 * @param listClose token of the column list's closing bracket, or -1
 * @param rows the rows of VALUES; empty for INSERT .. SELECT and other forms
 * @param rowCloses token of each row's closing bracket
 * @param plain nothing behind the rows but RETURNING, nothing in front but INTO
 * @param valuesAt token of VALUES, or of DEFAULT in DEFAULT VALUES; -1 for other forms
 */
record InsertShape(
        List<String> columns,
        boolean listed,
        int listClose,
        List<List<TextValue>> rows,
        List<Integer> rowCloses,
        boolean plain,
        int valuesAt) {

    private static final Set<String> BEHIND_ITEMS =
            Set.of("FROM", "WHERE", "GROUP", "ORDER", "LIMIT", "FETCH", "UNION", "ON", "RETURNING");

    /** Of the INSERT whose target is {@code target}; {@code table} if the catalogue knows it. */
    static InsertShape of(Tokens tokens, SqlName target, Table table, Schema schema) {
        int at = target.end();
        List<String> columns = null;
        int listClose = -1;
        boolean listed =
                tokens.symbol(at, '(')
                        && !tokens.is(at + 1, "SELECT")
                        && !tokens.is(at + 1, "WITH");
        if (listed) {
            columns = Lists.names(tokens, at);
            listClose = tokens.closing(at);
            at = listClose + 1;
        } else if (table != null) {
            // PostgreSQL leaves columns at the end to their defaults if the query has fewer.
            int selected = tokens.is(at, "SELECT") ? selected(tokens, at, schema) : -1;
            columns =
                    table.columns().stream()
                            .limit(selected < 0 ? Integer.MAX_VALUE : selected)
                            .map(InsertShape::lowerCaseName)
                            .toList();
        }
        if (tokens.is(at, "OVERRIDING")) {
            at += 3; // OVERRIDING SYSTEM VALUE
        }
        if (tokens.are(at, "DEFAULT", "VALUES")) {
            boolean plain = at + 2 == tokens.count() || tokens.is(at + 2, "RETURNING");
            List<List<TextValue>> row = List.of(List.of());
            return new InsertShape(List.of(), true, -1, row, List.of(at + 1), plain, at);
        }
        if (tokens.is(at, "SET")) {
            List<String> assigned = assigned(tokens, at);
            return new InsertShape(assigned, true, -1, List.of(), List.of(), false, -1);
        }
        if (!tokens.is(at, "VALUES") && !tokens.is(at, "VALUE")) {
            return new InsertShape(columns, listed, listClose, List.of(), List.of(), false, -1);
        }
        return values(tokens, at + 1, columns, listed, listClose);
    }

    /** How many columns the query has, or -1 if that is not plain to see. */
    private static int selected(Tokens tokens, int select, Schema schema) {
        int count = 1;
        int depth = 0;
        for (int i = select + 1; i < tokens.count() && depth >= 0; i++) {
            depth += SelectShape.nesting(tokens, i);
            if (depth == 0 && BEHIND_ITEMS.contains(tokens.word(i))) {
                break;
            }
            if (depth == 0 && tokens.symbol(i, ',')) {
                count++;
            }
            if (depth == 0 && startsItem(tokens, i) && tokens.symbol(i, '*')) {
                return tokens.is(i + 1, "FROM") && count == 1 ? width(tokens, i + 1, schema) : -1;
            }
        }
        return count;
    }

    private static boolean startsItem(Tokens tokens, int star) {
        return tokens.symbol(star - 1, '.')
                || tokens.symbol(star - 1, ',')
                || tokens.is(star - 1, "SELECT")
                || tokens.is(star - 1, "DISTINCT")
                || tokens.is(star - 1, "ALL");
    }

    /** Of the only table behind FROM. */
    private static int width(Tokens tokens, int from, Schema schema) {
        SelectShape shape = SelectShape.afterTable(tokens, from + 1, BEHIND_ITEMS, false);
        return shape.single()
                ? schema.find(shape.table()).map(table -> table.columns().size()).orElse(-1)
                : -1;
    }

    private static InsertShape values(
            Tokens tokens, int from, List<String> columns, boolean listed, int listClose) {
        List<List<TextValue>> rows = new ArrayList<>();
        List<Integer> rowCloses = new ArrayList<>();
        int at = from;
        while (tokens.symbol(at, '(')) {
            rows.add(Lists.split(tokens, at));
            int close = tokens.closing(at);
            rowCloses.add(close);
            at = close + 1;
            if (!tokens.symbol(at, ',')) {
                break;
            }
            at++;
        }
        boolean plain =
                (at >= tokens.count() || tokens.is(at, "RETURNING"))
                        && (tokens.is(1, "INTO") || !modifier(tokens));
        boolean fits = columns != null;
        for (List<TextValue> row : rows) {
            fits = fits && row.size() == columns.size();
        }
        return fits
                ? new InsertShape(columns, listed, listClose, rows, rowCloses, plain, from - 1)
                : new InsertShape(null, listed, listClose, List.of(), List.of(), false, -1);
    }

    /** Columns of MariaDB's INSERT .. SET. */
    private static List<String> assigned(Tokens tokens, int from) {
        List<String> columns = new ArrayList<>();
        for (int i = from; i < tokens.count(); i++) {
            if (tokens.isName(i) && tokens.symbol(i + 1, '=')) {
                columns.add(tokens.name(i));
            }
        }
        return columns;
    }

    private static boolean modifier(Tokens tokens) {
        return switch (tokens.word(1)) {
            case "IGNORE", "LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED" -> true;
            default -> false;
        };
    }

    private static String lowerCaseName(Column column) {
        return column.name().toLowerCase(Locale.ROOT);
    }

    boolean defaultValues(Tokens tokens) {
        return tokens.is(valuesAt, "DEFAULT");
    }

    /** The row in which a token of VALUES stands; the number of rows if it stands behind them. */
    int row(int token) {
        int row = 0;
        while (row < rowCloses.size() && rowCloses.get(row) < token) {
            row++;
        }
        return row;
    }

    boolean hasRows() {
        return !rows.isEmpty();
    }

    int index(String column) {
        return columns == null ? -1 : columns.indexOf(column.toLowerCase(Locale.ROOT));
    }
}
