package io.lockstep.controller.sql;

import io.lockstep.controller.sql.Occurrence.Decided;

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
        } else if (ofUnknownOrigin(draft, effects)) {
            return;
        } else if (!effects.sessionValues().isEmpty()) {
            draft.refuse(Refusals.sessionValue(effects.sessionValues()));
        } else if (!effects.sessionStates().isEmpty()) {
            draft.refuse(Refusals.sessionState(effects.sessionStates()));
        } else if (effects.userVariables()) {
            draft.refuse(Refusals.userVariables());
        } else if (!effects.unorderedAggregates().isEmpty()) {
            draft.refuse(Refusals.unordered(effects.unorderedAggregates()));
        } else {
            hidden(draft, schema, effects);
        }
        if (schema.has("postgresql") && ClockWords.in(draft, schema)) {
            draft.refuse(Refusals.clockWord());
        }
        SystemTables.refuse(draft, schema);
        if (draft.kind == StatementKind.WRITE || draft.kind == StatementKind.UNKNOWN_WRITE) {
            refuseStorage(draft, schema);
        }
        for (Occurrence occurrence : effects.occurrences()) {
            if (occurrence.decided().perRow() && !oneRow) {
                draft.refuse(Refusals.perRow(draft.tokens.raw(occurrence.from())));
            }
        }
        replace(draft, schema, effects);
    }

    /** Values of functions that nothing is known of. */
    static boolean ofUnknownOrigin(Draft draft, Effects effects) {
        if (!effects.unseenFunctions().isEmpty()) {
            draft.refuse(Refusals.unseenFunction(effects.unseenFunctions()));
            return true;
        } else if (!effects.unlistedFunctions().isEmpty()) {
            draft.refuse(Refusals.unlistedFunction(effects.unlistedFunctions()));
            return true;
        }
        return false;
    }

    /** What views and functions ask of the clock or of chance when a write uses them. */
    private static void hidden(Draft draft, Schema schema, Effects effects) {
        HiddenCode.Reach reach = effects.hidden();
        if (!reach.differs().isEmpty()) {
            draft.refuse(Refusals.hiddenDifference(reach.differs()));
        } else if (!reach.clocks().isEmpty() && !holdClock(draft, schema)) {
            draft.refuse(Refusals.hiddenDifference(reach.clocks()));
        }
    }

    /** The same for a column's default that the databases evaluate. */
    static boolean holdClock(Draft draft, Schema schema, ColumnDefault standard) {
        return standard.asksClock() && holdClock(draft, schema);
    }

    /** True if the databases can be told the time that everything in the statement gets. */
    static boolean holdClock(Draft draft, Schema schema) {
        boolean possible = schema.hasOnly("mariadb");
        if (possible) {
            draft.holdClock(new DecidedValue(Decided.STATEMENT_CLOCK, 6, false));
        }
        return possible;
    }

    /** For queries of which a table is made: nothing of them can be decided here. */
    static void refuseDifferent(Draft draft, Schema schema, Effects effects) {
        HiddenCode.Reach reach = effects.hidden();
        String order = RowOrder.problem(draft.tokens, schema);
        SystemTables.refuse(draft, schema);
        if (!effects.environment().isEmpty()) {
            draft.refuse(Refusals.environment(effects.environment()));
        } else if (ofUnknownOrigin(draft, effects)) {
            return;
        } else if (!reach.differs().isEmpty() || !reach.clocks().isEmpty()) {
            draft.refuse(
                    Refusals.hiddenDifference(
                            reach.differs().isEmpty() ? reach.clocks() : reach.differs()));
        } else if (!effects.unorderedAggregates().isEmpty()) {
            draft.refuse(Refusals.unordered(effects.unorderedAggregates()));
        } else if (TotalOrder.missing(draft.tokens, schema)) {
            draft.refuse(Refusals.limitWithoutOrder(schema));
        } else if (order != null) {
            draft.refuse(order);
        }
    }

    /** Rows picked by where a database stored them, or by chance. */
    private static void refuseStorage(Draft draft, Schema schema) {
        Tokens tokens = draft.tokens;
        for (int i = 0; i < tokens.count(); i++) {
            boolean place =
                    switch (tokens.word(i)) {
                        case "CTID", "XMIN", "XMAX", "CMIN", "CMAX", "TABLEOID" ->
                                schema.has("postgresql");
                        case "_ROWID_" -> schema.has("h2");
                        default -> false;
                    };
            if (place && !tokens.is(i - 1, "AS") && !tokens.symbol(i + 1, '(')) {
                draft.refuse(Refusals.placeOfRow(tokens.raw(i)));
            } else if (tokens.is(i, "TABLESAMPLE")) {
                draft.refuse(Refusals.sample());
            }
        }
    }

    /**
     * For queries whose effects are left to an ordered run. What they hand to code that may store
     * it is decided once or refused.
     */
    static void clocks(Draft draft, Schema schema, Effects effects) {
        if (!effects.passedOn().isEmpty()) {
            draft.refuse(Refusals.environment(effects.passedOn()));
            return;
        }
        hidden(draft, schema, effects);
        replace(draft, schema, effects);
    }

    private static void replace(Draft draft, Schema schema, Effects effects) {
        Tokens tokens = draft.tokens;
        if (schema.has("derby") && tokens.is(0, "MERGE") && !effects.occurrences().isEmpty()) {
            draft.refuse(Refusals.derbyMerge());
        }
        for (Occurrence occurrence : effects.occurrences()) {
            if (occurrence.decided().statementClock() && holdClock(draft, schema)) {
                continue;
            }
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
