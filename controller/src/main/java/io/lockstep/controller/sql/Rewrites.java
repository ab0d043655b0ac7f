package io.lockstep.controller.sql;

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
        } else if (effects.userVariables()) {
            draft.refuse(Refusals.userVariables());
        } else if (!effects.unorderedAggregates().isEmpty()) {
            draft.refuse(Refusals.unordered(effects.unorderedAggregates()));
        }
        for (Occurrence occurrence : effects.occurrences()) {
            if (occurrence.decided().perRow() && !oneRow) {
                draft.refuse(Refusals.perRow(draft.tokens.raw(occurrence.from())));
            }
        }
        replace(draft, schema, effects);
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
