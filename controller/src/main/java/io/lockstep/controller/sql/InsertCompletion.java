package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.dialect.Dialect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The columns of an INSERT that the databases would fill in themselves: filled in here instead,
 * where the value can be decided once, and so written into the text.
 */
final class InsertCompletion {
    private static final TextValue FRESH = new TextValue(false, -1, null, -1, -1);

    private final Draft draft;
    private final Tokens tokens;
    private final Schema schema;
    private final Table table;
    private final InsertShape shape;
    private final InsertNumbers numbers;
    private final Map<String, TextValue> leftOut = new HashMap<>();
    private final List<Addition> additions = new ArrayList<>();

    /**
     * A column added to the text.
     *
     * @param names its name by engine
     * @param value puts the value for the row of that number in at the character given
     */
    private record Addition(Map<String, String> names, Value value) {}

    /** Writes one value of an added column. */
    @FunctionalInterface
    private interface Value {
        void put(int row, int at, String before);
    }

    InsertCompletion(Draft draft, Schema schema, Table table, InsertShape shape) {
        this.draft = draft;
        this.tokens = draft.tokens;
        this.schema = schema;
        this.table = table;
        this.shape = shape;
        this.numbers = new InsertNumbers(draft, schema, table, shape);
    }

    /** What a row gets in a column (lower case) that this has seen to; null for any other. */
    TextValue value(String column, int row) {
        TextValue number = numbers.value(column, row);
        return number != null ? number : leftOut.get(column);
    }

    /**
     * Looks after every column that the databases would fill in.
     *
     * @return true if one of them makes a table lock necessary
     */
    boolean complete() {
        boolean tableLock = false;
        for (Column column : table.columns()) {
            String name = column.name().toLowerCase(Locale.ROOT);
            boolean given = shape.index(name) >= 0;
            if (given ? given(column, name) : leftOut(column, name)) {
                tableLock = true;
            }
        }
        write();
        numbers.finish();
        return tableLock;
    }

    private boolean leftOut(Column column, String name) {
        if (shape.columns() == null && shape.listed()) {
            numbers.leaveToDatabases(column);
            return true; // a column list that could not be read
        }
        ColumnDefault standard = ColumnDefault.of(column, schema);
        return switch (standard.kind()) {
            case CONSTANT -> {
                if (!column.generated()) {
                    leftOut.put(name, standard.value());
                }
                yield false;
            }
            case CONSTANT_UNKNOWN -> false;
            case DECIDED -> {
                if (Rewrites.holdClock(draft, schema, standard)) {
                    yield false;
                }
                if (standard.decided().decided() == Occurrence.Decided.UUID) {
                    leftOut.put(name, FRESH);
                }
                yield fillIn(column, standard.decided());
            }
            case NUMBERED -> numbered(column);
            case VOLATILE -> {
                refuseVolatile(column, standard);
                yield true;
            }
            case OTHER -> {
                draft.note("locks the table: default of " + column.name() + " is an expression");
                yield true;
            }
        };
    }

    private boolean numbered(Column column) {
        Map<String, String> names = names(column);
        if (names == null || !shape.listed() || !numbers.leftOut(column)) {
            numbers.leaveToDatabases(column);
            return true;
        }
        String name = column.name().toLowerCase(Locale.ROOT);
        additions.add(
                new Addition(
                        names,
                        (row, at, before) ->
                                draft.splices.number(
                                        at,
                                        at,
                                        numbers.texts(before),
                                        numbers.value(name, row).parameter())));
        return false;
    }

    /** How the column is written for each engine, or null if that cannot be told. */
    private Map<String, String> names(Column column) {
        String plain = ColumnSpelling.of(column.name());
        if (plain == null && schema.mixed()) {
            return null;
        }
        Map<String, String> names = new HashMap<>();
        for (Dialect dialect : schema.dialects()) {
            String quote = dialect.name().equals("mariadb") ? "`" : "\"";
            names.put(
                    dialect.name(),
                    plain != null
                            ? plain
                            : quote + column.name().replace(quote, quote + quote) + quote);
        }
        return names;
    }

    private boolean fillIn(Column column, Occurrence standard) {
        Map<String, String> names = names(column);
        if (!shape.hasRows() || !shape.listed() || names == null) {
            draft.refuse(Refusals.defaultOfSelect(column.name(), column.defaultExpression()));
            return true;
        }
        additions.add(
                new Addition(
                        names,
                        (row, at, before) ->
                                draft.splices.decide(at, at, before, decided(standard))));
        draft.note("completed with column " + column.name() + ", whose default is decided once");
        return false;
    }

    /** The added columns and their values, at the ends of the column list and of the rows. */
    private void write() {
        boolean overriding = numbers.overrides();
        if (overriding && !shape.defaultValues(tokens)) {
            draft.splices.replace(
                    tokens.start(shape.valuesAt()),
                    tokens.start(shape.valuesAt()),
                    forOverriding("OVERRIDING SYSTEM VALUE "));
        }
        if (additions.isEmpty()) {
            return;
        }
        if (shape.defaultValues(tokens)) {
            writeDefaultValues(overriding);
            return;
        }
        boolean empty = shape.columns().isEmpty();
        for (int i = 0; i < additions.size(); i++) {
            String before = empty && i == 0 ? "" : ", ";
            Map<String, String> names = new HashMap<>();
            additions.get(i).names().forEach((engine, name) -> names.put(engine, before + name));
            int at = tokens.start(shape.listClose());
            draft.splices.replace(at, at, names);
        }
        for (int row = 0; row < shape.rowCloses().size(); row++) {
            values(row, tokens.start(shape.rowCloses().get(row)), empty);
        }
    }

    private void values(int row, int at, boolean empty) {
        for (int i = 0; i < additions.size(); i++) {
            additions.get(i).value().put(row, at, empty && i == 0 ? "" : ", ");
        }
    }

    /** DEFAULT VALUES becomes a row of its own. */
    private void writeDefaultValues(boolean overriding) {
        Map<String, String> overridings = forOverriding(" OVERRIDING SYSTEM VALUE");
        Map<String, String> head = new HashMap<>();
        for (Dialect dialect : schema.dialects()) {
            String engine = dialect.name();
            List<String> names = additions.stream().map(a -> a.names().get(engine)).toList();
            String clause = overriding ? overridings.getOrDefault(engine, "") : "";
            head.put(engine, "(" + String.join(", ", names) + ")" + clause + " VALUES (");
        }
        int word = shape.valuesAt();
        draft.splices.replace(tokens.start(word), tokens.end(word), head);
        int values = tokens.start(word + 1);
        values(0, values, true);
        draft.splices.replace(values, tokens.end(word + 1), ")");
    }

    private Map<String, String> forOverriding(String clause) {
        Map<String, String> texts = new HashMap<>();
        for (Dialect dialect : schema.dialects()) {
            if (!dialect.name().equals("mariadb")) {
                texts.put(dialect.name(), clause);
            }
        }
        return texts;
    }

    /** A column that the text names: the word DEFAULT may stand for its value. */
    private boolean given(Column column, String name) {
        ColumnDefault standard = ColumnDefault.of(column, schema);
        if (standard.kind() == ColumnDefault.Kind.NUMBERED) {
            return numbers.given(column, name);
        }
        boolean tableLock = false;
        for (List<TextValue> row : shape.rows()) {
            TextValue value = row.get(shape.index(name));
            if (!numbers.isDefault(value)) {
                continue;
            }
            switch (standard.kind()) {
                case DECIDED -> {
                    if (!Rewrites.holdClock(draft, schema, standard)) {
                        draft.splices.decide(
                                tokens.start(value.token()),
                                tokens.end(value.token()),
                                "",
                                decided(standard.decided()));
                    }
                }
                case VOLATILE -> {
                    refuseVolatile(column, standard);
                    tableLock = true;
                }
                case CONSTANT, CONSTANT_UNKNOWN, NUMBERED -> {}
                case OTHER -> tableLock = true;
            }
        }
        return tableLock;
    }

    private void refuseVolatile(Column column, ColumnDefault standard) {
        if (!Rewrites.holdClock(draft, schema, standard)) {
            draft.refuse(Refusals.volatileDefault(column.name(), column.defaultExpression()));
        }
    }

    private DecidedValue decided(Occurrence standard) {
        return DecidedValue.of(standard.decided(), standard.precision(), schema);
    }
}
