package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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

    /** Of the INSERT whose target is {@code target}; {@code table} if the catalogue knows it. */
    static InsertShape of(Tokens tokens, SqlName target, Table table) {
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
            columns = table.columns().stream().map(InsertShape::lowerCaseName).toList();
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
