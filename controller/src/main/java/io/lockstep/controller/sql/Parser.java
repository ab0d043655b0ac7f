package io.lockstep.controller.sql;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import net.sf.jsqlparser.parser.CCJSqlParser;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.parser.ParseException;
import net.sf.jsqlparser.statement.Statement;

/**
 * The one place where JSqlParser is called. It is given a copy of the text in which our own lexer's
 * cut is plain to see (comments blanked, quotes in the standard's spelling), so it can never read
 * quotes differently from us, and it is asked for detail only: failing costs precision, never
 * safety.
 */
final class Parser {
    /**
     * Stands in the parser's copy for every character of a string whose value depends on the engine
     * (escapes, dollar quotes): such a string has no normal form as a key.
     */
    static final char UNREADABLE = '\uFFFD';

    private static final int NESTING_MAX = 100;

    /**
     * The parser looks ahead without limit and has no deadline: a text this long could hold up an
     * event loop. Such texts are multi-row INSERTs, for which the lexer's view is enough.
     */
    private static final int LENGTH_MAX = 200_000;

    private static final int TOKENS_MAX = 4_000;

    private Parser() {}

    /** Empty if the text is too deep or long to try, or the parser does not understand it. */
    static Optional<Statement> parse(Tokens tokens) {
        if (tokens.depthMax() > NESTING_MAX
                || tokens.count() > TOKENS_MAX
                || tokens.text().length() > LENGTH_MAX) {
            return Optional.empty();
        }
        try {
            CCJSqlParser parser = CCJSqlParserUtil.newParser(plainCopy(tokens));
            return Optional.ofNullable(parser.withAllowComplexParsing(false).Statement());
        } catch (ParseException | StackOverflowError | RuntimeException notUnderstood) {
            // Expected for a fifth of what engines accept; the caller goes by the tokens instead.
            return Optional.empty();
        }
    }

    /** Same length and offsets as the original. */
    static String plainCopy(Tokens tokens) {
        String text = tokens.text();
        StringBuilder copy = new StringBuilder(text.length());
        Deque<Boolean> keptBraces = new ArrayDeque<>();
        for (int i = 0; i < tokens.count(); i++) {
            blank(copy, tokens.start(i));
            switch (tokens.kind(i)) {
                case STRING -> string(copy, text, tokens.start(i), tokens.end(i));
                case NAME -> name(copy, text, tokens.start(i), tokens.end(i));
                default -> {
                    if (!escapeSyntax(tokens, i, keptBraces)) {
                        copy.append(text, tokens.start(i), tokens.end(i));
                    }
                }
            }
        }
        return copy.toString();
    }

    private static void blank(StringBuilder copy, int upTo) {
        while (copy.length() < upTo) {
            copy.append(' ');
        }
    }

    private static void string(StringBuilder copy, String text, int start, int end) {
        boolean readable = text.charAt(start) == '\'' && !hasBackslash(text, start, end);
        if (readable) {
            copy.append(text, start, end);
            return;
        }
        copy.append('\'');
        for (int i = start + 1; i < end - 1; i++) {
            copy.append(UNREADABLE);
        }
        copy.append('\'');
    }

    private static boolean hasBackslash(String text, int start, int end) {
        int at = text.indexOf('\\', start);
        return at >= 0 && at < end;
    }

    private static void name(StringBuilder copy, String text, int start, int end) {
        copy.append('"');
        for (int i = start + 1; i < end - 1; i++) {
            char c = text.charAt(i);
            copy.append(c == '"' ? '_' : c);
        }
        copy.append('"');
    }

    /** True for the braces and marks of {@code {fn ..}}, {@code {oj ..}}, which are left blank. */
    private static boolean escapeSyntax(Tokens tokens, int i, Deque<Boolean> keptBraces) {
        if (tokens.symbol(i, '{')) {
            boolean kept =
                    !tokens.is(i + 1, "FN")
                            && !tokens.is(i + 1, "OJ")
                            && !tokens.is(i + 1, "LIMIT")
                            && !tokens.is(i + 1, "ESCAPE");
            keptBraces.push(kept);
            return !kept;
        }
        if (tokens.symbol(i, '}')) {
            return !keptBraces.isEmpty() && !keptBraces.pop();
        }
        return tokens.symbol(i - 1, '{') && (tokens.is(i, "FN") || tokens.is(i, "OJ"));
    }
}
