package io.lockstep.controller.sql;

import io.lockstep.backends.dialect.Dialect;
import java.util.Map;
import java.util.Set;

/**
 * Portable type names in CREATE TABLE and ALTER TABLE, written in each engine's own way. Only where
 * a type stands: never in names, strings or defaults.
 */
final class DdlTypes {
    /** An entry of a column list that starts with one of these is no column. */
    private static final Set<String> NO_COLUMN =
            Set.of(
                    "CONSTRAINT",
                    "PRIMARY",
                    "UNIQUE",
                    "FOREIGN",
                    "CHECK",
                    "INDEX",
                    "KEY",
                    "LIKE",
                    "EXCLUDE",
                    "PERIOD",
                    "FULLTEXT",
                    "SPATIAL",
                    "PARTITION",
                    "SYSTEM");

    private static final int TYPE_WORDS_MAX = 6;

    private final Draft draft;
    private final Tokens tokens;
    private final Schema schema;

    DdlTypes(Draft draft, Schema schema) {
        this.draft = draft;
        this.tokens = draft.tokens;
        this.schema = schema;
    }

    /** {@code at}: behind the table's name. */
    void createTable(int at) {
        if (tokens.symbol(at, '(')) {
            columnList(at);
        }
    }

    private void columnList(int open) {
        int close = tokens.closing(open);
        int depth = 0;
        boolean starts = true;
        for (int i = open; i < close; i++) {
            depth += SelectShape.nesting(tokens, i);
            if (starts && i > open) {
                column(i);
            }
            starts = depth == 1 && (i == open || tokens.symbol(i, ','));
        }
    }

    private void column(int at) {
        if (tokens.isName(at) && !NO_COLUMN.contains(tokens.word(at))) {
            type(at + 1);
        }
    }

    void alterTable(SqlName table) {
        int depth = 0;
        for (int i = table.end(); i < tokens.count(); i++) {
            depth += SelectShape.nesting(tokens, i);
            if (depth > 0) {
                continue;
            }
            switch (tokens.word(i)) {
                case "ADD" -> add(i + 1);
                case "MODIFY" -> column(tokens.is(i + 1, "COLUMN") ? i + 2 : i + 1);
                case "CHANGE" -> {
                    int old = tokens.is(i + 1, "COLUMN") ? i + 2 : i + 1;
                    column(old + 1);
                }
                case "TYPE" -> type(i + 1);
                case "DROP" -> {
                    if (tokens.are(i, "DROP", "PRIMARY", "KEY")) {
                        dropPrimaryKey(table, i + 3 == tokens.count());
                    }
                }
                default -> {}
            }
        }
    }

    private void add(int at) {
        int name = tokens.is(at, "COLUMN") ? at + 1 : at;
        if (tokens.are(name, "IF", "NOT", "EXISTS")) {
            name += 3;
        }
        if (tokens.symbol(name, '(')) {
            columnList(name);
        } else {
            column(name);
        }
    }

    /** PostgreSQL drops constraints by name alone, and the name is its own choice. */
    private void dropPrimaryKey(SqlName table, boolean last) {
        if (!schema.has("postgresql")) {
            return;
        }
        if (!last || draft.splices.any(0, tokens.text().length())) {
            draft.refuse(Refusals.dropPrimaryKeyAmongOthers());
            return;
        }
        draft.splices.replace(
                0,
                tokens.text().length(),
                Map.of("postgresql", PostgresForms.dropPrimaryKey(tokens, table)));
    }

    private void type(int at) {
        for (Dialect dialect : schema.dialects()) {
            Type type = longest(at, dialect);
            if (type != null) {
                draft.splices.replace(
                        tokens.start(at),
                        tokens.end(type.end() - 1),
                        Map.of(dialect.name(), type.text()));
            }
        }
    }

    /** What an engine calls the type that ends in front of token {@code end}. */
    private record Type(String text, int end) {}

    /** The longest portable name at {@code at} that the engine spells differently, or null. */
    private Type longest(int at, Dialect dialect) {
        StringBuilder name = new StringBuilder();
        String arguments = null;
        Type best = null;
        int i = at;
        for (int words = 0; words < TYPE_WORDS_MAX && !tokens.word(i).isEmpty(); words++) {
            name.append(name.length() == 0 ? "" : " ").append(tokens.word(i));
            i++;
            if (arguments == null && tokens.symbol(i, '(')) {
                int close = tokens.closing(i);
                if (close == tokens.count()) {
                    return best;
                }
                arguments = tokens.text().substring(tokens.end(i), tokens.start(close));
                i = close + 1;
            }
            String text = dialect.nativeType(name.toString(), arguments, schema.mixed());
            if (text != null) {
                best = new Type(text, i);
            }
        }
        return best;
    }
}
