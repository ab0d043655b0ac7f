package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.Routine;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code CALL p(..)}, {@code {call p(..)}}, {@code {? = call f(..)}}. A call runs on every backend,
 * alone, since its body may do anything; unless the catalogue guarantees, or the configuration or a
 * comment says, that it only reads.
 */
final class JdbcCall {
    private final Draft draft;
    private final Tokens tokens;
    private final Schema schema;
    private final int verb;

    /** {@code verb}: index of the word CALL. */
    JdbcCall(Draft draft, Schema schema, int verb) {
        this.draft = draft;
        this.tokens = draft.tokens;
        this.schema = schema;
        this.verb = verb;
    }

    /** Index of CALL where the text is an escaped call or {@code ? = CALL f(..)}, else -1. */
    static int verb(Tokens tokens) {
        int at = tokens.symbol(0, '{') ? 1 : 0;
        if (at < tokens.count()
                && tokens.kind(at) == Tokens.Kind.PARAMETER
                && tokens.symbol(at + 1, '=')) {
            at += 2;
        }
        return at > 0 && tokens.is(at, "CALL") ? at : -1;
    }

    void classify() {
        draft.call = true;
        SqlName name = SqlName.at(tokens, verb + 1);
        Optional<Routine> routine = name == null ? Optional.empty() : schema.routine(name.name());
        Effects effects = Effects.scan(tokens, verb, schema);
        if (endsTransaction(name, effects)) {
            return;
        }
        if (reads(name, routine, effects)) {
            draft.kind = StatementKind.READ;
            draft.readsUnnamedTables();
            draft.note(
                    tokens.hasReadHint()
                            ? "declared a reader by its lockstep:read comment"
                            : "the routine only reads");
        } else {
            draft.kind = StatementKind.UNKNOWN_WRITE;
            draft.lockDatabase("CALL may change anything");
            HiddenCode.Reach reach = effects.hidden();
            if (!reach.differs().isEmpty() || !reach.clocks().isEmpty()) {
                draft.refuse(
                        Refusals.hiddenDifference(
                                reach.differs().isEmpty() ? reach.clocks() : reach.differs()));
            }
            refuseUnknownArguments(name, effects);
            if (!effects.occurrences().isEmpty()) {
                draft.refuse(
                        "The call reads the clock or a random value in its arguments, which would differ between the databases. Pass the value as a parameter.");
            }
        }
        forPostgres(routine);
    }

    /** Values that the routine may store. */
    private void refuseUnknownArguments(SqlName called, Effects effects) {
        Set<String> arguments = new LinkedHashSet<>(effects.unseenFunctions());
        arguments.addAll(effects.unlistedFunctions());
        if (called != null) {
            arguments.remove(called.name());
        }
        if (!effects.environment().isEmpty()) {
            draft.refuse(Refusals.environment(effects.environment()));
        } else if (!arguments.isEmpty()) {
            boolean unseen = effects.unseenFunctions().containsAll(arguments);
            draft.refuse(
                    unseen
                            ? Refusals.unseenFunction(arguments)
                            : Refusals.unlistedFunction(arguments));
        }
    }

    /** Refuses what would end the transaction on one database before the others have followed. */
    private boolean endsTransaction(SqlName name, Effects effects) {
        Set<String> commits = effects.hidden().commits();
        if (!commits.isEmpty()) {
            draft.refuse(Refusals.endsTransaction(commits));
            return true;
        }
        if (name == null) {
            return false;
        }
        if (schema.has("mariadb") && !schema.showsCode(name.schema())) {
            draft.refuse(Refusals.unseenProcedure(name.toString()));
            return true;
        }
        boolean files =
                name.name().startsWith("syscs_import_") || name.name().startsWith("syscs_export_");
        if (schema.has("derby") && files) {
            draft.refuse(Refusals.administration(name.toString()));
            return true;
        }
        return false;
    }

    private boolean reads(SqlName name, Optional<Routine> routine, Effects effects) {
        boolean harmless =
                !effects.sequences().any()
                        && !effects.modifies()
                        && effects.sessionValues().isEmpty()
                        && effects.sessionStates().isEmpty();
        boolean declared = routine.isPresent() ? routine.get().readOnly() : listed(name);
        boolean known = declared && effects.unknownFunctions().isEmpty();
        return harmless && (tokens.hasReadHint() || known);
    }

    /** The engines' own functions may be called as well: {@code ? = CALL version()}. */
    private static boolean listed(SqlName name) {
        if (name == null) {
            return false;
        }
        Functions.Effect effect = Functions.of(name.name());
        return effect == Functions.Effect.PURE || effect == Functions.Effect.ENVIRONMENT;
    }

    /**
     * Its driver finds the escape only at the very beginning of the text, and takes every routine
     * in it for a function; a procedure must be called by CALL.
     */
    private void forPostgres(Optional<Routine> routine) {
        if (!schema.has("postgresql") || !tokens.symbol(0, '{')) {
            return;
        }
        int last = tokens.count() - 1;
        boolean procedure =
                verb == 1
                        && routine.isPresent()
                        && routine.get().procedure()
                        && tokens.symbol(last, '}');
        cut(0, tokens.start(procedure ? verb : 0));
        cut(procedure ? tokens.start(last) : tokens.end(last), tokens.text().length());
    }

    private void cut(int from, int to) {
        if (from < to) {
            draft.splices.replace(from, to, Map.of("postgresql", ""));
        }
    }
}
