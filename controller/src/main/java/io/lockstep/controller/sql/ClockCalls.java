package io.lockstep.controller.sql;

import io.lockstep.controller.sql.Occurrence.Decided;
import java.util.List;
import java.util.function.Consumer;

/** Finds where a text asks for the time, in the words and calls of any engine. */
final class ClockCalls {
    private final Tokens tokens;
    private final Schema schema;
    private final List<Occurrence> occurrences;
    private final Consumer<String> unknown;

    /**
     * For one text.
     *
     * @param occurrences gets what is found
     * @param unknown gets names of calls that are like the clock's and not understood
     */
    ClockCalls(
            Tokens tokens, Schema schema, List<Occurrence> occurrences, Consumer<String> unknown) {
        this.tokens = tokens;
        this.schema = schema;
        this.occurrences = occurrences;
        this.unknown = unknown;
    }

    /** Clock words that need no brackets, Derby's two-word forms and their precision. */
    void look(int i, String word) {
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
        if (decided == null || Effects.foreignSchema(tokens, i)) {
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
                unknown.accept(tokens.name(i));
            }
            return;
        }
        occurrences.add(escaped(decided, i, Math.min(close + 1, tokens.count()), precision));
    }

    /** Takes in the braces of {@code {fn now()}}: what stands there is replaced as a whole. */
    Occurrence escaped(Decided decided, int from, int to, int precision) {
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
}
