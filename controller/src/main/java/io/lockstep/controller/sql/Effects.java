package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.Routine;
import io.lockstep.controller.sql.Occurrence.Decided;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a text does apart from its main verb, found by looking at every token. This, and not the
 * parser, is what keeps a write from being taken for a read: it sees sequences, functions, writing
 * sub-statements, locking clauses and variables wherever they stand, parsed or not.
 */
final class Effects {
    /** What a locking clause asks for. */
    enum RowLock {
        NONE,
        KEY_SHARE,
        SHARE,
        NO_KEY_UPDATE,
        UPDATE
    }

    private static final Set<String> MODIFYING =
            Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "UPSERT", "REPLACE", "TRUNCATE", "CALL");

    /** A name behind one of these and before a bracket is a table with its columns. */
    private static final Set<String> BEFORE_TABLE =
            Set.of("INTO", "INSERT", "IGNORE", "TABLE", "AS", "REFERENCES", "DELAYED", "VIEW");

    private static final Set<String> BUILT_IN_SCHEMAS =
            Set.of("pg_catalog", "sysfun", "syscs_util", "information_schema", "sysibm");

    private final Tokens tokens;
    private final Schema schema;
    private final List<Occurrence> occurrences = new ArrayList<>();
    private final SequenceUses sequences;
    private final Set<String> unknownFunctions = new LinkedHashSet<>();
    private final Set<String> environment = new LinkedHashSet<>();
    private final Set<String> unordered = new LinkedHashSet<>();
    private final Set<String> sessionValues = new LinkedHashSet<>();
    private final Set<String> sessionStates = new LinkedHashSet<>();
    private HiddenCode.Reach hidden = HiddenCode.Reach.NONE;
    private boolean modifies;
    private boolean into;
    private boolean userVariables;
    private boolean assignsVariable;
    private boolean subquery;
    private boolean ownRoutine;
    private RowLock rowLock = RowLock.NONE;
    private StatementClass.LockWait lockWait = StatementClass.LockWait.WAIT;

    private Effects(Tokens tokens, Schema schema) {
        this.tokens = tokens;
        this.schema = schema;
        this.sequences = new SequenceUses(tokens, sessionValues, !schema.has("mariadb"));
    }

    /**
     * Looks at the tokens from {@code from} on; the main verb is expected there and not itself
     * counted as modifying.
     */
    static Effects scan(Tokens tokens, int from, Schema schema) {
        Effects effects = new Effects(tokens, schema);
        for (int i = from; i < tokens.count(); i++) {
            effects.look(i, i == from);
        }
        return effects;
    }

    private void look(int i, boolean first) {
        switch (tokens.kind(i)) {
            case WORD -> {
                word(i, first);
                hidden(i);
            }
            case NAME -> {
                if (tokens.symbol(i + 1, '(')) {
                    clockWord(i, tokens.name(i).toUpperCase(Locale.ROOT));
                }
                call(i);
                hidden(i);
            }
            case SYMBOL -> {
                symbol(i);
                hidden(i);
            }
            default -> {}
        }
    }

    /** The name of a view, a type or an attribute that is a function runs code of its own. */
    private void hidden(int i) {
        HiddenCode.Reach reach = schema.hiddenCode().at(tokens, i);
        unknownFunctions.addAll(reach.changes());
        hidden = hidden.and(reach);
    }

    private void word(int i, boolean first) {
        String word = tokens.word(i);
        boolean qualified = tokens.symbol(i - 1, '.');
        switch (word) {
            case "SELECT", "TABLE", "VALUES" -> subquery |= !first && word.equals("SELECT");
            case "INTO" -> {
                into |= !tokens.is(i - 1, "INSERT") && !tokens.is(i - 1, "MERGE");
                assignsVariable |= tokens.symbol(i + 1, '@');
            }
            case "FOR" -> locking(i);
            case "LOCK" -> {
                if (tokens.are(i, "LOCK", "IN", "SHARE", "MODE")) {
                    strongest(RowLock.SHARE);
                }
            }
            case "SET" -> assignsVariable |= tokens.symbol(i + 1, '(') && tokens.symbol(i + 2, '@');
            case "NOWAIT" -> lockWait = StatementClass.LockWait.NOWAIT;
            case "SKIP" -> {
                if (tokens.is(i + 1, "LOCKED")) {
                    lockWait = StatementClass.LockWait.SKIP_LOCKED;
                }
            }
            case "NEXT", "PREVIOUS", "CURRENT" -> sequences.valueFor(i);
            case "NEXTVAL", "CURRVAL" -> {
                if (qualified && !tokens.symbol(i + 1, '(')) {
                    sequences.valueOf(i);
                    return;
                }
            }
            default -> {}
        }
        if (MODIFYING.contains(word) && !first && !qualified) {
            modifying(i, word);
        }
        if (!qualified || tokens.symbol(i + 1, '(')) {
            clockWord(i, word);
        }
        call(i);
    }

    private void modifying(int i, String word) {
        boolean lockingClause =
                tokens.is(i - 1, "FOR") || (tokens.is(i - 1, "KEY") && tokens.is(i - 3, "FOR"));
        boolean partOfWrite =
                tokens.is(i - 1, "ON") // ON UPDATE, ON DELETE
                        || tokens.is(i - 1, "DO") // DO UPDATE
                        || tokens.is(i - 1, "THEN") // WHEN MATCHED THEN UPDATE
                        || tokens.are(i - 2, "DUPLICATE", "KEY");
        boolean function =
                tokens.symbol(i + 1, '(') && (word.equals("REPLACE") || word.equals("TRUNCATE"));
        if (!lockingClause && !partOfWrite && !function) {
            modifies = true;
        }
    }

    private void locking(int i) {
        if (tokens.is(i + 1, "UPDATE")) {
            strongest(RowLock.UPDATE);
        } else if (tokens.are(i + 1, "NO", "KEY", "UPDATE")) {
            strongest(RowLock.NO_KEY_UPDATE);
        } else if (tokens.is(i + 1, "SHARE")) {
            strongest(RowLock.SHARE);
        } else if (tokens.are(i + 1, "KEY", "SHARE")) {
            strongest(RowLock.KEY_SHARE);
        }
    }

    private void strongest(RowLock found) {
        rowLock = found.compareTo(rowLock) > 0 ? found : rowLock;
    }

    private void symbol(int i) {
        if (tokens.symbol(i, ':') && tokens.symbol(i + 1, '=')) {
            assignsVariable = true;
        } else if (tokens.symbol(i, '@')
                && tokens.isName(i + 1)
                && tokens.start(i + 1) == tokens.end(i)
                && !tokens.symbol(i - 1, '@')
                && !tokens.symbol(i - 1, '<')
                && (schema.has("mariadb") || schema.has("h2"))) {
            userVariables = true;
        } else if (tokens.symbol(i, '@') && tokens.symbol(i - 1, '@') && tokens.isName(i + 1)) {
            environment.add("@@" + tokens.raw(i + 1)); // a setting, or the server's own port
        }
    }

    /** Clock words that need no brackets, Derby's two-word forms and their precision. */
    private void clockWord(int i, String word) {
        Decided decided =
                switch (word) {
                    case "CURRENT_TIMESTAMP", "NOW", "TRANSACTION_TIMESTAMP", "SYSTIMESTAMP" ->
                            Decided.TIMESTAMP;
                    case "LOCALTIMESTAMP", "GETDATE" -> Decided.LOCAL_TIMESTAMP;
                    case "CLOCK_TIMESTAMP", "STATEMENT_TIMESTAMP" -> Decided.CLOCK_TIMESTAMP;
                    case "SYSDATE" -> Decided.CLOCK_TIMESTAMP;
                    case "UTC_TIMESTAMP", "UTC_DATE", "UTC_TIME" -> Decided.UTC_TIMESTAMP;
                    case "CURRENT_DATE", "CURDATE", "TODAY" -> Decided.DATE;
                    case "CURRENT_TIME", "CURTIME" -> Decided.TIME;
                    case "LOCALTIME" ->
                            schema.has("mariadb") ? Decided.LOCAL_TIMESTAMP : Decided.TIME;
                    case "UNIX_TIMESTAMP" -> Decided.UNIX_SECONDS;
                    case "CURRENT" -> derbyClock(i);
                    default -> null;
                };
        if (decided == null || foreignSchema(i)) {
            return;
        }
        boolean bracket = tokens.symbol(i + 1, '(');
        boolean needsBracket =
                switch (word) {
                    case "NOW", "TRANSACTION_TIMESTAMP", "GETDATE", "CLOCK_TIMESTAMP" -> true;
                    case "STATEMENT_TIMESTAMP", "CURDATE", "CURTIME" -> true;
                    case "UTC_TIMESTAMP", "UTC_DATE", "UTC_TIME" -> !schema.has("mariadb");
                    case "UNIX_TIMESTAMP", "TODAY", "SYSTIMESTAMP" -> true;
                    default -> false;
                };
        if (word.equals("CURRENT")) {
            occurrences.add(new Occurrence(decided, i, i + 2, -1));
        } else if (!bracket && !needsBracket) {
            occurrences.add(new Occurrence(decided, i, i + 1, -1));
        } else if (bracket) {
            clockCall(i, decided);
        }
    }

    private Decided derbyClock(int i) {
        return switch (tokens.word(i + 1)) {
            case "TIMESTAMP" -> Decided.TIMESTAMP;
            case "DATE" -> Decided.DATE;
            case "TIME" -> Decided.TIME;
            default -> null;
        };
    }

    private void clockCall(int i, Decided decided) {
        int close = tokens.closing(i + 1);
        int precision = -1;
        if (close == i + 3 && tokens.kind(i + 2) == Tokens.Kind.NUMBER) {
            precision = digit(tokens.raw(i + 2));
        } else if (close != i + 2) {
            if (decided != Decided.UNIX_SECONDS) { // UNIX_TIMESTAMP(x) converts, it reads no clock
                unknownFunctions.add(tokens.name(i));
            }
            return;
        }
        occurrences.add(escaped(decided, i, Math.min(close + 1, tokens.count()), precision));
    }

    /** Takes in the braces of {@code {fn now()}}: what stands there is replaced as a whole. */
    private Occurrence escaped(Decided decided, int from, int to, int precision) {
        boolean escape =
                tokens.is(from - 1, "FN") && tokens.symbol(from - 2, '{') && tokens.symbol(to, '}');
        int start = tokens.symbol(from - 1, '.') ? from - 2 : from; // pg_catalog.now()
        return escape
                ? new Occurrence(decided, from - 2, to + 1, precision)
                : new Occurrence(decided, start, to, precision);
    }

    private static int digit(String number) {
        return number.length() == 1 ? number.charAt(0) - '0' : -1;
    }

    private void call(int i) {
        if (!tokens.symbol(i + 1, '(') || namesTable(i)) {
            return;
        }
        String name = tokens.name(i);
        Optional<Routine> own = schema.routine(name);
        boolean foreignSchema = foreignSchema(i);
        Functions.Effect effect = Functions.of(name);
        if (own.isPresent() && effect != Functions.Effect.SYNTAX) {
            ownRoutine = true;
            if (!own.get().readOnly()) {
                unknownFunctions.add(name);
            } // what the engine's word for it leaves open, hidden() finds
            return;
        }
        boolean quoted = tokens.kind(i) == Tokens.Kind.NAME;
        boolean doubtful =
                quoted
                        && (effect == Functions.Effect.SYNTAX
                                || (effect == Functions.Effect.PURE && !builtInSpelling(i)));
        if (doubtful || (foreignSchema && effect != Functions.Effect.SEQUENCE)) {
            effect = Functions.Effect.UNKNOWN;
        }
        record(effect, i, name);
    }

    /** As PostgreSQL writes its own functions in the views it shows: {@code "left"(name, 1)}. */
    private boolean builtInSpelling(int i) {
        String raw = tokens.raw(i);
        return schema.has("postgresql")
                && raw.substring(1, raw.length() - 1).equals(tokens.name(i));
    }

    /** The name is qualified, and not by a schema of the engine's own. */
    private boolean foreignSchema(int i) {
        return tokens.symbol(i - 1, '.')
                && (!tokens.isName(i - 2) || !BUILT_IN_SCHEMAS.contains(tokens.name(i - 2)));
    }

    private void record(Functions.Effect effect, int i, String name) {
        switch (effect) {
            case PURE, SYNTAX, CLOCK -> {}
            case UUID, RANDOM -> random(i, effect);
            case SEQUENCE -> sequences.call(i);
            case SESSION_VALUE -> sessionValues.add(name);
            case SESSION_STATE -> {
                if (endsWithTransaction(i, name)) {
                    unknownFunctions.add(name);
                } else {
                    sessionStates.add(name);
                }
            }
            case ENVIRONMENT -> environment.add(name);
            case ORDERED_AGGREGATE -> {
                if (!orderedInside(i + 1)) {
                    unordered.add(name);
                }
            }
            case UNKNOWN -> {
                if (name.equals("age") && Lists.split(tokens, i + 1).size() == 1) {
                    environment.add(name); // from the current date
                } else {
                    unknownFunctions.add(name);
                }
            }
        }
    }

    /** {@code set_config(name, value, true)} is SET LOCAL. */
    private boolean endsWithTransaction(int i, String name) {
        int close = tokens.closing(i + 1);
        return name.equals("set_config")
                && tokens.kind(i + 2) == Tokens.Kind.STRING
                && tokens.symbol(i + 3, ',')
                && !SettingTexts.mustBeUnderstood(tokens.raw(i + 2))
                && tokens.is(close - 1, "TRUE")
                && tokens.symbol(close - 2, ',');
    }

    private void random(int i, Functions.Effect effect) {
        int close = tokens.closing(i + 1);
        boolean bare = close == i + 2;
        String name = tokens.name(i);
        boolean simple =
                bare
                        && !name.contains("bytes")
                        && !name.equals("secure_rand")
                        && !name.equals("sys_guid");
        if (simple) {
            Decided decided = effect == Functions.Effect.UUID ? Decided.UUID : Decided.RANDOM;
            occurrences.add(escaped(decided, i, close + 1, -1));
        } else {
            environment.add(name);
        }
    }

    private boolean orderedInside(int open) {
        int close = tokens.closing(open);
        for (int i = open; i < close; i++) {
            if (tokens.is(i, "ORDER")) {
                return true;
            }
        }
        return tokens.are(close + 1, "WITHIN", "GROUP");
    }

    /** The name at {@code i} is a table, alias or CTE with a column list, not a function. */
    private boolean namesTable(int i) {
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

    List<Occurrence> occurrences() {
        return occurrences;
    }

    SequenceUses sequences() {
        return sequences;
    }

    Set<String> unknownFunctions() {
        return unknownFunctions;
    }

    /** It calls a function or procedure that the users of the databases have made. */
    boolean callsOwnRoutine() {
        return ownRoutine;
    }

    Set<String> environment() {
        return environment;
    }

    /** Order-dependent aggregates without an ORDER BY of their own. */
    Set<String> unorderedAggregates() {
        return unordered;
    }

    Set<String> sessionValues() {
        return sessionValues;
    }

    /** Functions that change the connection for whoever uses it next. */
    Set<String> sessionStates() {
        return sessionStates;
    }

    /** What the code of views, functions, types and operators does that the text names. */
    HiddenCode.Reach hidden() {
        return hidden;
    }

    /** A writing verb beside the main one. */
    boolean modifies() {
        return modifies;
    }

    /** INTO that does not belong to INSERT or MERGE: a new table, a file, a variable. */
    boolean into() {
        return into;
    }

    boolean userVariables() {
        return userVariables || assignsVariable;
    }

    /** Some user variable gets a value: only on the connection that runs the text. */
    boolean assignsVariable() {
        return assignsVariable;
    }

    boolean subquery() {
        return subquery;
    }

    RowLock rowLock() {
        return rowLock;
    }

    StatementClass.LockWait lockWait() {
        return lockWait;
    }
}
