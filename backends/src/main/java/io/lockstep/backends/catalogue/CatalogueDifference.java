package io.lockstep.backends.catalogue;

import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.ForeignKey;
import io.lockstep.backends.catalogue.Catalogue.Identity;
import io.lockstep.backends.catalogue.Catalogue.Kind;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.Catalogue.UniqueIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What keeps two databases from being backends of one virtual database: differences by which one
 * statement could end differently on them. Names are compared without regard to case; the default
 * schemas count as the same schema, whatever they are called.
 *
 * <p>Between two engines, only what means the same on both is compared: columns and their type
 * classes, NOT NULL, keys; of a view only its columns' names, since each engine has its own rules
 * for the types of expressions. Between databases of one engine, also lengths, scales, which
 * indexes are plain and how text sorts. Defaults and routine bodies are not compared.
 */
public final class CatalogueDifference {
    /** More than this would not be read by anybody. */
    private static final int MOST_REPORTED = 50;

    private final String firstName;
    private final String secondName;
    private final Catalogue first;
    private final Catalogue second;
    private final boolean sameEngine;
    private final List<String> found = new ArrayList<>();

    private CatalogueDifference(
            String firstName,
            Catalogue first,
            String secondName,
            Catalogue second,
            boolean sameEngine) {
        this.firstName = firstName;
        this.first = first;
        this.secondName = secondName;
        this.second = second;
        this.sameEngine = sameEngine;
    }

    /**
     * The differences as sentences for an operator, at most fifty and then a count of the rest.
     *
     * @param firstName how messages name the first database
     * @param sameEngine whether both are of one engine, so that more can be compared
     * @return empty if the two can serve one virtual database
     */
    public static List<String> between(
            String firstName,
            Catalogue first,
            String secondName,
            Catalogue second,
            boolean sameEngine) {
        CatalogueDifference difference =
                new CatalogueDifference(firstName, first, secondName, second, sameEngine);
        difference.compareCollations();
        difference.compareTables();
        difference.compareNames(
                "sequence", difference.sequences(first), difference.sequences(second));
        return difference.report();
    }

    /** Only some engines show a sequence for an identity column. */
    private Set<String> sequences(Catalogue catalogue) {
        Set<String> names = new TreeSet<>(catalogue.sequences());
        if (!sameEngine) {
            names.removeAll(catalogue.columnSequences());
        }
        return names;
    }

    private List<String> report() {
        if (found.size() <= MOST_REPORTED) {
            return List.copyOf(found);
        }
        List<String> some = new ArrayList<>(found.subList(0, MOST_REPORTED));
        some.add("and " + (found.size() - MOST_REPORTED) + " more differences");
        return List.copyOf(some);
    }

    private void compareTables() {
        Map<String, Table> inFirst = byName(first);
        Map<String, Table> inSecond = byName(second);
        compareNames("table or view", inFirst.keySet(), inSecond.keySet());
        inFirst.forEach(
                (name, table) -> {
                    Table other = inSecond.get(name);
                    if (other != null) {
                        compare(name, table, other);
                    }
                });
    }

    /**
     * Of what both have: where they differ, {@code <}, sorting and {@code upper} find other rows
     * and values. Each engine has names of its own.
     */
    private void compareCollations() {
        for (Map.Entry<String, String> entry : new TreeMap<>(first.collations()).entrySet()) {
            String other = second.collations().get(entry.getKey());
            if (sameEngine && other != null && !other.equals(entry.getValue())) {
                boolean database = entry.getKey().equals(Catalogue.DATABASE);
                differs(
                        database ? "the database" : "column " + entry.getKey(),
                        "sorts and compares text by " + entry.getValue(),
                        "by " + other);
            }
        }
    }

    private static Map<String, Table> byName(Catalogue catalogue) {
        Map<String, Table> tables = new TreeMap<>();
        for (Table table : catalogue.tables().values()) {
            tables.put(shownName(catalogue, table.name()), table);
        }
        return tables;
    }

    private static String shownName(Catalogue catalogue, TableName name) {
        return name.schema().equalsIgnoreCase(catalogue.defaultSchema())
                ? lower(name.name())
                : lower(name.toString());
    }

    private void compareNames(String kind, Set<String> inFirst, Set<String> inSecond) {
        for (String name : inFirst) {
            if (!inSecond.contains(name)) {
                found.add(kind + " " + name + " is missing in " + secondName);
            }
        }
        for (String name : inSecond) {
            if (!inFirst.contains(name)) {
                found.add(kind + " " + name + " is missing in " + firstName);
            }
        }
    }

    private void compare(String name, Table one, Table other) {
        if (one.kind() != other.kind()) {
            differs(name, "is a " + word(one.kind()), "a " + word(other.kind()));
            return;
        }
        compareColumns(name, one, other);
        if (one.kind() == Kind.VIEW) {
            return;
        }
        compareSets(name, "unique index over ", uniqueIndexes(one), uniqueIndexes(other));
        compareSets(name, "foreign key ", foreignKeys(first, one), foreignKeys(second, other));
        if (one.triggers() != other.triggers()) {
            differs(name, one.triggers() ? "has triggers" : "has no triggers", "the opposite");
        }
        if (one.durable() != other.durable()) {
            differs(
                    name,
                    one.durable() ? "survives a crash" : "does not survive a crash",
                    "the opposite");
        }
    }

    private static String word(Kind kind) {
        return kind == Kind.VIEW ? "view" : "table";
    }

    private void compareColumns(String name, Table one, Table other) {
        Map<String, Column> columns = columns(one);
        Map<String, Column> others = columns(other);
        for (Map.Entry<String, Column> entry : columns.entrySet()) {
            Column column = others.get(entry.getKey());
            if (column == null) {
                found.add("column " + name + "." + entry.getKey() + " is missing in " + secondName);
            } else if (sameEngine || one.kind() == Kind.TABLE) {
                compare(name + "." + entry.getKey(), entry.getValue(), column);
            }
        }
        for (String column : others.keySet()) {
            if (!columns.containsKey(column)) {
                found.add("column " + name + "." + column + " is missing in " + firstName);
            }
        }
        List<String> order = List.copyOf(columns(one, Column::name));
        List<String> otherOrder = List.copyOf(columns(other, Column::name));
        // INSERT without column names and SELECT * depend on it.
        if (columns.keySet().equals(others.keySet()) && !order.equals(otherOrder)) {
            differs(name, "has the columns " + order, otherOrder.toString());
        }
    }

    private static Map<String, Column> columns(Table table) {
        Map<String, Column> columns = new TreeMap<>();
        table.columns().forEach(column -> columns.put(lower(column.name()), column));
        return columns;
    }

    private static List<String> columns(Table table, Function<Column, String> text) {
        return table.columns().stream().map(text).map(CatalogueDifference::lower).toList();
    }

    private void compare(String name, Column one, Column other) {
        String type = type(one);
        String otherType = type(other);
        if (!type.equals(otherType)) {
            differs("column " + name, "is " + type, otherType);
        }
        if (one.nullable() != other.nullable()) {
            differs(
                    "column " + name,
                    one.nullable() ? "takes NULL" : "is NOT NULL",
                    "the opposite");
        }
        boolean identity = one.identity() != Identity.NONE;
        boolean otherIdentity = other.identity() != Identity.NONE;
        if (identity != otherIdentity || (sameEngine && one.identity() != other.identity())) {
            differs("column " + name, "has identity " + one.identity(), other.identity().name());
        }
        if (one.generated() != other.generated()) {
            differs(
                    "column " + name,
                    one.generated() ? "is generated" : "is not generated",
                    "the opposite");
        }
        if (one.binaryCollation() != other.binaryCollation()) {
            differs(
                    "column " + name,
                    one.binaryCollation()
                            ? "compares text byte by byte"
                            : "does not compare text byte by byte",
                    "the opposite (create text columns on MariaDB with a _bin collation)");
        }
    }

    /** On one engine the type in full, between engines what both can agree on. */
    private String type(Column column) {
        TypeClass typeClass = TypeClass.of(column.jdbcType());
        if (sameEngine) {
            return lower(column.typeName()) + "(" + column.size() + "," + column.scale() + ")";
        }
        return switch (typeClass) {
            case EXACT_NUMBER -> exactNumber(column);
            case OTHER -> "of type " + lower(column.typeName());
            default -> lower(typeClass.name());
        };
    }

    /** Integers of different widths differ in what they refuse, but hold the same values. */
    private static String exactNumber(Column column) {
        boolean fraction = column.scale() > 0;
        return fraction ? "a number with " + column.scale() + " decimal places" : "a whole number";
    }

    /** As texts, so that the two sides can be compared as sets. */
    private Set<String> uniqueIndexes(Table table) {
        Set<String> indexes = new TreeSet<>();
        for (UniqueIndex index : table.uniqueIndexes()) {
            String columns = lower(index.columns().toString());
            indexes.add(
                    columns
                            + (index.primary() ? " as primary key" : "")
                            + (index.plain() ? "" : " of a special kind"));
        }
        return indexes;
    }

    private static Set<String> foreignKeys(Catalogue catalogue, Table table) {
        Set<String> keys = new TreeSet<>();
        for (ForeignKey key : table.foreignKeys()) {
            keys.add(
                    lower(key.columns().toString())
                            + " to "
                            + shownName(catalogue, key.parent())
                            + lower(key.parentColumns().toString())
                            + (key.changesChildOnParentChange() ? " with cascading" : ""));
        }
        return keys;
    }

    private void compareSets(String table, String what, Set<String> one, Set<String> other) {
        for (String item : one) {
            if (!other.contains(item)) {
                found.add("table " + table + ": " + what + item + " is missing in " + secondName);
            }
        }
        for (String item : other) {
            if (!one.contains(item)) {
                found.add("table " + table + ": " + what + item + " is missing in " + firstName);
            }
        }
    }

    private void differs(String what, String inFirst, String inSecond) {
        found.add(
                what
                        + " "
                        + inFirst
                        + " in "
                        + firstName
                        + ", but "
                        + inSecond
                        + " in "
                        + secondName);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
