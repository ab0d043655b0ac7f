package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Identity;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.controller.scheduler.LockMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The numbered columns of one INSERT: identity, serial, AUTO_INCREMENT, or with a sequence for
 * their default. Where the text leaves the number open the controller gives it out, if every engine
 * takes it; a number given by the client is noted, so that none is given out twice.
 */
final class InsertNumbers {
    private final Draft draft;
    private final Tokens tokens;
    private final Schema schema;
    private final Table table;
    private final InsertShape shape;
    private final Map<String, List<TextValue>> values = new HashMap<>();
    private boolean overrides;
    private boolean leftToDatabases;

    InsertNumbers(Draft draft, Schema schema, Table table, InsertShape shape) {
        this.draft = draft;
        this.tokens = draft.tokens;
        this.schema = schema;
        this.table = table;
        this.shape = shape;
    }

    /** What a row gets in a column (lower case) numbered here; null for any other. */
    TextValue value(String column, int row) {
        List<TextValue> rows = values.get(column);
        return rows == null ? null : rows.get(row);
    }

    /** A column that takes numbers of the database's own only if told so is given one. */
    boolean overrides() {
        return overrides;
    }

    boolean isDefault(TextValue value) {
        return value.end() - value.token() == 1 && tokens.is(value.token(), "DEFAULT");
    }

    /** The counter, if the controller may count here. */
    private Counter counter(Column column) {
        boolean usable =
                draft.allocates
                        && shape.hasRows()
                        && !draft.locksDatabase()
                        && !tokens.are(shape.valuesAt() - 2, "USER", "VALUE");
        return usable ? schema.counters().of(table, column) : null;
    }

    /** False if the databases have to number the column. */
    boolean leftOut(Column column) {
        Counter counter = counter(column);
        if (counter == null) {
            return false;
        }
        List<TextValue> rows = new ArrayList<>();
        for (int i = 0; i < shape.rows().size(); i++) {
            rows.add(allocated(counter));
        }
        values.put(column.name().toLowerCase(Locale.ROOT), rows);
        override(column);
        return true;
    }

    private TextValue allocated(Counter counter) {
        return new TextValue(true, draft.allocate(counter), null, 0, 0);
    }

    private void override(Column column) {
        boolean said = tokens.are(shape.valuesAt() - 3, "OVERRIDING", "SYSTEM", "VALUE");
        overrides |= column.identity() == Identity.ALWAYS && !said;
    }

    /** A number of a column in front of which stands {@code before}. */
    Map<String, String> texts(String before) {
        Map<String, String> texts = new HashMap<>();
        for (Dialect dialect : schema.dialects()) {
            texts.put(dialect.name(), before + Splices.number(dialect.name()));
        }
        return texts;
    }

    /**
     * A column that the text names.
     *
     * @return true if it makes a table lock necessary
     */
    boolean given(Column column, String name) {
        List<TextValue> written = new ArrayList<>();
        for (List<TextValue> row : shape.rows()) {
            written.add(row.get(shape.index(name)));
        }
        Counter counter = counter(column);
        long open = written.stream().filter(this::isOpen).count();
        boolean always = column.identity() == Identity.ALWAYS;
        if (counter == null || (always && open > 0 && open < written.size())) {
            return givenToDatabases(column, written);
        }
        if (always && open > 0) {
            override(column);
        }
        List<TextValue> rows = new ArrayList<>();
        for (TextValue value : written) {
            rows.add(isOpen(value) ? replaced(counter, value) : noted(counter, value));
        }
        values.put(name, rows);
        return false;
    }

    /** DEFAULT, and what MariaDB takes for it. */
    private boolean isOpen(TextValue value) {
        boolean zero = value.known() && Long.valueOf(0).equals(value.constant());
        return isDefault(value) || (schema.has("mariadb") && (value.isNull() || zero));
    }

    private TextValue replaced(Counter counter, TextValue value) {
        TextValue number = allocated(counter);
        draft.splices.number(
                tokens.start(value.token()),
                tokens.end(value.end() - 1),
                texts(""),
                number.parameter());
        return number;
    }

    /** A value that the client gives; one drawn from a sequence counts as a parameter. */
    private TextValue noted(Counter counter, TextValue value) {
        Integer drawn = draft.drawnAt.get(new Draft.Span(value.token(), value.end()));
        if (drawn != null) {
            draft.given.add(new Numbering.Given(counter, new Numbering.Place(drawn, null), false));
            return new TextValue(true, drawn, null, 0, 0);
        }
        if (value.isParameter()) {
            draft.given.add(
                    new Numbering.Given(
                            counter,
                            new Numbering.Place(value.parameter(), null),
                            schema.has("mariadb")));
        } else if (value.constant() instanceof Long constant) {
            draft.given.add(new Numbering.Given(counter, new Numbering.Place(-1, constant), false));
        } else {
            draft.drawn.add(counter); // an expression: what it gives shows in the rows
        }
        return value;
    }

    private boolean givenToDatabases(Column column, List<TextValue> written) {
        Counter counter = schema.counters().of(table, column);
        if (counter != null) {
            draft.drawn.add(counter);
        }
        boolean anyDefault = written.stream().anyMatch(this::isDefault);
        if (anyDefault) {
            leaveToDatabases(column);
        }
        return anyDefault;
    }

    /** In one order, under a table lock, and compared. */
    void leaveToDatabases(Column column) {
        leftToDatabases = true;
        draft.generatesKeys = true;
        leaveToDatabases(draft, schema, table, column);
        if (shape.hasRows()) {
            draft.numbered.add(column.name());
        }
        draft.note("locks the table: the databases number column " + column.name());
        if (!shape.hasRows()
                && tokens.find(0, "SELECT") >= 0
                && !TotalOrder.insertsOneRow(tokens, schema)
                && !TotalOrder.ordered(tokens, tokens.count(), schema)) {
            draft.refuse(Refusals.identityFromSelect(column.name()));
        }
    }

    /** The counters behind the column move unseen. */
    static void leaveToDatabases(Draft draft, Schema schema, Table table, Column column) {
        for (Counter counter : schema.counters().behind(table, column)) {
            draft.drawn.add(counter);
            draft.lockTable(CounterIndex.lockName(counter), LockMode.EXCLUSIVE);
        }
    }

    /** What getGeneratedKeys can be told without asking a database. */
    void finish() {
        if (leftToDatabases || !shape.plain()) {
            return;
        }
        for (Column column : table.columns()) {
            List<TextValue> rows = values.get(column.name().toLowerCase(Locale.ROOT));
            if (rows != null && rows.stream().allMatch(InsertNumbers::isNumber)) {
                List<Numbering.Place> numbers = new ArrayList<>();
                for (TextValue value : rows) {
                    numbers.add(
                            new Numbering.Place(
                                    value.parameter(),
                                    value.isParameter() ? null : (Long) value.constant()));
                }
                draft.numberKeys.add(new Numbering.Key(column.name(), column.jdbcType(), numbers));
            }
        }
    }

    private static boolean isNumber(TextValue value) {
        return value.isParameter() || value.constant() instanceof Long;
    }
}
