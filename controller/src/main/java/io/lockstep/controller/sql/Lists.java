package io.lockstep.controller.sql;

import java.util.ArrayList;
import java.util.List;

/** Lists in brackets. */
final class Lists {
    private Lists() {}

    /** The values between the bracket at {@code open} and its partner. */
    static List<TextValue> split(Tokens tokens, int open) {
        List<TextValue> values = new ArrayList<>();
        int depth = 0;
        int start = open + 1;
        for (int i = open; i < tokens.count(); i++) {
            depth += SelectShape.nesting(tokens, i);
            boolean end = depth == 0;
            if (end || (depth == 1 && tokens.symbol(i, ','))) {
                if (i > start) {
                    values.add(TextValue.of(tokens, start, i));
                }
                start = i + 1;
            }
            if (end) {
                break;
            }
        }
        return values;
    }

    /**
     * The names between the bracket at {@code open} and its partner, or null if it holds others.
     */
    static List<String> names(Tokens tokens, int open) {
        List<String> names = new ArrayList<>();
        int close = tokens.closing(open);
        for (int i = open + 1; i < close; i += 2) {
            if (!tokens.isName(i) || (i + 1 != close && !tokens.symbol(i + 1, ','))) {
                return null;
            }
            names.add(tokens.name(i));
        }
        return names;
    }
}
