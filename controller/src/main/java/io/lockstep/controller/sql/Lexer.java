package io.lockstep.controller.sql;

import io.lockstep.backends.dialect.Dialect.LexicalRules;
import io.lockstep.controller.sql.Tokens.Kind;

/**
 * Cuts a text into tokens in one pass, under the rules of one engine. Never throws: what cannot be
 * cut cleanly (an open string or comment, invisible characters) sets {@link Tokens#doubt()}.
 */
final class Lexer {
    private static final String READ_HINT = "lockstep:read";

    private final String text;
    private final LexicalRules rules;
    private final Tokens tokens;
    private int at;
    private int depth;

    private Lexer(String text, LexicalRules rules) {
        this.text = text;
        this.rules = rules;
        this.tokens = new Tokens(text);
    }

    static Tokens lex(String text, LexicalRules rules) {
        Lexer lexer = new Lexer(text, rules);
        while (lexer.at < text.length()) {
            lexer.next();
        }
        return lexer.tokens.finished();
    }

    private void next() {
        char c = text.charAt(at);
        if (c <= ' ') {
            whiteSpace(c);
        } else if (isWordStart(c)) {
            word();
        } else if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
            number();
        } else {
            punctuation(c);
        }
    }

    private void whiteSpace(char c) {
        // Engines agree on these alone; a NUL or vertical tab may end a text for one of them.
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f') {
            tokens.doubt("a control character outside of strings");
        }
        at++;
    }

    private void punctuation(char c) {
        switch (c) {
            case '\'' -> quoted(at, c, Kind.STRING, rules.backslashEscapes());
            case '"' ->
                    quoted(
                            at,
                            c,
                            rules.doubleQuoteIsString() ? Kind.STRING : Kind.NAME,
                            rules.doubleQuoteIsString() && rules.backslashEscapes());
            case '`' -> backtick();
            case '$' -> dollar();
            case '?' -> questionMark();
            case '-' -> dash();
            case '#' -> hash();
            case '/' -> slash();
            default -> symbol(c);
        }
    }

    private void symbol(char c) {
        if (c == '(' || c == '[' || c == '{') {
            tokens.nested(++depth);
        } else if (c == ')' || c == ']' || c == '}') {
            depth--;
        } else if (c == '\\' || c >= 0x7f) {
            tokens.doubt("the character U+%04X outside of strings".formatted((int) c));
        }
        tokens.add(Kind.SYMBOL, at, at + 1);
        at++;
    }

    private void word() {
        int start = at;
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        // PostgreSQL's E'..' is the one prefix that changes where the string ends.
        boolean escapeString =
                rules.dollarQuotes()
                        && at - start == 1
                        && (text.charAt(start) == 'e' || text.charAt(start) == 'E')
                        && peek(0) == '\'';
        if (escapeString) {
            tokens.sawPostgresQuote();
            quoted(start, '\'', Kind.STRING, true);
        } else {
            tokens.add(Kind.WORD, start, at);
        }
    }

    private void number() {
        int start = at;
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean exponentSign =
                    (c == '+' || c == '-')
                            && (text.charAt(at - 1) == 'e' || text.charAt(at - 1) == 'E')
                            && at > start
                            && text.charAt(start) != '0';
            if (!isWordPart(c) && c != '.' && !exponentSign) {
                break;
            }
            at++;
        }
        tokens.add(Kind.NUMBER, start, at);
    }

    /** From {@code start}; {@link #at} stands at the opening quote. */
    private void quoted(int start, char quote, Kind kind, boolean backslash) {
        at++;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\' && backslash) {
                at++;
            } else if (c == quote) {
                if (peek(1) != quote) {
                    at++;
                    tokens.add(kind, start, at);
                    return;
                }
                at++;
            }
            at++;
        }
        open(kind, start, "a quote that is never closed");
    }

    private void open(Kind kind, int start, String reason) {
        at = text.length();
        tokens.doubt(reason);
        tokens.add(kind, start, at);
    }

    private void backtick() {
        if (rules.backtickQuotes()) {
            quoted(at, '`', Kind.NAME, false);
        } else {
            symbol('`');
        }
    }

    private void dollar() {
        int tagEnd = at + 1;
        while (tagEnd < text.length() && isTagPart(text.charAt(tagEnd))) {
            tagEnd++;
        }
        boolean quote =
                rules.dollarQuotes()
                        && tagEnd < text.length()
                        && text.charAt(tagEnd) == '$'
                        && !isDigit(peek(1));
        if (!quote) {
            symbol('$');
            return;
        }
        if (tagEnd > at + 1) {
            tokens.sawPostgresQuote();
        }
        String delimiter = text.substring(at, tagEnd + 1);
        int close = text.indexOf(delimiter, tagEnd + 1);
        if (close < 0) {
            open(Kind.STRING, at, "a dollar quote that is never closed");
            return;
        }
        tokens.add(Kind.STRING, at, close + delimiter.length());
        at = close + delimiter.length();
    }

    private void questionMark() {
        if (peek(1) == '?') {
            tokens.add(Kind.SYMBOL, at, at + 2);
            at += 2;
        } else {
            tokens.add(Kind.PARAMETER, at, at + 1);
            at++;
        }
    }

    private void dash() {
        // MariaDB wants white space behind the dashes; 5--1 is arithmetic there.
        boolean comment =
                peek(1) == '-'
                        && (!rules.hashComments() || peek(2) <= ' ' || at + 2 >= text.length());
        if (comment) {
            lineComment(at + 2);
        } else {
            symbol('-');
        }
    }

    private void hash() {
        if (rules.hashComments()) {
            lineComment(at + 1);
        } else {
            symbol('#');
        }
    }

    private void slash() {
        if (peek(1) == '*') {
            blockComment();
            return;
        }
        if (peek(1) == '/') {
            tokens.doubt("//, which starts a comment on H2 alone");
        }
        symbol('/');
    }

    private void lineComment(int contentStart) {
        int end = contentStart;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        if (end < text.length() && text.charAt(end) == '\r' && !text.startsWith("\r\n", end)) {
            tokens.doubt("a comment ended by a lone carriage return, which MariaDB reads past");
        }
        comment(contentStart, end);
        at = end;
    }

    private void blockComment() {
        int start = at;
        int nested = 1;
        at += 2;
        while (at < text.length() && nested > 0) {
            if (text.charAt(at) == '*' && peek(1) == '/') {
                nested--;
                at += 2;
            } else if (text.charAt(at) == '/' && peek(1) == '*' && rules.nestedComments()) {
                nested++;
                at += 2;
            } else {
                at++;
            }
        }
        at = Math.min(at, text.length());
        if (nested > 0) {
            tokens.doubt("a comment that is never closed");
        }
        boolean executable =
                text.startsWith("!", start + 2) || text.regionMatches(true, start + 2, "M!", 0, 2);
        if (executable && rules.executableComments()) {
            tokens.sawExecutableComment();
        }
        comment(start + 2, Math.max(start + 2, at - 2));
    }

    private void comment(int start, int end) {
        if (end - start < 64 && text.substring(start, end).strip().equals(READ_HINT)) {
            tokens.sawReadHint();
        }
    }

    /** The character {@code ahead} of the current one, NUL behind the end. */
    private char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordStart(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || c == '_'
                || (c > 0x7f && Character.isLetter(c));
    }

    private static boolean isWordPart(char c) {
        return isWordStart(c) || isDigit(c) || c == '$';
    }

    private static boolean isTagPart(char c) {
        return isWordStart(c) || isDigit(c);
    }
}
