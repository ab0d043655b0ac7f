package io.lockstep.controller.sql;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Finds what commits or rolls back by itself in the code of a procedure, as MariaDB's may. Errs
 * towards finding something.
 */
final class SelfCommits {
    private SelfCommits() {}

    /** In words, empty if there is nothing. */
    static Set<String> in(Tokens tokens, Schema schema) {
        Set<String> found = new LinkedHashSet<>();
        if (tokens.doubt() != null || tokens.hasExecutableComment()) {
            found.add("code that cannot be read");
        }
        for (int i = 0; i < tokens.count(); i++) {
            if (!tokens.symbol(i - 1, '.') && commits(tokens, i)) {
                found.add(tokens.word(i));
            } else if (tokens.is(i, "CALL")) {
                SqlName name = SqlName.at(tokens, i + 1);
                if (name != null && !schema.showsCode(name.schema())) {
                    found.add("CALL " + name);
                }
            }
        }
        return found;
    }

    private static boolean commits(Tokens tokens, int i) {
        return switch (tokens.word(i)) {
            case "COMMIT", "XA", "AUTOCOMMIT", "EXECUTE", "GRANT", "REVOKE", "RENAME" -> true;
            case "INSTALL", "UNINSTALL", "ALTER" -> true;
            case "ROLLBACK" -> !tokens.is(i + 1, "TO") && !tokens.are(i, "ROLLBACK", "WORK", "TO");
            case "START" -> tokens.is(i + 1, "TRANSACTION");
            case "CREATE", "DROP" ->
                    !tokens.is(i + 1, "TEMPORARY")
                            && !tokens.are(i, "CREATE", "OR", "REPLACE", "TEMPORARY");
            case "TRUNCATE" -> !tokens.symbol(i + 1, '(');
            case "ANALYZE", "OPTIMIZE", "REPAIR", "CHECK" -> tokens.find(i, "TABLE") >= 0;
            case "CACHE" -> tokens.is(i + 1, "INDEX");
            case "LOAD" -> tokens.is(i + 1, "INDEX");
            case "FLUSH" -> !tokens.symbol(i + 1, '=') && !tokens.symbol(i + 1, ',');
            case "SET" -> tokens.is(i + 1, "PASSWORD") || tokens.are(i, "SET", "DEFAULT", "ROLE");
            default -> false;
        };
    }
}
