package io.lockstep.controller.sql;

import java.util.Arrays;
import java.util.Locale;

/**
 * One text cut into tokens. White space and comments are not tokens; a {@code ;} at the very end is
 * not either. Offsets are into the original text, so that replacements can be spliced into it.
 * Filled by {@link Lexer} alone. Used by one thread and dropped after classification.
 */
final class Tokens {
    enum Kind {
        /** Unquoted identifier or keyword. */
        WORD,
        /** Quoted identifier. */
        NAME,
        /** String constant in any spelling, dollar quotes and {@code E'..'} included. */
        STRING,
        NUMBER,
        /** {@code ?} */
        PARAMETER,
        /** Any other character, alone; {@code ??} (an escaped operator) is one token. */
        SYMBOL
    }

    private static final int ROOM_AT_FIRST = 64;

    private final String text;
    private Kind[] kinds = new Kind[ROOM_AT_FIRST];
    private int[] starts = new int[ROOM_AT_FIRST];
    private int[] ends = new int[ROOM_AT_FIRST];
    private String[] words; // upper case, made on demand
    private int[] parametersBefore; // made on demand
    private int count;
    private int parameters;
    private int depthMax;
    private int separators;
    private boolean executableComment;
    private boolean readHint;
    private boolean postgresQuote;
    private String doubt;

    Tokens(String text) {
        this.text = text;
    }

    void add(Kind kind, int start, int end) {
        if (count == kinds.length) {
            int room = count * 2;
            kinds = Arrays.copyOf(kinds, room);
            starts = Arrays.copyOf(starts, room);
            ends = Arrays.copyOf(ends, room);
        }
        kinds[count] = kind;
        starts[count] = start;
        ends[count] = end;
        count++;
        if (kind == Kind.PARAMETER) {
            parameters++;
        }
    }

    void nested(int depth) {
        depthMax = Math.max(depthMax, depth);
    }

    void sawExecutableComment() {
        executableComment = true;
    }

    void sawReadHint() {
        readHint = true;
    }

    void sawPostgresQuote() {
        postgresQuote = true;
    }

    /** Takes over what another engine's rules found in the same text. */
    void merge(Tokens other) {
        separators = Math.max(separators, other.separators);
        depthMax = Math.max(depthMax, other.depthMax);
        executableComment |= other.executableComment;
        readHint &= other.readHint;
        postgresQuote |= other.postgresQuote;
        if (other.doubt != null) {
            doubt(other.doubt);
        }
        if (!sameCut(other)) {
            doubt("the engines would read the quotes or comments differently");
        }
    }

    /** Something whose meaning the lexer is not sure of; the first reason is kept. */
    void doubt(String reason) {
        if (doubt == null) {
            doubt = reason;
        }
    }

    /** Called once at the end: drops trailing semicolons, counts those in between. */
    Tokens finished() {
        while (count > 0 && symbol(count - 1, ';')) {
            count--;
        }
        for (int i = 0; i < count; i++) {
            if (symbol(i, ';')) {
                separators++;
            }
        }
        return this;
    }

    String text() {
        return text;
    }

    int count() {
        return count;
    }

    int parameters() {
        return parameters;
    }

    /** Number of parameters in front of the token, which is the index of a parameter there. */
    int parametersBefore(int token) {
        if (parametersBefore == null) {
            int[] before = new int[count];
            int seen = 0;
            for (int i = 0; i < count; i++) {
                before[i] = seen;
                seen += kinds[i] == Kind.PARAMETER ? 1 : 0;
            }
            parametersBefore = before;
        }
        return parametersBefore[token];
    }

    /** Deepest nesting of brackets of any kind. */
    int depthMax() {
        return depthMax;
    }

    /** Number of semicolons with something behind them. */
    int separators() {
        return separators;
    }

    boolean hasExecutableComment() {
        return executableComment;
    }

    /** {@code $tag$..} or {@code E'..'}, which PostgreSQL alone understands. */
    boolean hasPostgresQuote() {
        return postgresQuote;
    }

    /** The text carries the comment {@code lockstep:read}. */
    boolean hasReadHint() {
        return readHint;
    }

    /** Why the cut is not to be trusted, or null. */
    String doubt() {
        return doubt;
    }

    Kind kind(int i) {
        return kinds[i];
    }

    int start(int i) {
        return starts[i];
    }

    int end(int i) {
        return ends[i];
    }

    /** The token as written. */
    String raw(int i) {
        return text.substring(starts[i], ends[i]);
    }

    /** The word in upper case; empty for any other token and outside the text. */
    String word(int i) {
        if (i < 0 || i >= count || kinds[i] != Kind.WORD) {
            return "";
        }
        if (words == null) {
            words = new String[count];
        }
        String word = words[i];
        if (word == null) {
            word = raw(i).toUpperCase(Locale.ROOT);
            words[i] = word;
        }
        return word;
    }

    boolean is(int i, String upperCaseWord) {
        return i >= 0
                && i < count
                && kinds[i] == Kind.WORD
                && ends[i] - starts[i] == upperCaseWord.length()
                && text.regionMatches(true, starts[i], upperCaseWord, 0, upperCaseWord.length());
    }

    /** True if the words follow each other from {@code i} on. */
    boolean are(int i, String... upperCaseWords) {
        for (int n = 0; n < upperCaseWords.length; n++) {
            if (!is(i + n, upperCaseWords[n])) {
                return false;
            }
        }
        return true;
    }

    boolean symbol(int i, char symbol) {
        return i >= 0
                && i < count
                && kinds[i] == Kind.SYMBOL
                && ends[i] - starts[i] == 1
                && text.charAt(starts[i]) == symbol;
    }

    /** An identifier, quoted or not (keywords look the same). */
    boolean isName(int i) {
        return i >= 0 && i < count && (kinds[i] == Kind.WORD || kinds[i] == Kind.NAME);
    }

    /** An identifier in lower case without its quotes. */
    String name(int i) {
        String raw = raw(i);
        if (kinds[i] == Kind.NAME) {
            char quote = raw.charAt(0);
            boolean closed = raw.length() > 1 && raw.charAt(raw.length() - 1) == quote;
            raw = raw.substring(1, closed ? raw.length() - 1 : raw.length());
            String doubled = String.valueOf(quote) + quote;
            raw = raw.contains(doubled) ? raw.replace(doubled, String.valueOf(quote)) : raw;
        }
        return raw.toLowerCase(Locale.ROOT);
    }

    /** Index of the bracket that closes the one at {@code open}, or {@link #count()}. */
    int closing(int open) {
        int depth = 0;
        for (int i = open; i < count; i++) {
            if (symbol(i, '(')) {
                depth++;
            } else if (symbol(i, ')') && --depth == 0) {
                return i;
            }
        }
        return count;
    }

    /** First index from {@code from} on of the word, at any depth, or -1. */
    int find(int from, String upperCaseWord) {
        for (int i = from; i < count; i++) {
            if (is(i, upperCaseWord)) {
                return i;
            }
        }
        return -1;
    }

    /** Same tokens at the same places, and neither in doubt. */
    boolean sameCut(Tokens other) {
        return count == other.count
                && Arrays.equals(kinds, 0, count, other.kinds, 0, count)
                && Arrays.equals(starts, 0, count, other.starts, 0, count)
                && Arrays.equals(ends, 0, count, other.ends, 0, count);
    }
}
