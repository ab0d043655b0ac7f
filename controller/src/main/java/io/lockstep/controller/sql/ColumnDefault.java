package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Identity;
import java.util.Locale;

/**
 * What the databases put into a column that an INSERT leaves out.
 *
 * @param value for {@link Kind#CONSTANT}
 * @param decided for {@link Kind#DECIDED}
 */
record ColumnDefault(Kind kind, TextValue value, Occurrence decided) {
    enum Kind {
        /** The same on every backend, and known. */
        CONSTANT,
        /** The same on every backend; what it is we cannot tell. */
        CONSTANT_UNKNOWN,
        /** Clock, UUID or random: to be decided once. */
        DECIDED,
        /** Identity, serial, sequence. */
        NUMBERED,
        /** An expression around a clock, UUID or random value. */
        VOLATILE,
        /** Some other expression. */
        OTHER
    }

    private static final TextValue NULL = new TextValue(true, -1, null, 0, 0);

    static ColumnDefault of(Column column, Schema schema) {
        if (column.identity() != Identity.NONE) {
            return new ColumnDefault(Kind.NUMBERED, null, null);
        }
        if (column.defaultExpression() == null || column.generated()) {
            return new ColumnDefault(Kind.CONSTANT, NULL, null);
        }
        int change = column.defaultExpression().indexOf(Catalogue.ON_UPDATE);
        return ofExpression(
                change < 0
                        ? column.defaultExpression()
                        : column.defaultExpression().substring(0, change),
                schema);
    }

    private static ColumnDefault ofExpression(String expression, Schema schema) {
        Tokens tokens = Lexer.lex(expression, Rules.STANDARD);
        if (tokens.count() == 0) {
            return new ColumnDefault(Kind.CONSTANT, NULL, null);
        }
        int from = 0;
        int to = tokens.count();
        while (tokens.symbol(from, '(') && tokens.closing(from) == to - 1) {
            from++;
            to--;
        }
        Effects effects = Effects.scan(tokens, 0, schema);
        if (effects.sequences().any()) {
            return new ColumnDefault(Kind.NUMBERED, null, null);
        }
        boolean hiddenDifference =
                !effects.environment().isEmpty()
                        || !effects.unseenFunctions().isEmpty()
                        || !effects.unlistedFunctions().isEmpty()
                        || SystemTables.objectNumber(tokens, schema)
                        || !effects.hidden().clocks().isEmpty()
                        || !effects.hidden().differs().isEmpty();
        if (effects.occurrences().size() == 1 && !hiddenDifference) {
            Occurrence only = effects.occurrences().get(0);
            boolean whole = only.from() == from && only.to() == to;
            return new ColumnDefault(whole ? Kind.DECIDED : Kind.VOLATILE, null, only);
        }
        if (hiddenDifference || !effects.occurrences().isEmpty()) {
            return new ColumnDefault(Kind.VOLATILE, null, null);
        }
        TextValue value = TextValue.of(tokens, from, to);
        if (value.known()) {
            return new ColumnDefault(Kind.CONSTANT, value, null);
        }
        boolean cast =
                tokens.kind(from) == Tokens.Kind.STRING
                        && tokens.symbol(from + 1, ':')
                        && tokens.symbol(from + 2, ':')
                        && tokens.doubt() == null;
        if (cast && clockWord(tokens.raw(from))) {
            return new ColumnDefault(Kind.VOLATILE, null, null);
        }
        return new ColumnDefault(cast ? Kind.CONSTANT_UNKNOWN : Kind.OTHER, null, null);
    }

    /** It is made of the statement's time and nothing else that differs. */
    boolean asksClock() {
        return decided != null && decided.decided().statementClock();
    }

    /** PostgreSQL evaluates 'now' and its kind when they are cast. */
    private static boolean clockWord(String literal) {
        return switch (literal.toLowerCase(Locale.ROOT)) {
            case "'now'", "'today'", "'tomorrow'", "'yesterday'" -> true;
            default -> false;
        };
    }
}
