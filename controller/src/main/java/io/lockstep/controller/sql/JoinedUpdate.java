package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.Catalogue.UniqueIndex;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * {@code UPDATE .. SET .. FROM} and MariaDB's {@code UPDATE a JOIN b SET ..}: where several rows of
 * another table match one that is written, each database takes the value from the one it finds
 * first or last.
 */
final class JoinedUpdate {
    /**
     * Another table of the statement.
     *
     * @param alias by which it is named, in lower case
     * @param table if it is one that the catalogue knows
     * @param grouped columns of which a sub-select yields each combination once; empty if unknown
     */
    private record Source(String alias, Optional<Table> table, List<String> grouped) {
        /** Sets of columns, in lower case, that name one row at most. */
        List<List<String>> keys() {
            List<List<String>> keys = new ArrayList<>();
            if (!grouped.isEmpty()) {
                keys.add(grouped);
            }
            for (UniqueIndex index : table.map(Table::uniqueIndexes).orElse(List.of())) {
                if (index.plain() && !index.columns().isEmpty()) {
                    keys.add(
                            index.columns().stream()
                                    .map(column -> column.toLowerCase(Locale.ROOT))
                                    .toList());
                }
            }
            return keys;
        }
    }

    /** {@code alias.column = value}; the parts are null where they are not plain to see. */
    private record Equality(String alias, String column, String otherAlias, boolean constant) {}

    private final Tokens tokens;
    private final Schema schema;
    private final int set;
    private final int from;
    private final List<Source> sources = new ArrayList<>();
    private final List<Equality> equalities = new ArrayList<>();

    private JoinedUpdate(Tokens tokens, Schema schema) {
        this.tokens = tokens;
        this.schema = schema;
        this.set = SelectShape.find(tokens, 1, "SET");
        this.from = set < 0 ? -1 : fromClause();
    }

    private int fromClause() {
        for (int i = SelectShape.find(tokens, set, "FROM");
                i >= 0;
                i = SelectShape.find(tokens, i + 1, "FROM")) {
            if (!tokens.is(i - 1, "DISTINCT")) {
                return i;
            }
        }
        return -1;
    }

    /** What is stored may come from one of several rows. */
    static boolean ambiguous(Tokens tokens, Schema schema, boolean severalTables) {
        if (!tokens.is(0, "UPDATE")) {
            return false;
        }
        JoinedUpdate update = new JoinedUpdate(tokens, schema);
        if (update.set < 0 || (update.from < 0 && !severalTables)) {
            return false;
        }
        return update.ambiguous();
    }

    private boolean ambiguous() {
        int where = SelectShape.find(tokens, set, "WHERE");
        int end = where < 0 ? tokens.count() : where;
        if (from >= 0) {
            sources(from + 1, end);
            equalities(from + 1, tokens.count());
        } else {
            sources(1, set);
            equalities(1, set);
            equalities(end, tokens.count());
            assignedTables().forEach(alias -> sources.removeIf(s -> s.alias().equals(alias)));
        }
        Set<String> single = singleMatches();
        int assignedTo = from >= 0 ? from : end;
        return sources.stream()
                .anyMatch(s -> !single.contains(s.alias()) && mentioned(s, assignedTo));
    }

    /** Tables named between {@code start} and {@code end}, at the outermost level. */
    private void sources(int start, int end) {
        int depth = 0;
        boolean expected = true;
        for (int i = start; i < end; i++) {
            if (expected && depth == 0 && tokens.symbol(i, '(')) {
                int close = tokens.closing(i);
                sources.add(new Source(alias(close + 1, ""), Optional.empty(), grouped(i, close)));
                expected = false;
            } else if (expected && depth == 0 && tokens.isName(i) && !isJoinWord(i)) {
                SqlName name = SqlName.at(tokens, i);
                boolean function = tokens.symbol(name.end(), '(');
                sources.add(
                        new Source(
                                alias(name.end(), name.name()),
                                function ? Optional.empty() : schema.find(name),
                                List.of()));
                i = name.end() - 1;
                expected = false;
            }
            depth += SelectShape.nesting(tokens, i);
            expected |= depth == 0 && (tokens.symbol(i, ',') || tokens.is(i, "JOIN"));
        }
    }

    /** What the sub-select in the bracket groups by, if that is plain columns. */
    private List<String> grouped(int open, int close) {
        int group = SelectShape.find(tokens, open + 1, "GROUP");
        List<String> columns = new ArrayList<>();
        for (int i = group + 2; group > 0 && i < close; i++) {
            boolean last = tokens.isName(i) && !tokens.symbol(i + 1, '.');
            boolean ends =
                    i + 1 == close || tokens.symbol(i + 1, ',') || tokens.is(i + 1, "HAVING");
            if (last && ends) {
                columns.add(tokens.name(i));
            } else if (!tokens.symbol(i, ',') && !tokens.symbol(i, '.') && !tokens.isName(i)) {
                return List.of();
            }
            if (tokens.is(i + 1, "HAVING")) {
                break;
            }
        }
        return columns;
    }

    private boolean isJoinWord(int i) {
        return switch (tokens.word(i)) {
            case "ONLY", "LATERAL", "LOW_PRIORITY", "IGNORE" -> true;
            default -> false;
        };
    }

    private String alias(int at, String name) {
        int next = tokens.is(at, "AS") ? at + 1 : at;
        return switch (tokens.word(next)) {
            case "WHERE", "SET", "JOIN", "ON", "LEFT", "INNER", "CROSS", "RIGHT", "NATURAL" -> name;
            default -> tokens.isName(next) ? tokens.name(next) : name;
        };
    }

    private Set<String> assignedTables() {
        Set<String> assigned = new HashSet<>();
        for (int i = set; i < tokens.count(); i++) {
            boolean assignment = tokens.symbol(i - 1, ',') || tokens.is(i - 1, "SET");
            if (assignment && tokens.isName(i) && tokens.symbol(i + 1, '.')) {
                assigned.add(tokens.name(i));
            }
        }
        return assigned;
    }

    /** Plain comparisons that are joined by AND; none if there is an OR beside them. */
    private void equalities(int start, int end) {
        int depth = 0;
        for (int i = start; i < end; i++) {
            depth += SelectShape.nesting(tokens, i);
            if (depth == 0 && tokens.is(i, "OR")) {
                equalities.clear();
                return;
            }
            if (depth == 0 && tokens.symbol(i, '=') && plainEnds(i)) {
                Side left = side(i - 1, true);
                Side right = side(i + 1, false);
                equalities.add(new Equality(left.alias, left.column, right.alias, right.constant));
                equalities.add(new Equality(right.alias, right.column, left.alias, left.constant));
            }
        }
    }

    private record Side(String alias, String column, boolean constant) {}

    private Side side(int at, boolean left) {
        boolean qualified =
                left
                        ? tokens.symbol(at - 1, '.') && tokens.isName(at - 2)
                        : tokens.symbol(at + 1, '.') && tokens.isName(at + 2);
        if (qualified) {
            return new Side(
                    tokens.name(left ? at - 2 : at), tokens.name(left ? at : at + 2), false);
        }
        if (tokens.isName(at)) {
            return new Side(ownerOf(tokens.name(at)), tokens.name(at), false);
        }
        return new Side(null, null, true);
    }

    /** The only source that has a column of this name; the target's is nobody's here. */
    private String ownerOf(String column) {
        List<Source> owners =
                sources.stream()
                        .filter(s -> s.table().flatMap(t -> t.column(column)).isPresent())
                        .toList();
        return owners.size() == 1 ? owners.get(0).alias() : null;
    }

    /** Both sides are one column or constant and nothing else. */
    private boolean plainEnds(int equals) {
        int left = tokens.symbol(equals - 2, '.') ? equals - 4 : equals - 2;
        int right = tokens.symbol(equals + 2, '.') ? equals + 4 : equals + 2;
        boolean starts =
                tokens.is(left, "WHERE")
                        || tokens.is(left, "AND")
                        || tokens.is(left, "ON")
                        || tokens.symbol(left, '(');
        boolean ends =
                right >= tokens.count()
                        || tokens.symbol(right, ')')
                        || tokens.kind(right) == Tokens.Kind.WORD;
        return starts && ends;
    }

    /** Sources of which one row at most matches a row that is written. */
    private Set<String> singleMatches() {
        Set<String> others = new HashSet<>();
        sources.forEach(source -> others.add(source.alias()));
        Set<String> single = new HashSet<>();
        boolean found = true;
        while (found) {
            found = false;
            for (Source source : sources) {
                if (!single.contains(source.alias()) && pinned(source, others, single)) {
                    found = single.add(source.alias());
                }
            }
        }
        return single;
    }

    private boolean pinned(Source source, Set<String> others, Set<String> single) {
        Set<String> fixed = new HashSet<>();
        for (Equality equality : equalities) {
            boolean fixes =
                    equality.constant()
                            || equality.otherAlias() == null
                            || !others.contains(equality.otherAlias())
                            || single.contains(equality.otherAlias());
            if (source.alias().equals(equality.alias()) && fixes) {
                fixed.add(equality.column());
            }
        }
        return source.keys().stream().anyMatch(fixed::containsAll);
    }

    /** Some value that is stored is, or may be, the source's. */
    private boolean mentioned(Source source, int end) {
        for (int i = set + 1; i < end; i++) {
            if (!tokens.isName(i) || tokens.symbol(i + 1, '(')) {
                continue;
            }
            boolean assigned =
                    tokens.symbol(i + 1, '=')
                            && (tokens.symbol(i - 1, ',') || tokens.is(i - 1, "SET"));
            boolean qualifier = tokens.symbol(i + 1, '.');
            boolean qualified = tokens.symbol(i - 1, '.');
            if (qualifier && tokens.name(i).equals(source.alias())) {
                return true;
            }
            if (!qualifier && !qualified && !assigned && mayOwn(source, i)) {
                return true;
            }
        }
        return false;
    }

    private boolean mayOwn(Source source, int i) {
        if (source.table().isPresent()) {
            return source.table().get().column(tokens.name(i)).isPresent();
        }
        return Functions.of(tokens.name(i)) == Functions.Effect.UNKNOWN && !isValueWord(i);
    }

    private boolean isValueWord(int i) {
        return switch (tokens.word(i)) {
            case "NULL", "TRUE", "FALSE", "DEFAULT", "END", "IS" -> true;
            default -> false;
        };
    }
}
