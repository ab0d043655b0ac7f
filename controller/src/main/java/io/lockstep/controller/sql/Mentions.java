package io.lockstep.controller.sql;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.util.TablesNamesFinder;

/** Which tables a text names. */
final class Mentions {
    /** A name behind one of these and before a bracket is a table with its columns. */
    private static final Set<String> BEFORE_TABLE =
            Set.of("INTO", "INSERT", "IGNORE", "TABLE", "AS", "REFERENCES", "DELAYED", "VIEW");

    private Mentions() {}

    /**
     * Lock names of all tables named anywhere in the text, read or written: by the parser's account
     * if there is one. Otherwise every name in the text that some table of the catalogue has, which
     * may take a column for a table (and lock more), but misses none.
     */
    static Set<String> all(Tokens tokens, Optional<Statement> parsed, Schema schema) {
        if (parsed.isPresent()) {
            try {
                // A common table expression may carry the name of the table it reads, which the
                // finder then leaves out.
                Set<String> names =
                        tokens.find(0, "WITH") < 0 ? new LinkedHashSet<>() : known(tokens, schema);
                new TablesNamesFinder<Void>()
                        .getTables(parsed.get())
                        .forEach(name -> names.add(lastPart(name)));
                return names;
            } catch (RuntimeException notSupported) {
                // The finder refuses some statement types; the tokens know enough.
            }
        }
        return known(tokens, schema);
    }

    private static Set<String> known(Tokens tokens, Schema schema) {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < tokens.count(); i++) {
            if (tokens.isName(i) && schema.knows(tokens.name(i))) {
                names.add(tokens.name(i));
            }
        }
        return names;
    }

    /** From {@code "Shop"."Order"} to {@code order}. */
    private static String lastPart(String qualified) {
        Tokens tokens = Lexer.lex(qualified, Rules.STANDARD);
        SqlName name = SqlName.at(tokens, 0);
        return name == null ? qualified : name.name();
    }

    /**
     * Tables that the writing verbs of the text name as their targets, the main verb's first. A
     * null stands for a verb whose target could not be found.
     */
    static List<SqlName> targets(Tokens tokens) {
        List<SqlName> targets = new ArrayList<>();
        for (int i = 0; i < tokens.count(); i++) {
            if (startsStatement(tokens, i)) {
                switch (tokens.word(i)) {
                    case "INSERT", "MERGE", "REPLACE", "UPSERT" -> targets.add(into(tokens, i));
                    case "UPDATE" -> targets.add(first(tokens, i + 1));
                    case "DELETE" -> targets.add(deleted(tokens, i));
                    default -> {}
                }
            }
        }
        return targets;
    }

    private static boolean startsStatement(Tokens tokens, int i) {
        if (i == 0) {
            return true;
        }
        if (tokens.symbol(i - 1, '(')) { // a CTE's body; but INSERT( and REPLACE( are functions
            return !tokens.symbol(i + 1, '(');
        }
        return tokens.symbol(i - 1, ')') && !tokens.symbol(i + 1, '(');
    }

    private static SqlName into(Tokens tokens, int verb) {
        int at = verb + 1;
        while (true) {
            switch (tokens.word(at)) {
                case "INTO", "IGNORE", "LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "ONLY" -> at++;
                default -> {
                    return SqlName.at(tokens, at);
                }
            }
        }
    }

    private static SqlName first(Tokens tokens, int from) {
        int at = from;
        while (true) {
            switch (tokens.word(at)) {
                case "ONLY", "LOW_PRIORITY", "IGNORE", "QUICK", "FROM" -> at++;
                default -> {
                    return tokens.symbol(at, '(') ? null : SqlName.at(tokens, at);
                }
            }
        }
    }

    /** {@code DELETE FROM t}; MariaDB's several-table forms have no single target. */
    private static SqlName deleted(Tokens tokens, int verb) {
        return first(tokens, verb + 1);
    }

    /** The name at {@code i} is a table, alias or CTE with a column list, not a function. */
    static boolean namesTable(Tokens tokens, int i) {
        int first = i;
        while (tokens.symbol(first - 1, '.') && tokens.isName(first - 2)) {
            first -= 2;
        }
        int close = tokens.closing(i + 1);
        boolean cte =
                tokens.is(close + 1, "AS")
                        && (tokens.symbol(close + 2, '(')
                                || tokens.is(close + 2, "MATERIALIZED")
                                || tokens.are(close + 2, "NOT", "MATERIALIZED"))
                        && (tokens.is(i - 1, "WITH")
                                || tokens.is(i - 1, "RECURSIVE")
                                || tokens.symbol(i - 1, ','));
        return cte
                || tokens.symbol(first - 1, ')')
                || tokens.are(i - 1, "THEN", "INSERT") // MERGE .. WHEN NOT MATCHED
                || BEFORE_TABLE.contains(tokens.word(first - 1))
                || (first == 1 && tokens.is(0, "REPLACE"));
    }
}
