package io.lockstep.controller.sql;

import java.util.Locale;

/** Turns what each backend would decide for itself into values decided once, or refuses. */
final class Rewrites {
    private Rewrites() {}

    /**
     * Everything a write may hold besides its tables.
     *
     * @param oneRow every occurrence stands for one row: INSERT .. VALUES, or pinned by key
     */
    static void apply(Draft draft, Schema schema, Effects effects, boolean oneRow) {
        if (!effects.environment().isEmpty()) {
            draft.refuse(Refusals.environment(effects.environment()));
        } else if (!effects.sessionValues().isEmpty()) {
            draft.refuse(Refusals.sessionValue(effects.sessionValues()));
        } else if (!effects.sessionStates().isEmpty()) {
            draft.refuse(Refusals.sessionState(effects.sessionStates()));
        } else if (effects.userVariables()) {
            draft.refuse(Refusals.userVariables());
        } else if (!effects.unorderedAggregates().isEmpty()) {
            draft.refuse(Refusals.unordered(effects.unorderedAggregates()));
        }
        if (schema.has("postgresql") && castsClockWord(draft.tokens)) {
            draft.refuse(Refusals.clockWord());
        }
        for (Occurrence occurrence : effects.occurrences()) {
            if (occurrence.decided().perRow() && !oneRow) {
                draft.refuse(Refusals.perRow(draft.tokens.raw(occurrence.from())));
            }
        }
        replace(draft, schema, effects);
    }

    /** PostgreSQL reads the clock when it casts 'now', 'today' and the like to a time. */
    private static boolean castsClockWord(Tokens tokens) {
        for (int i = 0; i < tokens.count(); i++) {
            if (tokens.kind(i) == Tokens.Kind.STRING) {
                boolean clockWord =
                        switch (tokens.raw(i).toLowerCase(Locale.ROOT)) {
                            case "'now'", "'today'", "'tomorrow'", "'yesterday'" -> true;
                            default -> false;
                        };
                boolean cast =
                        tokens.symbol(i + 1, ':')
                                || (tokens.symbol(i - 1, '(') && tokens.is(i - 2, "CAST"))
                                || tokens.word(i - 1).startsWith("TIME")
                                || tokens.is(i - 1, "DATE");
                if (clockWord && cast) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The clock alone, for texts whose other effects are left to an ordered run. */
    static void clocks(Draft draft, Schema schema, Effects effects) {
        replace(draft, schema, effects);
    }

    private static void replace(Draft draft, Schema schema, Effects effects) {
        Tokens tokens = draft.tokens;
        for (Occurrence occurrence : effects.occurrences()) {
            draft.splices.decide(
                    tokens.start(occurrence.from()),
                    tokens.end(occurrence.to() - 1),
                    "",
                    DecidedValue.of(occurrence.decided(), occurrence.precision(), schema));
        }
        if (!effects.occurrences().isEmpty()) {
            draft.note("clock, random and uuid values are decided once and sent as parameters");
        }
    }
}
