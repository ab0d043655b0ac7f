package io.lockstep.driver.wire;

import java.util.Locale;
import java.util.Set;

/** The word a statement begins with, which tells roughly what kind it is of. */
public final class FirstWord {
    private static final Set<String> GIVE_NO_ROWS =
            Set.of(
                    "INSERT",
                    "UPDATE",
                    "DELETE",
                    "MERGE",
                    "REPLACE",
                    "UPSERT",
                    "CREATE",
                    "ALTER",
                    "DROP",
                    "TRUNCATE",
                    "RENAME",
                    "COMMENT",
                    "GRANT",
                    "REVOKE",
                    "BEGIN",
                    "COMMIT",
                    "END");

    private FirstWord() {}

    /**
     * In upper case, past white space and plain comments; a character that begins no word stands
     * for itself.
     *
     * @return empty if there is none, or the comments before it may be read in more than one way
     */
    public static String of(String sql) {
        int start = start(sql);
        if (start == sql.length()) {
            return "";
        }
        int end = start + 1;
        if (isLetter(sql.charAt(start))) {
            while (end < sql.length() && isLetter(sql.charAt(end))) {
                end++;
            }
        }
        return sql.substring(start, end).toUpperCase(Locale.ROOT);
    }

    /** Whether the statement gives nothing but a count, for certain. */
    public static boolean givesNoRows(String sql) {
        return GIVE_NO_ROWS.contains(of(sql))
                && !sql.toUpperCase(Locale.ROOT).contains("RETURNING");
    }

    private static boolean isLetter(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    private static int start(String sql) {
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
