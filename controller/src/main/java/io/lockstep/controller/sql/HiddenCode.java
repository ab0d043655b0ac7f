package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.Catalogue.Trigger;
import io.lockstep.backends.dialect.Dialect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What runs when a text names a view, a type or an operator or calls a function: their own code is
 * looked at as texts are, through whatever they name in turn. Built with a {@link Schema} and not
 * changed afterwards.
 */
final class HiddenCode {
    /**
     * What some code does.
     *
     * @param changes functions that may change something, as far as is known, and sequences
     * @param clocks what asks the clock for the statement's or transaction's time
     * @param differs what else gives another value on each database
     * @param commits what ends the transaction, if it is a procedure that runs it
     */
    record Reach(
            Set<String> changes, Set<String> clocks, Set<String> differs, Set<String> commits) {
        static final Reach NONE = new Reach(Set.of(), Set.of(), Set.of(), Set.of());

        Reach {
            changes = Set.copyOf(changes);
            clocks = Set.copyOf(clocks);
            differs = Set.copyOf(differs);
            commits = Set.copyOf(commits);
        }

        boolean isNone() {
            return changes.isEmpty() && clocks.isEmpty() && differs.isEmpty() && commits.isEmpty();
        }

        Reach and(Reach other) {
            if (isNone() || other.isNone()) {
                return isNone() ? other : this;
            }
            return new Reach(
                    union(changes, other.changes),
                    union(clocks, other.clocks),
                    union(differs, other.differs),
                    union(commits, other.commits));
        }

        /** Says where each was found, once: the outermost code that is not the text itself. */
        Reach in(String name) {
            return isNone()
                    ? this
                    : new Reach(
                            placed(changes, name),
                            placed(clocks, name),
                            placed(differs, name),
                            placed(commits, name));
        }

        private static Set<String> placed(Set<String> findings, String name) {
            Set<String> placed = new HashSet<>();
            for (String finding : findings) {
                placed.add(finding.contains(" in ") ? finding : finding + " in " + name);
            }
            return placed;
        }

        private static Set<String> union(Set<String> one, Set<String> other) {
            Set<String> both = new HashSet<>(one);
            both.addAll(other);
            return both;
        }
    }

    /** Each of a routine's or trigger's own statements, not of what encloses it. */
    private static final Set<String> BLOCK_WORDS =
            Set.of(
                    "return",
                    "elsif",
                    "elseif",
                    "while",
                    "until",
                    "perform",
                    "raise",
                    "exit",
                    "notice",
                    "exception",
                    "foreach",
                    "slice",
                    "query",
                    "loop",
                    "declare");

    /** Harmless in code, which finds out about its own connection and statement there. */
    private static final Set<String> OWN_STATEMENT =
            Set.of(
                    "row_count",
                    "found_rows",
                    "database",
                    "schema",
                    "current_schema",
                    "user",
                    "current_user",
                    "session_user",
                    "current_role",
                    "current_database",
                    "version");

    private static final String OPERATOR_CHARACTERS = "+-*/<>=~!@#%^&|?";

    private final Schema schema;
    private final Map<String, List<Tokens>> code = new LinkedHashMap<>();
    private final Map<String, Reach> reaches = new HashMap<>();
    private final List<String> operators = new ArrayList<>();
    private final HiddenWrites writes;

    HiddenCode(Catalogue catalogue, Schema schema) {
        this.schema = schema;
        this.writes = new HiddenWrites(catalogue, schema);
        catalogue.code().byName().forEach((name, texts) -> code.put(name, cut(texts)));
        for (String name : code.keySet()) {
            if (OPERATOR_CHARACTERS.indexOf(name.charAt(0)) >= 0) {
                operators.add(name);
            }
        }
    }

    /** Looks at all code until nothing new is found: what it calls may be found out later. */
    void resolve(Catalogue catalogue) {
        boolean found = true;
        while (found) {
            found = writes.resolve(this);
            for (Map.Entry<String, List<Tokens>> entry : code.entrySet()) {
                Reach reach = reach(entry.getValue(), isQuery(entry.getKey()));
                if (!reach.equals(reaches.getOrDefault(entry.getKey(), Reach.NONE))) {
                    reaches.put(entry.getKey(), reach);
                    found = true;
                }
            }
        }
        for (Table table : catalogue.tables().values()) {
            for (Column column : table.columns()) {
                Reach ofType = of(column.typeName().toLowerCase(Locale.ROOT));
                if (!ofType.isNone()) {
                    reaches.merge(table.name().name().toLowerCase(Locale.ROOT), ofType, Reach::and);
                }
            }
        }
    }

    /** Under the rules of every engine there is: which of them shows the code is not known. */
    private List<Tokens> cut(List<String> texts) {
        List<Tokens> cut = new ArrayList<>();
        Set<Dialect.LexicalRules> done = new HashSet<>();
        for (Dialect dialect : schema.dialects()) {
            if (done.add(dialect.lexicalRules())) {
                texts.forEach(text -> cut.add(Lexer.lex(text, dialect.lexicalRules())));
            }
        }
        return cut;
    }

    private Reach reach(List<Tokens> texts, boolean view) {
        Set<String> changes = new LinkedHashSet<>();
        Set<String> clocks = new LinkedHashSet<>();
        Set<String> differs = new LinkedHashSet<>();
        Set<String> commits = new LinkedHashSet<>();
        for (Tokens tokens : texts) {
            Effects effects = Effects.scan(tokens, 0, schema);
            commits.addAll(effects.hidden().commits());
            if (schema.has("mariadb")) { // elsewhere code fails that tries to end a transaction
                commits.addAll(SelfCommits.in(tokens, schema));
            }
            for (String function : effects.unknownFunctions()) {
                if (!BLOCK_WORDS.contains(function)) {
                    changes.add(function);
                }
            }
            if (tokens.doubt() != null || dynamic(tokens)) {
                changes.add("code that cannot be read");
            }
            if (effects.sequences().any()) {
                changes.add("a sequence");
            }
            clocks.addAll(effects.hidden().clocks());
            differs.addAll(effects.hidden().differs());
            for (Occurrence place : effects.occurrences()) {
                if (defaultOfNewTable(tokens, place.from())) {
                    continue; // evaluated by nobody yet
                }
                (place.decided().statementClock() ? clocks : differs).add(tokens.raw(place.from()));
            }
            Reach written = writes.in(tokens);
            clocks.addAll(written.clocks());
            differs.addAll(written.differs());
            differs.addAll(effects.unseenFunctions());
            SystemTables.ofServer(tokens, schema).ifPresent(differs::add);
            effects.environment().stream()
                    .filter(function -> !OWN_STATEMENT.contains(function))
                    .forEach(differs::add);
            if (view) {
                differs.addAll(effects.unorderedAggregates());
                if (TotalOrder.missing(tokens, schema)) {
                    differs.add("LIMIT without a total order");
                }
            }
        }
        return new Reach(changes, clocks, differs, commits);
    }

    /** {@code CREATE TABLE t (at TIMESTAMP DEFAULT now())} in a block. */
    private static boolean defaultOfNewTable(Tokens tokens, int value) {
        int at = value - 1;
        while (tokens.symbol(at, '(')) {
            at--;
        }
        if (!tokens.is(at, "DEFAULT")) {
            return false;
        }
        while (at > 0 && !tokens.symbol(at, ';') && !tokens.is(at, "CREATE")) {
            at--;
        }
        return tokens.are(at, "CREATE", "TABLE");
    }

    /** {@code EXECUTE 'text'}, which may be anything. */
    private static boolean dynamic(Tokens tokens) {
        for (int i = 0; i < tokens.count(); i++) {
            if (tokens.is(i, "EXECUTE")
                    && !tokens.is(i + 1, "FUNCTION")
                    && !tokens.is(i + 1, "PROCEDURE")) {
                return true;
            }
        }
        return false;
    }

    /** What the token runs, if it is such a name or begins an operator. */
    Reach at(Tokens tokens, int i) {
        if (reaches.isEmpty()) {
            return Reach.NONE;
        }
        return tokens.isName(i) ? ofName(tokens, i) : ofOperator(tokens, i);
    }

    private Reach ofName(Tokens tokens, int i) {
        String name = tokens.name(i);
        boolean called = tokens.symbol(i + 1, '(') || isCalledWithoutBrackets(tokens, i);
        Reach reach = Reach.NONE;
        if (called || schema.routine(name).isEmpty()) {
            reach = of(name);
        }
        if (called && schema.declaredReader(name)) {
            reach = new Reach(Set.of(), reach.clocks(), reach.differs(), reach.commits());
        }
        if (!called && tokens.symbol(i - 1, '.')) {
            reach = reach.and(of("." + name));
        }
        return reach.in(name);
    }

    /** {@code CALL p} and {@code CALL s.p}, which MariaDB understands. */
    private static boolean isCalledWithoutBrackets(Tokens tokens, int i) {
        int first = tokens.symbol(i - 1, '.') ? i - 2 : i;
        return tokens.is(first - 1, "CALL");
    }

    private Reach of(String name) {
        return reaches.getOrDefault(name, Reach.NONE);
    }

    private Reach ofOperator(Tokens tokens, int i) {
        if (operators.isEmpty() || joinsOperator(tokens, i - 1)) {
            return Reach.NONE;
        }
        int end = i + 1;
        while (joinsOperator(tokens, end - 1)) {
            end++;
        }
        String run = tokens.text().substring(tokens.start(i), tokens.end(end - 1));
        Reach reach = Reach.NONE;
        for (String operator : operators) {
            if (run.contains(operator)) {
                reach = reach.and(of(operator));
            }
        }
        return reach.in(run);
    }

    /** The token and the next one are part of one run of operator characters. */
    private static boolean joinsOperator(Tokens tokens, int left) {
        return left >= 0
                && left + 1 < tokens.count()
                && tokens.end(left) == tokens.start(left + 1)
                && isOperator(tokens, left)
                && isOperator(tokens, left + 1);
    }

    private static boolean isOperator(Tokens tokens, int i) {
        return (tokens.kind(i) == Tokens.Kind.SYMBOL || tokens.kind(i) == Tokens.Kind.PARAMETER)
                && OPERATOR_CHARACTERS.indexOf(tokens.text().charAt(tokens.start(i))) >= 0;
    }

    /** What the tables under a view do when it is written to, as {@link HiddenWrites} has it. */
    Reach ofViewWritten(String view, Set<String> events, Predicate<String> given) {
        return writes.through(view, events, given, this);
    }

    /** What fires on rows that follow a row of the table by foreign keys. */
    Reach cascaded(Table parent) {
        return writes.cascaded(parent);
    }

    /** What filling a materialized view anew runs. */
    Reach ofRefresh(String view) {
        return of(Catalogue.Code.REFRESH + view);
    }

    /** Tables and views that the code of this name mentions, itself or in what it calls. */
    Set<String> tables(String lowerCaseName) {
        Set<String> tables = new LinkedHashSet<>();
        tables(lowerCaseName, tables, new HashSet<>());
        return tables;
    }

    private void tables(String name, Set<String> tables, Set<String> done) {
        if (!done.add(name)) {
            return;
        }
        for (Tokens tokens : code.getOrDefault(name, List.of())) {
            for (int i = 0; i < tokens.count(); i++) {
                if (!tokens.isName(i)) {
                    continue;
                }
                if (schema.knows(tokens.name(i))) {
                    tables.add(tokens.name(i));
                } else if (tokens.symbol(i + 1, '(')) {
                    tables(tokens.name(i), tables, done);
                }
            }
        }
    }

    /** What is taken for a table's content must come in one order everywhere. */
    private boolean isQuery(String name) {
        return schema.isView(name) || name.startsWith(Catalogue.Code.REFRESH);
    }

    /** The catalogue shows code of this name. */
    boolean shows(String lowerCaseName) {
        return code.containsKey(lowerCaseName);
    }

    /** What a block runs that stands in the statement as a string. */
    Reach ofBlock(String body) {
        return reach(cut(List.of(body)), false);
    }

    /** What a table's triggers for one of these events run. */
    Reach ofTriggers(List<Trigger> triggers, Set<String> events) {
        List<String> bodies = new ArrayList<>();
        for (Trigger trigger : triggers) {
            if (trigger.body() != null && trigger.events().stream().anyMatch(events::contains)) {
                bodies.add(trigger.body());
            }
        }
        return bodies.isEmpty() ? Reach.NONE : reach(cut(bodies), false);
    }
}
