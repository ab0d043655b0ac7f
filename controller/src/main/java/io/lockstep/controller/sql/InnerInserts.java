package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The INSERTs into one table that are parts of a larger statement: in common table expressions, and
 * the branch of MERGE. H2's MERGE with KEY counts as one.
 */
final class InnerInserts {
    /**
     * One of them.
     *
     * @param ordered its rows come in the same order on every database
     */
    private record Inner(InsertShape shape, boolean ordered) {
        /** Some row may get what the database has for the column. */
        boolean leavesOut(String column) {
            boolean counted = shape.listed() || shape.hasRows();
            return !counted || shape.index(column) < 0;
        }
    }

    private final Tokens tokens;
    private final Schema schema;
    private final Table table;
    private final List<Inner> inserts = new ArrayList<>();

    InnerInserts(Tokens tokens, Schema schema, Table table) {
        this.tokens = tokens;
        this.schema = schema;
        this.table = table;
        boolean merge = tokens.is(0, "MERGE");
        if (merge && SelectShape.find(tokens, 0, "USING") < 0) {
            statement(0);
        }
        for (int i = 0; i < tokens.count(); i++) {
            if (tokens.is(i, "INSERT") && tokens.is(i - 1, "THEN")) {
                InsertShape shape =
                        InsertShape.of(tokens, new SqlName(null, "", i + 1), table, schema);
                inserts.add(new Inner(shape, oneRowSource()));
            } else if (tokens.is(i, "INSERT") && !tokens.symbol(i + 1, '(')) {
                statement(i);
            }
        }
    }

    private void statement(int verb) {
        int into = verb + 1;
        while (!tokens.is(into, "INTO") && tokens.isName(into)) {
            into++;
        }
        SqlName name = SqlName.at(tokens, into + 1);
        Optional<Table> target = name == null ? Optional.empty() : schema.find(name);
        if (target.isPresent() && !target.get().name().equals(table.name())) {
            return;
        }
        int end = levelEnd(verb);
        SqlName behind = name == null ? new SqlName(null, "", into + 1) : withoutAlias(name);
        InsertShape shape = InsertShape.of(tokens, behind, table, schema);
        boolean query = contains(behind.end(), end, "SELECT");
        inserts.add(
                new Inner(
                        shape,
                        shape.hasRows() || !query || TotalOrder.ordered(tokens, end, schema)));
    }

    private SqlName withoutAlias(SqlName name) {
        return tokens.is(name.end(), "AS") ? new SqlName(null, "", name.end() + 2) : name;
    }

    /** Behind the last token of the bracket that holds {@code at}. */
    private int levelEnd(int at) {
        int depth = 0;
        for (int i = at; i < tokens.count(); i++) {
            depth += SelectShape.nesting(tokens, i);
            if (depth < 0 || (depth == 0 && tokens.is(i, "RETURNING"))) {
                return i;
            }
        }
        return tokens.count();
    }

    private boolean contains(int from, int to, String word) {
        int at = tokens.find(from, word);
        return at >= 0 && at < to;
    }

    /** What MERGE compares with is no table but one row that the text spells. */
    private boolean oneRowSource() {
        int using = SelectShape.find(tokens, 0, "USING");
        if (!tokens.symbol(using + 1, '(')) {
            return tokens.is(using + 1, "DUAL") || tokens.is(using + 1, "SYSIBM");
        }
        int close = tokens.closing(using + 1);
        boolean query = tokens.is(using + 2, "SELECT") && !combined(using + 2, close);
        boolean row =
                tokens.is(using + 2, "VALUES")
                        && tokens.symbol(using + 3, '(')
                        && tokens.closing(using + 3) == close - 1;
        return row || query;
    }

    /** It reads a table, or has more than one SELECT. */
    private boolean combined(int select, int close) {
        for (int i = select + 1; i < close; i++) {
            switch (tokens.word(i)) {
                case "FROM" -> {
                    if (!tokens.is(i + 1, "DUAL") && !tokens.is(i + 1, "SYSIBM")) {
                        return true;
                    }
                }
                case "SELECT", "UNION", "VALUES", "UNNEST", "GENERATE_SERIES" -> {
                    return true;
                }
                default -> {}
            }
        }
        return false;
    }

    /** Some row may get what the database has for the column (in lower case). */
    boolean leaveOut(String column) {
        return inserts.stream().anyMatch(inner -> inner.leavesOut(column));
    }

    /** The same for rows that come in an order of each database's own. */
    boolean leaveOutUnordered(String column) {
        return inserts.stream().anyMatch(inner -> !inner.ordered() && inner.leavesOut(column));
    }
}
