package io.lockstep.driver.wire;

import java.util.Locale;
import java.util.Set;

/**
 * Whether a statement may commit the transaction it is executed in, as far as its first word tells.
 * Errs towards "it may": then the controller is asked, which knows.
 */
public enum Commits {
    /** It reads or writes rows, or takes something back. */
    NOTHING,
    /** It is a COMMIT. */
    ALL,
    /** It may be DDL, which some databases precede by a commit. */
    ALL_BEFORE;

    private static final Set<String> NEVER_COMMIT =
            Set.of(
                    "SELECT",
                    "VALUES",
                    "TABLE",
                    "WITH",
                    "INSERT",
                    "UPDATE",
                    "DELETE",
                    "MERGE",
                    "REPLACE",
                    "UPSERT",
                    "CALL",
                    "ROLLBACK",
                    "ABORT",
                    "SAVEPOINT",
                    "RELEASE",
                    "BEGIN");

    /** Looks past white space and plain comments for the first word. */
    public static Commits of(String sql) {
        int start = firstWord(sql);
        if (start == sql.length()) {
            return ALL_BEFORE;
        }
        if ("({?".indexOf(sql.charAt(start)) >= 0) {
            return NOTHING;
        }
        int end = start;
        while (end < sql.length() && isWord(sql.charAt(end))) {
            end++;
        }
        String word = sql.substring(start, end).toUpperCase(Locale.ROOT);
        if (word.equals("COMMIT") || word.equals("END")) {
            return ALL;
        }
        return NEVER_COMMIT.contains(word) ? NOTHING : ALL_BEFORE;
    }

    private static boolean isWord(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    /** Where it begins; the end if the comments before it may be read in more than one way. */
    private static int firstWord(String sql) {
        int at = 0;
        while (at < sql.length()) {
            if (sql.charAt(at) <= ' ') {
                at++;
            } else if (sql.startsWith("--", at)) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end + 1;
            } else if (sql.startsWith("/*", at)) {
                int end = sql.indexOf("*/", at + 2);
                boolean plain = end >= 0 && isPlain(sql.substring(at + 2, end));
                at = plain ? end + 2 : sql.length();
            } else {
                return at;
            }
        }
        return at;
    }

    /** Not executed by MariaDB, and ending at the same place whether comments nest or not. */
    private static boolean isPlain(String comment) {
        return !comment.startsWith("!") && !comment.startsWith("M!") && !comment.contains("/*");
    }
}
