package io.lockstep.controller.sql;

import java.util.Locale;

/** The name of a sequence that a text gives as a string: {@code nextval('public."Order Seq"')}. */
final class SequenceName {
    private SequenceName() {}

    /**
     * The last part of the name, in lower case.
     *
     * @param literal a string as the text has it, with its quotes
     * @return null if the name cannot be told for certain
     */
    static String inString(String literal) {
        String path = contents(literal);
        if (path == null || path.indexOf('\\') >= 0) {
            return null;
        }
        String rest = path.strip();
        while (true) {
            int end = partEnd(rest);
            if (end <= 0) {
                return null;
            }
            if (end == rest.length()) {
                return unquoted(rest).toLowerCase(Locale.ROOT);
            }
            if (rest.charAt(end) != '.') {
                return null;
            }
            rest = rest.substring(end + 1);
        }
    }

    /** What stands between the quotes, of which there are '..', E'..' and $tag$..$tag$. */
    private static String contents(String literal) {
        if (literal.startsWith("$")) {
            int open = literal.indexOf('$', 1) + 1;
            return literal.length() < 2 * open
                    ? null
                    : literal.substring(open, literal.length() - open);
        }
        int open = literal.indexOf('\'');
        return open < 0 || literal.length() < open + 2
                ? null
                : literal.substring(open + 1, literal.length() - 1).replace("''", "'");
    }

    /** Behind the first part, quoted or not; 0 if there is none. */
    private static int partEnd(String path) {
        int end = 0;
        if (path.startsWith("\"")) {
            end = path.indexOf('"', 1);
            while (end > 0 && path.startsWith("\"\"", end)) {
                end = path.indexOf('"', end + 2);
            }
            return end + 1;
        }
        while (end < path.length() && isPlain(path.charAt(end))) {
            end++;
        }
        boolean number = end > 0 && Character.isDigit(path.charAt(0)); // PostgreSQL's oid
        return number ? 0 : end;
    }

    private static boolean isPlain(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }

    private static String unquoted(String part) {
        return part.startsWith("\"")
                ? part.substring(1, part.length() - 1).replace("\"\"", "\"")
                : part;
    }
}
