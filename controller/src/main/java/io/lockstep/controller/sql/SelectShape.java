package io.lockstep.controller.sql;

import java.util.Set;

/**
 * The outer form of a SELECT, UPDATE or DELETE as far as pinning rows needs it.
 *
 * @param table the only table, or null if there are none, several, or it is not that simple
 * @param alias what columns may be qualified with besides the table's name, or null
 * @param where first token of the condition, or -1 if there is none
 * @param whereEnd behind its last token
 * @param plainAggregate yields exactly one row whatever the data
 */
record SelectShape(
        Tokens tokens,
        SqlName table,
        String alias,
        int where,
        int whereEnd,
        boolean plainAggregate) {

    private static final Set<String> AGGREGATES =
            Set.of("COUNT", "MIN", "MAX", "SUM", "AVG", "EVERY", "BOOL_AND", "BOOL_OR");

    /** Words that end a table reference or condition. */
    private static final Set<String> CLAUSES =
            Set.of(
                    "WHERE",
                    "GROUP",
                    "HAVING",
                    "ORDER",
                    "LIMIT",
                    "OFFSET",
                    "FETCH",
                    "FOR",
                    "WINDOW",
                    "RETURNING",
                    "LOCK",
                    "WITH",
                    "INTO",
                    "QUALIFY",
                    "SET");

    private static final Set<String> COMBINING =
            Set.of("UNION", "INTERSECT", "EXCEPT", "MINUS", "JOIN", "USING", "PROCEDURE");

    boolean single() {
        return table != null;
    }

    /** Of the SELECT that starts at token {@code verb}. */
    static SelectShape of(Tokens tokens, int verb) {
        SelectShape none = new SelectShape(tokens, null, null, -1, -1, false);
        if (!tokens.is(verb, "SELECT") || verb != 0) {
            return none;
        }
        int from = -1;
        boolean grouped = false;
        int depth = 0;
        for (int i = verb + 1; i < tokens.count(); i++) {
            depth += nesting(tokens, i);
            if (depth != 0) {
                continue;
            }
            String word = tokens.word(i);
            if (COMBINING.contains(word)) {
                return none;
            }
            grouped |= word.equals("GROUP") || word.equals("HAVING");
            boolean distinctFrom = tokens.are(i - 2, "IS", "DISTINCT") || negated(tokens, i);
            if (from < 0 && word.equals("FROM") && !distinctFrom) {
                from = i;
            }
        }
        boolean aggregate = !grouped && aggregatesOnly(tokens, verb + 1, from);
        SelectShape shape =
                from < 0 ? none : afterTable(tokens, from + 1, Set.copyOf(CLAUSES), aggregate);
        return shape.table() == null
                ? new SelectShape(tokens, null, null, -1, -1, aggregate)
                : shape;
    }

    private static boolean negated(Tokens tokens, int i) {
        return tokens.are(i - 3, "IS", "NOT", "DISTINCT");
    }

    /**
     * The table reference at {@code at} and the condition behind it.
     *
     * @param clauses words that may follow the table and its alias
     */
    static SelectShape afterTable(
            Tokens tokens, int at, Set<String> clauses, boolean plainAggregate) {
        SelectShape none = new SelectShape(tokens, null, null, -1, -1, plainAggregate);
        SqlName name = SqlName.at(tokens, tokens.is(at, "ONLY") ? at + 1 : at);
        if (name == null) {
            return none;
        }
        int next = name.end();
        String alias = null;
        if (tokens.is(next, "AS")) {
            next++;
        }
        if (tokens.isName(next) && !clauses.contains(tokens.word(next))) {
            alias = tokens.name(next++);
        }
        if (next < tokens.count() && !clauses.contains(tokens.word(next))) {
            return none; // a comma, a join, a function's bracket ...
        }
        int where = find(tokens, next, "WHERE");
        int end = where < 0 ? -1 : conditionEnd(tokens, where + 1);
        return new SelectShape(
                tokens, name, alias, where < 0 ? -1 : where + 1, end, plainAggregate);
    }

    /** Index of the word outside of all brackets, or -1. */
    static int find(Tokens tokens, int from, String word) {
        int depth = 0;
        for (int i = from; i < tokens.count(); i++) {
            depth += nesting(tokens, i);
            if (depth == 0 && tokens.is(i, word)) {
                return i;
            }
        }
        return -1;
    }

    private static int conditionEnd(Tokens tokens, int from) {
        int depth = 0;
        for (int i = from; i < tokens.count(); i++) {
            depth += nesting(tokens, i);
            if (depth == 0 && CLAUSES.contains(tokens.word(i)) && !tokens.symbol(i - 1, '.')) {
                return i;
            }
        }
        return tokens.count();
    }

    static int nesting(Tokens tokens, int i) {
        return tokens.symbol(i, '(') ? 1 : tokens.symbol(i, ')') ? -1 : 0;
    }

    /** The select list is aggregate calls, with or without alias, and nothing else. */
    private static boolean aggregatesOnly(Tokens tokens, int from, int to) {
        int i = from;
        while (i < to) {
            if (!AGGREGATES.contains(tokens.word(i)) || !tokens.symbol(i + 1, '(')) {
                return false;
            }
            i = tokens.closing(i + 1) + 1;
            if (tokens.is(i, "AS")) {
                i++;
            }
            if (i < to && tokens.isName(i)) {
                if (tokens.is(i, "OVER") || tokens.is(i, "FILTER")) {
                    return false;
                }
                i++;
            }
            if (i < to && !tokens.symbol(i, ',')) {
                return false;
            }
            i++;
        }
        return to > from;
    }
}
