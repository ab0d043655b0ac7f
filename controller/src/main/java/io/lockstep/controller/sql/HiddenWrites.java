package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.Catalogue.Trigger;
import io.lockstep.backends.catalogue.TableName;
import io.lockstep.controller.sql.HiddenCode.Reach;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What else happens when code writes into a table, of which the text that runs the code says
 * nothing: columns that get their defaults, triggers that fire, rows of other tables that follow by
 * foreign keys and fire theirs. Part of {@link HiddenCode}, and like it not changed once resolved.
 */
final class HiddenWrites {
    private static final Set<String> CHANGES = Set.of("UPDATE", "DELETE");

    /** Behind these the word names an event or a clause, not a statement. */
    private static final Set<String> BEFORE_EVENT =
            Set.of("FOR", "ON", "KEY", "OR", "OF", "BEFORE");

    private final Schema schema;
    private final Map<TableName, List<Trigger>> triggers;
    private final Map<String, Reach> fired = new HashMap<>();

    HiddenWrites(Catalogue catalogue, Schema schema) {
        this.schema = schema;
        this.triggers = catalogue.code().triggers();
    }

    /** Looks at all triggers once more; true if something new was found. */
    boolean resolve(HiddenCode code) {
        boolean found = false;
        for (Map.Entry<TableName, List<Trigger>> entry : triggers.entrySet()) {
            for (String event : List.of("INSERT", "UPDATE", "DELETE")) {
                Reach reach = code.ofTriggers(entry.getValue(), Set.of(event));
                String key = key(entry.getKey().lockName(), event);
                if (!reach.equals(fired.getOrDefault(key, Reach.NONE))) {
                    fired.put(key, reach);
                    found = true;
                }
            }
        }
        return found;
    }

    private static String key(String table, String event) {
        return event + " " + table;
    }

    /** What the writes that stand in some code bring about. */
    Reach in(Tokens code) {
        Reach reach = Reach.NONE;
        for (int i = 0; i < code.count(); i++) {
            String event =
                    switch (code.word(i)) {
                        case "INSERT", "REPLACE", "MERGE" -> "INSERT";
                        case "UPDATE", "DELETE" -> code.word(i);
                        default -> null;
                    };
            if (event == null || BEFORE_EVENT.contains(code.word(i - 1))) {
                continue;
            }
            SqlName name = SqlName.at(code, behindModifiers(code, i + 1));
            if (name != null) {
                reach = reach.and(of(code, i, event, name));
            }
        }
        return reach;
    }

    private static int behindModifiers(Tokens code, int from) {
        int at = from;
        while (true) {
            switch (code.word(at)) {
                case "INTO", "FROM", "ONLY", "IGNORE", "LOW_PRIORITY", "HIGH_PRIORITY", "QUICK" ->
                        at++;
                default -> {
                    return at;
                }
            }
        }
    }

    private Reach of(Tokens code, int verb, String event, SqlName name) {
        Reach reach = Reach.NONE;
        for (Table table : schema.named(name.name())) {
            reach = reach.and(fired(table, event));
            if (!code.is(verb, "INSERT")) { // those beside INSERT may do anything to a row
                reach = reach.and(event.equals("INSERT") ? changed(table) : Reach.NONE);
            }
            if (event.equals("INSERT")) {
                reach = reach.and(defaults(code, name, table));
            } else if (event.equals("UPDATE")) {
                reach = reach.and(changedByClock(table));
            }
        }
        return reach;
    }

    private Reach changed(Table table) {
        return fired(table, "UPDATE").and(fired(table, "DELETE")).and(changedByClock(table));
    }

    /** The table's triggers and, where its rows or their keys may go, its children's. */
    private Reach fired(Table table, String event) {
        Reach reach = fired.getOrDefault(key(table.name().lockName(), event), Reach.NONE);
        return CHANGES.contains(event) ? reach.and(cascaded(table)) : reach;
    }

    /** What fires on rows of other tables that change with this one's by foreign keys. */
    Reach cascaded(Table parent) {
        return cascaded(parent.name().lockName(), new HashSet<>());
    }

    private Reach cascaded(String parent, Set<String> done) {
        Reach reach = Reach.NONE;
        if (!done.add(parent)) {
            return reach;
        }
        for (Schema.Reference reference : schema.referencesTo(parent)) {
            if (reference.changesChild()) {
                String child = reference.child().name().lockName();
                for (String event : CHANGES) {
                    reach = reach.and(fired.getOrDefault(key(child, event), Reach.NONE));
                }
                reach = reach.and(cascaded(child, done));
            }
        }
        return reach;
    }

    /**
     * What a write to a view does to the tables under it.
     *
     * @param given whether the write gives a value to the column of this name, in lower case
     */
    Reach through(String view, Set<String> events, Predicate<String> given, HiddenCode code) {
        return through(view, events, given, code, new HashSet<>());
    }

    private Reach through(
            String view,
            Set<String> events,
            Predicate<String> given,
            HiddenCode code,
            Set<String> done) {
        Reach reach = Reach.NONE;
        for (String name : code.tables(view)) {
            if (!done.add(name)) {
                continue;
            }
            for (Table table : schema.named(name)) {
                for (String event : events) {
                    reach = reach.and(fired(table, event));
                }
                reach = reach.and(filled(table, events, given));
            }
            reach = reach.and(through(name, events, given, code, done));
        }
        return reach;
    }

    private Reach filled(Table table, Set<String> events, Predicate<String> given) {
        Reach reach = events.contains("UPDATE") ? changedByClock(table) : Reach.NONE;
        for (Column column : table.columns()) {
            boolean leftOut = !given.test(column.name().toLowerCase(Locale.ROOT));
            if (events.contains("INSERT") && leftOut) {
                reach = reach.and(ofDefault(table, column));
            }
        }
        return reach;
    }

    private static Reach changedByClock(Table table) {
        for (Column column : table.columns()) {
            String standard = column.defaultExpression();
            if (standard != null && standard.contains(Catalogue.ON_UPDATE)) {
                return new Reach(
                        Set.of(), Set.of(standard + at(table, column)), Set.of(), Set.of());
            }
        }
        return Reach.NONE;
    }

    private Reach defaults(Tokens code, SqlName name, Table table) {
        SqlName behind =
                code.is(name.end(), "AS")
                        ? new SqlName(name.schema(), name.name(), name.end() + 2)
                        : name;
        InsertShape shape = InsertShape.of(code, behind, table, schema);
        Reach reach = Reach.NONE;
        for (Column column : table.columns()) {
            if (leftOut(code, shape, column)) {
                reach = reach.and(ofDefault(table, column));
            }
        }
        return reach;
    }

    private static boolean leftOut(Tokens code, InsertShape shape, Column column) {
        int index = shape.index(column.name());
        return index < 0
                || shape.rows().stream()
                        .map(row -> row.get(index))
                        .anyMatch(value -> code.is(value.token(), "DEFAULT"));
    }

    /** What a database would put into the column by itself. */
    private Reach ofDefault(Table table, Column column) {
        ColumnDefault standard = ColumnDefault.of(column, schema);
        return switch (standard.kind()) {
            case DECIDED, VOLATILE -> {
                Set<String> what = Set.of(column.defaultExpression() + at(table, column));
                yield standard.asksClock()
                        ? new Reach(Set.of(), what, Set.of(), Set.of())
                        : new Reach(Set.of(), Set.of(), what, Set.of());
            }
            case CONSTANT, CONSTANT_UNKNOWN, NUMBERED, OTHER -> Reach.NONE;
        };
    }

    private static String at(Table table, Column column) {
        return " (default of "
                + table.name().lockName()
                + "."
                + column.name().toLowerCase(Locale.ROOT)
                + ")";
    }
}
