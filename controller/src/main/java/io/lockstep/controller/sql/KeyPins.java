package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.Catalogue.UniqueIndex;
import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.LockRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the rows that a condition names by their whole primary key. Only the primary key names a
 * row: two statements that name the same row by different unique keys would not see each other.
 */
final class KeyPins {
    private static final int KEYS_MAX = 1_000;

    private final SelectShape shape;
    private final Tokens tokens;
    private final Schema schema;
    private final Map<String, List<TextValue>> equalities = new HashMap<>();

    private KeyPins(SelectShape shape, Schema schema) {
        this.shape = shape;
        this.tokens = shape.tokens();
        this.schema = schema;
    }

    /** One row's key. */
    record Pin(String table, List<KeyLock.Part> parts) {
        KeyLock lock(LockMode mode, LockRequest otherwise) {
            return new KeyLock(table, "p", parts, mode, otherwise, false);
        }
    }

    /** The only rows that the condition can be true for, or empty if it does not name them. */
    static List<Pin> of(SelectShape shape, Schema schema) {
        if (!shape.single() || shape.where() < 0) {
            return List.of();
        }
        Optional<Table> table = schema.find(shape.table());
        Optional<UniqueIndex> key = table.flatMap(Table::primaryKey);
        if (key.isEmpty() || !key.get().plain()) {
            return List.of();
        }
        KeyPins pins = new KeyPins(shape, schema);
        return pins.conjunction(shape.where(), shape.whereEnd())
                ? pins.rows(table.get(), key.get())
                : List.of();
    }

    private List<Pin> rows(Table table, UniqueIndex key) {
        List<List<KeyLock.Part>> rows = new ArrayList<>();
        rows.add(List.of());
        for (String name : key.columns()) {
            List<TextValue> values = equalities.get(name.toLowerCase(Locale.ROOT));
            Optional<Column> column = table.column(name);
            if (values == null
                    || column.isEmpty()
                    || (long) rows.size() * values.size() > KEYS_MAX) {
                return List.of();
            }
            KeyColumn keyColumn = new KeyColumn(column.get(), false);
            List<List<KeyLock.Part>> longer = new ArrayList<>();
            for (List<KeyLock.Part> row : rows) {
                for (TextValue value : values) {
                    List<KeyLock.Part> next = new ArrayList<>(row);
                    next.add(new KeyLock.Part(keyColumn, value.parameter(), value.constant()));
                    longer.add(next);
                }
            }
            rows = longer;
        }
        String lockName = table.name().lockName();
        return rows.stream().map(parts -> new Pin(lockName, parts)).toList();
    }

    /**
     * Collects what all terms joined by AND require.
     *
     * @return false if AND does not bind the terms together
     */
    private boolean conjunction(int from, int to) {
        int depth = 0;
        boolean between = false;
        int termStart = from;
        for (int i = from; i < to; i++) {
            depth += SelectShape.nesting(tokens, i);
            if (depth != 0) {
                continue;
            }
            switch (tokens.word(i)) {
                case "BETWEEN" -> between = true;
                case "OR", "XOR", "CASE" -> { // inside CASE an AND binds something else
                    return false;
                }
                case "AND" -> {
                    if (between) {
                        between = false; // belongs to BETWEEN
                    } else {
                        term(termStart, i);
                        termStart = i + 1;
                    }
                }
                default -> {
                    if (maybeOr(i)) {
                        return false;
                    }
                }
            }
        }
        term(termStart, to);
        return true;
    }

    /** {@code ||} joins strings for most and conditions for MariaDB. */
    private boolean maybeOr(int i) {
        return tokens.symbol(i, '|') && tokens.symbol(i + 1, '|') && schema.has("mariadb");
    }

    private void term(int from, int to) {
        if (tokens.symbol(from, '(') && tokens.closing(from) == to - 1) {
            KeyPins inner = new KeyPins(shape, schema);
            if (inner.conjunction(from + 1, to - 1)) {
                inner.equalities.forEach(equalities::putIfAbsent);
            }
            return;
        }
        int operator = columnEnd(from);
        if (operator > from) {
            if (tokens.symbol(operator, '=')) {
                equal(operator, TextValue.of(tokens, operator + 1, to));
            } else if (tokens.is(operator, "IN") && schema.inListPins()) {
                in(operator, to);
            }
        } else {
            reversed(from, to);
        }
    }

    /** {@code ? = column} */
    private void reversed(int from, int to) {
        for (int i = from + 1; i < to - 1; i++) {
            if (tokens.symbol(i, '=')) {
                if (columnEnd(i + 1) == to) {
                    equal(to, TextValue.of(tokens, from, i));
                }
                return;
            }
        }
    }

    /** Behind the column of this table at {@code from}, or {@code from} if there is none. */
    private int columnEnd(int from) {
        if (!tokens.isName(from)) {
            return from;
        }
        if (!tokens.symbol(from + 1, '.')) {
            return from + 1;
        }
        String qualifier = tokens.name(from);
        boolean own = qualifier.equals(shape.alias()) || qualifier.equals(shape.table().name());
        return own && tokens.isName(from + 2) && !tokens.symbol(from + 3, '.') ? from + 3 : from;
    }

    private void equal(int columnEnd, TextValue value) {
        if (value.known() && !value.isNull()) {
            equalities.putIfAbsent(tokens.name(columnEnd - 1), List.of(value));
        }
    }

    private void in(int operator, int to) {
        if (!tokens.symbol(operator + 1, '(') || tokens.closing(operator + 1) != to - 1) {
            return;
        }
        List<TextValue> values = new ArrayList<>();
        for (TextValue value : Lists.split(tokens, operator + 1)) {
            if (!value.known() || value.isNull()) {
                return;
            }
            values.add(value);
        }
        if (!values.isEmpty()) {
            equalities.putIfAbsent(tokens.name(operator - 1), values);
        }
    }
}
