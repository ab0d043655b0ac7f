package io.lockstep.controller.sql;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What an UPDATE sets. */
final class Assignments {
    private Assignments() {}

    /** Values by column, in lower case; null if the columns cannot all be told. */
    static Map<String, TextValue> of(Tokens tokens) {
        int set = SelectShape.find(tokens, 1, "SET");
        if (set < 0) {
            return null;
        }
        Map<String, TextValue> assigned = new HashMap<>();
        int depth = 0;
        int start = set + 1;
        for (int i = set + 1; i <= tokens.count(); i++) {
            depth += i < tokens.count() ? SelectShape.nesting(tokens, i) : 0;
            boolean end = i == tokens.count() || (depth == 0 && endsList(tokens, i));
            if (end || (depth == 0 && tokens.symbol(i, ','))) {
                if (!assignment(tokens, start, i, assigned)) {
                    return null;
                }
                start = i + 1;
            }
            if (end) {
                break;
            }
        }
        return assigned;
    }

    /**
     * Some value is computed from a column that has been assigned before it in the list: MariaDB
     * takes the new value there, everybody else the old one.
     */
    static boolean readsAssigned(Tokens tokens) {
        int set = SelectShape.find(tokens, 1, "SET");
        Set<String> assigned = new HashSet<>();
        String current = null;
        int depth = 0;
        for (int i = set + 1; set > 0 && i < tokens.count(); i++) {
            depth += SelectShape.nesting(tokens, i);
            if (depth == 0 && endsList(tokens, i)) {
                break;
            }
            boolean target =
                    depth == 0
                            && tokens.isName(i)
                            && tokens.symbol(i + 1, '=')
                            && startsAssignment(tokens, i);
            if (target) {
                if (current != null) {
                    assigned.add(current);
                }
                current = tokens.name(i);
            } else if (tokens.isName(i)
                    && !tokens.symbol(i + 1, '(')
                    && !tokens.symbol(i + 1, '.')
                    && assigned.contains(tokens.name(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean startsAssignment(Tokens tokens, int column) {
        int first = column;
        while (tokens.symbol(first - 1, '.')) {
            first -= 2;
        }
        return tokens.symbol(first - 1, ',') || tokens.is(first - 1, "SET");
    }

    private static boolean endsList(Tokens tokens, int i) {
        return switch (tokens.word(i)) {
            case "WHERE", "RETURNING", "ORDER", "LIMIT" -> true;
            case "FROM" -> !tokens.is(i - 1, "DISTINCT");
            default -> false;
        };
    }

    private static boolean assignment(
            Tokens tokens, int from, int to, Map<String, TextValue> assigned) {
        int column = from;
        while (tokens.isName(column) && tokens.symbol(column + 1, '.')) {
            column += 2;
        }
        if (!tokens.isName(column) || !tokens.symbol(column + 1, '=')) {
            return false;
        }
        assigned.put(tokens.name(column), TextValue.of(tokens, column + 2, to));
        return true;
    }
}
