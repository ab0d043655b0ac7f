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

    /** Behind Derby's CURRENT. */
    private static final Set<String> OF_CONNECTION = Set.of("SCHEMA", "SQLID", "ISOLATION");

    private static final Set<String> BUILT_IN_SCHEMAS =
            Set.of("pg_catalog", "sysfun", "syscs_util", "information_schema", "sysibm");

    private final Tokens tokens;
    private final Schema schema;
    private final List<Occurrence> occurrences = new ArrayList<>();
    private final ClockCalls clocks;
    private final SequenceUses sequences;
    private final Set<String> unknownFunctions = new LinkedHashSet<>();
    private final Set<String> unlisted = new LinkedHashSet<>();
    private final Set<String> unseen = new LinkedHashSet<>();
    private final Set<String> environment = new LinkedHashSet<>();
    private final Set<String> unordered = new LinkedHashSet<>();
    private final Set<String> sessionValues = new LinkedHashSet<>();
    private final Set<String> sessionStates = new LinkedHashSet<>();
    private final Set<String> passedOn = new LinkedHashSet<>();
    private final Set<String> readByFunctions = new LinkedHashSet<>();
    private int storedUntil; // end of the outermost call whose code may store its arguments
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
        this.clocks = new ClockCalls(tokens, schema, occurrences, this::unlisted);
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
                    clocks.look(i, tokens.name(i).toUpperCase(Locale.ROOT));
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
            case "NEXT", "PREVIOUS" -> sequences.valueFor(i);
            case "CURRENT" -> {
                sequences.valueFor(i);
                if (schema.has("derby") && OF_CONNECTION.contains(tokens.word(i + 1))) {
                    environment(i, word + " " + tokens.word(i + 1));
                }
            }
            case "CURRENT_USER",
                    "SESSION_USER",
                    "SYSTEM_USER",
                    "CURRENT_ROLE",
                    "CURRENT_SCHEMA",
                    "CURRENT_CATALOG",
                    "CURRENT_PATH",
                    "USER" ->
                    named(i, qualified);
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
            clocks.look(i, word);
        }
        call(i);
    }

    /** Reserved words for what one database knows, but for MariaDB's, which take brackets. */
    private void named(int i, boolean qualified) {
        boolean other = // a column, an alias, OVERRIDING USER VALUE
                qualified
                        || tokens.symbol(i + 1, '.')
                        || tokens.is(i - 1, "AS")
                        || tokens.is(i - 1, "OVERRIDING");
        boolean reserved =
                !schema.hasOnly("mariadb")
                        || tokens.is(i, "CURRENT_USER")
                        || tokens.is(i, "CURRENT_ROLE");
        if (reserved && !other && !tokens.symbol(i + 1, '(')) {
            environment(i, tokens.name(i));
        }
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

    private void call(int i) {
        if (!tokens.symbol(i + 1, '(') || Mentions.namesTable(tokens, i)) {
            return;
        }
        String name = tokens.name(i);
        Optional<Routine> own = schema.routine(name);
        boolean foreignSchema = foreignSchema(tokens, i);
        Functions.Effect effect = Functions.of(name);
        if (own.isPresent() && effect != Functions.Effect.SYNTAX) {
            ownRoutine = true;
            own(own.get(), effect, i);
            return;
        }
        boolean quoted = tokens.kind(i) == Tokens.Kind.NAME;
        boolean table =
                schema.knows(name) || (tokens.isName(i - 1) && schema.knows(tokens.name(i - 1)));
        boolean listed =
                effect != Functions.Effect.UNKNOWN
                        && (!foreignSchema || effect == Functions.Effect.SEQUENCE);
        if (!listed && !table && !typeModifier(i) && !(Functions.isKeyword(name) && !quoted)) {
            unlisted.add(name);
        }
        boolean doubtful =
                quoted
                        && (effect == Functions.Effect.SYNTAX
                                || (effect == Functions.Effect.PURE && !builtInSpelling(i)));
        if (doubtful || (foreignSchema && effect != Functions.Effect.SEQUENCE)) {
            effect = Functions.Effect.UNKNOWN;
        }
        record(effect, i, name);
    }

    private void unlisted(String name) {
        unknownFunctions.add(name);
        unlisted.add(name);
    }

    /** What the engine's word for it leaves open, {@link #hidden} finds. */
    private void own(Routine routine, Functions.Effect effect, int i) {
        boolean elsewhere = schema.has("mariadb") && tokens.symbol(i - 1, '.');
        if (elsewhere && !schema.showsCode(tokens.name(i - 2))) {
            unlisted(routine.name());
            return;
        }
        boolean extension = // as the engine's own of this name, which other engines and versions
                // have
                effect == Functions.Effect.UUID || effect == Functions.Effect.RANDOM;
        if (routine.mayDiffer() && extension) {
            random(i, effect);
            return;
        }
        readByFunctions.addAll(schema.hiddenCode().tables(routine.name()));
        if (!routine.readOnly()) {
            unknownFunctions.add(routine.name());
        }
        if (routine.mayDiffer()) {
            unseen.add(routine.name());
            passOn(i, routine.name());
        } else if (!routine.readOnly()
                && (schema.hiddenCode().shows(routine.name()) || !schema.has("postgresql"))) {
            storedUntil = Math.max(storedUntil, tokens.closing(i + 1));
        }
    }

    /** As PostgreSQL writes its own functions in the views it shows: {@code "left"(name, 1)}. */
    private boolean builtInSpelling(int i) {
        String raw = tokens.raw(i);
        return schema.has("postgresql")
                && raw.substring(1, raw.length() - 1).equals(tokens.name(i));
    }

    /** The name is qualified, and not by a schema of the engine's own. */
    static boolean foreignSchema(Tokens tokens, int i) {
        return tokens.symbol(i - 1, '.')
                && (!tokens.isName(i - 2) || !BUILT_IN_SCHEMAS.contains(tokens.name(i - 2)));
    }

    /** {@code x::name(3)}, a cast. */
    private boolean typeModifier(int i) {
        int first = i;
        while (tokens.symbol(first - 1, '.') && tokens.isName(first - 2)) {
            first -= 2;
        }
        return tokens.symbol(first - 1, ':') && tokens.symbol(first - 2, ':');
    }

    private void record(Functions.Effect effect, int i, String name) {
        switch (effect) {
            case SYNTAX, CLOCK -> {}
            case PURE -> {
                if (name.equals("age") && Lists.split(tokens, i + 1).size() == 1) {
                    environment.add(name); // from the current date
                }
            }
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
            case ENVIRONMENT -> environment(i, name);
            case ORDERED_AGGREGATE -> {
                if (!orderedInside(i + 1)) {
                    unordered.add(name);
                }
            }
            case CHANGE, UNKNOWN -> unknownFunctions.add(name);
        }
    }

    private void passOn(int i, String name) {
        if (i < storedUntil) {
            passedOn.add(name);
        }
    }

    private void environment(int i, String name) {
        boolean ofSession = // set by SET or set_config, which reach all databases
                name.equals("current_setting")
                        && tokens.kind(i + 2) == Tokens.Kind.STRING
                        && tokens.raw(i + 2).indexOf('.') > 0;
        boolean keyed = // H2's: algorithm, key, data; MariaDB's takes a salt of its own
                name.equals("encrypt") && Lists.split(tokens, i + 1).size() == 3;
        if (!ofSession && !keyed) {
            environment.add(name);
            passOn(i, name);
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
            occurrences.add(clocks.escaped(decided, i, close + 1, -1));
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

    /**
     * Those that give what is handed to a function of the users' own. PostgreSQL's in C are left
     * out, which hardly ever store anything: {@code crypt(?, gen_salt('bf'))}.
     */
    Set<String> passedOn() {
        return passedOn;
    }

    /**
     * Functions of which nothing is known: neither the engine's own, as far as they are listed, nor
     * in the catalogue. They may give another value on each database.
     */
    Set<String> unlistedFunctions() {
        return unlisted;
    }

    /** Functions whose code is not shown, and which may give another value on each database. */
    Set<String> unseenFunctions() {
        return unseen;
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

    /** Tables and views that the code of functions of the users' own names. */
    Set<String> readByFunctions() {
        return readByFunctions;
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
