package io.lockstep.driver.wire;

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
                    "BEGIN",
                    "(",
                    "{",
                    "?");

    /** Judges by the first word. */
    public static Commits of(String sql) {
        String word = FirstWord.of(sql);
        if (word.equals("COMMIT") || word.equals("END")) {
            return ALL;
        }
        return NEVER_COMMIT.contains(word) ? NOTHING : ALL_BEFORE;
    }
}
