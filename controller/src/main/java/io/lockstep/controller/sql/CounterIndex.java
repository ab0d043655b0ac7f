package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Identity;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.counters.Counter.CountedColumn;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The counters of a catalogue that the controller can count for the databases: sequences that never
 * begin anew, alone or behind columns, and identity columns that take explicit values on every
 * engine there is. Whatever is not here the databases number, in one order. Immutable.
 */
final class CounterIndex {
    private final Map<CountedColumn, Counter> byColumn = new LinkedHashMap<>();
    private final Map<String, Counter> bySequence = new LinkedHashMap<>();
    private final Set<String> hidden;
    private final Schema schema;

    CounterIndex(Catalogue catalogue, Schema schema) {
        this.schema = schema;
        Map<String, List<CountedColumn>> fed = new LinkedHashMap<>();
        for (Table table : catalogue.tables().values()) {
            for (Column column : table.columns()) {
                index(table, column, schema, catalogue.plainSequences(), fed);
            }
        }
        for (String sequence : catalogue.plainSequences()) {
            List<CountedColumn> columns = fed.getOrDefault(sequence, List.of());
            if (!columns.isEmpty() || !catalogue.columnSequences().contains(sequence)) {
                Counter counter = new Counter(sequence, columns);
                bySequence.put(sequence, counter);
                columns.forEach(column -> byColumn.put(column, counter));
            }
        }
        this.hidden = catalogue.columnSequences();
    }

    private void index(
            Table table,
            Column column,
            Schema schema,
            Set<String> plainSequences,
            Map<String, List<CountedColumn>> fed) {
        boolean counts =
                table.kind() == Catalogue.Kind.TABLE && !column.generated() && isWhole(column);
        if (!counts) {
            return;
        }
        CountedColumn counted = new CountedColumn(table.name(), column.name());
        String sequence = sequenceBehind(column, schema);
        if (sequence != null) {
            if (plainSequences.contains(sequence)) {
                fed.computeIfAbsent(sequence, name -> new ArrayList<>()).add(counted);
            }
            return;
        }
        boolean takesValues =
                column.identity() == Identity.BY_DEFAULT
                        || (column.identity() == Identity.ALWAYS && !schema.has("derby"));
        if (takesValues && column.defaultExpression() == null) {
            byColumn.put(counted, new Counter(null, List.of(counted)));
        }
    }

    private static boolean isWhole(Column column) {
        return switch (column.jdbcType()) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> true;
            case Types.DECIMAL, Types.NUMERIC -> column.scale() == 0;
            default -> false;
        };
    }

    /** The sequence whose next value is the column's whole default, or null. */
    private static String sequenceBehind(Column column, Schema schema) {
        if (column.defaultExpression() == null) {
            return null;
        }
        Tokens tokens = tokens(column);
        List<SequenceUses.Draw> draws = Effects.scan(tokens, 0, schema).sequences().draws();
        boolean whole =
                draws.size() == 1
                        && draws.get(0).from() == 0
                        && draws.get(0).to() == tokens.count();
        return whole ? draws.get(0).sequence() : null;
    }

    /** Of its default, with MariaDB's quotes written as everybody's. */
    private static Tokens tokens(Column column) {
        return Lexer.lex(column.defaultExpression().replace('`', '"'), Rules.STANDARD);
    }

    /** What numbers the column, or null if that is left to the databases. */
    Counter of(Table table, Column column) {
        return byColumn.get(new CountedColumn(table.name(), column.name()));
    }

    /** What the column's default draws from, be it the whole default or part of an expression. */
    List<Counter> behind(Table table, Column column) {
        Counter own = of(table, column);
        if (own != null || column.defaultExpression() == null) {
            return own == null ? List.of() : List.of(own);
        }
        List<Counter> behind = new ArrayList<>();
        for (String sequence : Effects.scan(tokens(column), 0, schema).sequences().names()) {
            Counter counter = ofSequence(sequence);
            if (counter != null) {
                behind.add(counter);
            }
        }
        return behind;
    }

    /** The sequence of this name in lower case, or null if it is left to the databases. */
    Counter ofSequence(String name) {
        return bySequence.get(name);
    }

    /** A sequence that an identity column draws from without naming it. */
    boolean isHidden(String sequence) {
        return hidden.contains(sequence) && !bySequence.containsKey(sequence);
    }

    /** Those that have to do with the table or sequence of this lock name. */
    List<Counter> touching(String lockName) {
        return all().stream()
                .filter(
                        counter ->
                                lockName.equals(counter.sequence())
                                        || counter.columns().stream()
                                                .anyMatch(
                                                        column ->
                                                                column.table()
                                                                        .lockName()
                                                                        .equals(lockName)))
                .toList();
    }

    List<Counter> all() {
        List<Counter> all = new ArrayList<>(bySequence.values());
        for (Counter counter : byColumn.values()) {
            if (counter.sequence() == null) {
                all.add(counter);
            }
        }
        return all;
    }

    /** What stands for the counter among the locks. */
    static String lockName(Counter counter) {
        return counter.sequence() != null
                ? counter.sequence()
                : counter.columns().get(0).table().name().toLowerCase(Locale.ROOT);
    }
}
