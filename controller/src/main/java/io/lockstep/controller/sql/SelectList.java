package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which columns of its only table a SELECT shows, and where. */
final class SelectList {
    private final Tokens tokens;
    private final SelectShape shape;
    private final Table table;

    SelectList(SelectShape shape, Table table) {
        this.tokens = shape.tokens();
        this.shape = shape;
        this.table = table;
    }

    /**
     * The columns of the result, in lower case; null stands for an expression, or a column under
     * another name. Empty if it cannot be told how many there are.
     */
    List<String> columns() {
        List<String> columns = new ArrayList<>();
        int from = SelectShape.find(tokens, 0, "FROM");
        int depth = 0;
        int start = 1;
        for (int i = 1; i <= from; i++) {
            depth += SelectShape.nesting(tokens, i);
            if (i == from || (depth == 0 && tokens.symbol(i, ','))) {
                if (!item(start, i, columns)) {
                    return List.of();
                }
                start = i + 1;
            }
        }
        return columns;
    }

    private boolean item(int start, int end, List<String> columns) {
        int at = start;
        if (isQualifier(start)) {
            at += 2;
        }
        if (tokens.symbol(at, '*')) {
            for (Catalogue.Column column : table.columns()) {
                columns.add(column.name().toLowerCase(Locale.ROOT));
            }
            return end == at + 1;
        }
        if (tokens.is(start, "DISTINCT") || tokens.is(start, "ALL") || tokens.is(start, "TOP")) {
            return false;
        }
        boolean plain = end == at + 1 && tokens.isName(at);
        columns.add(plain ? tokens.name(at) : null);
        return end > start;
    }

    private boolean isQualifier(int at) {
        if (!tokens.isName(at) || !tokens.symbol(at + 1, '.')) {
            return false;
        }
        String name = tokens.name(at);
        return name.equals(shape.alias()) || name.equals(shape.table().name());
    }
}
