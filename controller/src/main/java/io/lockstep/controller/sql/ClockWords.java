package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Table;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * PostgreSQL reads its clock when it turns {@code 'now'}, {@code 'today 12:00'} and the like into a
 * date or time, by a cast or because the column they are meant for is one. For a column of text
 * they are words like any other.
 */
final class ClockWords {
    private static final Pattern WORDS =
            Pattern.compile("[eE]?'\\s*(now|today|tomorrow|yesterday)(\\s.*)?'", Pattern.DOTALL);

    private final Tokens tokens;
    private final Schema schema;
    private final List<Table> tables = new ArrayList<>();
    private final boolean unknownTable;

    private ClockWords(Draft draft, Schema schema) {
        this.schema = schema;
        this.tokens = draft.tokens;
        List<String> names = new ArrayList<>(draft.written);
        names.addAll(draft.read);
        boolean unknown = names.isEmpty();
        for (String name : names) {
            List<Table> found = schema.named(name);
            unknown |= found.isEmpty();
            tables.addAll(found);
        }
        this.unknownTable = unknown;
    }

    /** True if some constant of the text may be turned into a time. */
    static boolean in(Draft draft, Schema schema) {
        Tokens tokens = draft.tokens;
        ClockWords words = null; // rarely needed, and texts are many
        for (int i = 0; i < tokens.count(); i++) {
            if (tokens.kind(i) == Tokens.Kind.STRING
                    && WORDS.matcher(tokens.raw(i).toLowerCase(Locale.ROOT)).matches()) {
                words = words == null ? new ClockWords(draft, schema) : words;
                if (words.cast(i) || words.meantForTime(i)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * A column's DEFAULT is one: PostgreSQL evaluates it once, when the column is made. For columns
     * of text it is a word like any other.
     */
    static boolean inDefault(Tokens tokens) {
        for (int i = 0; i < tokens.count(); i++) {
            boolean word =
                    tokens.kind(i) == Tokens.Kind.STRING
                            && WORDS.matcher(tokens.raw(i).toLowerCase(Locale.ROOT)).matches();
            if (word && (cast(tokens, i) || defaultOfTime(tokens, i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean defaultOfTime(Tokens tokens, int i) {
        for (int t = i - 1; t > 0 && !tokens.symbol(t, ','); t--) {
            if (tokens.is(t, "DATE") || tokens.word(t).startsWith("TIME")) {
                return tokens.is(i - 1, "DEFAULT") || tokens.symbol(i - 1, '(');
            }
        }
        return false;
    }

    private boolean cast(int i) {
        return cast(tokens, i);
    }

    private static boolean cast(Tokens tokens, int i) {
        return tokens.symbol(i + 1, ':')
                || (tokens.symbol(i - 1, '(') && tokens.is(i - 2, "CAST"))
                || tokens.word(i - 1).startsWith("TIME")
                || tokens.is(i - 1, "DATE");
    }

    private boolean meantForTime(int i) {
        Optional<String> column = column(i);
        boolean found = false;
        for (Table table : tables) {
            for (Column candidate : table.columns()) {
                if (column.isEmpty() || candidate.name().equalsIgnoreCase(column.get())) {
                    found = true;
                    if (isTime(candidate)) {
                        return true;
                    }
                }
            }
        }
        return !found && unknownTable;
    }

    /** The column that the constant is assigned to or compared with, if that is plain to see. */
    private Optional<String> column(int i) {
        boolean compared = tokens.symbol(i - 1, '=') && tokens.isName(i - 2);
        if (compared) {
            return Optional.of(tokens.name(i - 2));
        }
        List<SqlName> targets = Mentions.targets(tokens);
        if (!tokens.is(0, "INSERT") || targets.size() != 1 || targets.get(0) == null) {
            return Optional.empty();
        }
        Table table = tables.size() == 1 ? tables.get(0) : null;
        InsertShape shape = InsertShape.of(tokens, targets.get(0), table, schema);
        for (List<TextValue> row : shape.rows()) {
            for (int value = 0; value < row.size(); value++) {
                if (row.get(value).token() == i && row.get(value).end() == i + 1) {
                    return Optional.of(shape.columns().get(value));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isTime(Column column) {
        return switch (column.jdbcType()) {
            case Types.DATE, Types.TIME, Types.TIMESTAMP -> true;
            case Types.TIME_WITH_TIMEZONE, Types.TIMESTAMP_WITH_TIMEZONE -> true;
            default -> false;
        };
    }
}
