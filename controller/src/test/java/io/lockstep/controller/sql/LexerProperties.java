package io.lockstep.controller.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.dialect.Dialect;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The lexer cuts any text into tokens, comments and white space, and loses nothing. */
class LexerProperties {
    private static final String[] PIECES = {
        "SELECT",
        "select",
        "x",
        "_a1",
        "'",
        "''",
        "'a'",
        "\"",
        "\"a\"",
        "`",
        "$$",
        "$t$",
        "$1",
        "/*",
        "*/",
        "/*!",
        "/* lockstep:read */",
        "--",
        "-- ",
        "#",
        "//",
        "\n",
        "\r",
        "\t",
        " ",
        ";",
        "?",
        "??",
        "(",
        ")",
        "[",
        "]",
        "{fn ",
        "{",
        "}",
        ",",
        ".",
        "1",
        "1.5e-3",
        "0x1F",
        "E'a\\'b'",
        "N'x'",
        "\\",
        "\\'",
        ":=",
        "::",
        "||",
        "@",
        "@@",
        "é",
        "日本",
        "\u00a0",
        "\0",
        "\ud83d\ude00"
    };

    @Property
    void tokensCoverTheText(@ForAll("texts") String text, @ForAll("engines") Dialect engine) {
        Tokens tokens = Lexer.lex(text, engine.lexicalRules());
        int end = 0;
        for (int i = 0; i < tokens.count(); i++) {
            assertThat(tokens.start(i)).isGreaterThanOrEqualTo(end);
            assertThat(tokens.end(i)).isGreaterThan(tokens.start(i));
            assertGap(text.substring(end, tokens.start(i)), tokens, i);
            end = tokens.end(i);
        }
        assertThat(end).isLessThanOrEqualTo(text.length());
    }

    /** Between tokens there is white space or a comment, or the lexer said that it has doubts. */
    private static void assertGap(String gap, Tokens tokens, int next) {
        if (tokens.doubt() == null && !gap.isBlank()) {
            String stripped = gap.strip();
            boolean comment =
                    stripped.startsWith("--")
                            || stripped.startsWith("/*")
                            || stripped.startsWith("#");
            assertThat(comment).as("gap '%s' in front of token %d", gap, next).isTrue();
        }
    }

    @Property
    void whatOneTokenIsStaysOneToken(@ForAll("texts") String text) {
        String literal = "'" + text.replace("'", "''") + "'";
        Tokens tokens = Lexer.lex(literal, TestDialects.DERBY.lexicalRules());
        assertThat(tokens.count()).isEqualTo(1);
        assertThat(tokens.kind(0)).isEqualTo(Tokens.Kind.STRING);
        assertThat(tokens.raw(0)).isEqualTo(literal);
    }

    @Property
    void theParsersCopyHasTheSameOffsets(@ForAll("texts") String text) {
        Tokens tokens = Lexer.lex(text, TestDialects.MARIADB.lexicalRules());
        if (tokens.doubt() == null && tokens.count() > 0) {
            assertThat(Parser.plainCopy(tokens).length()).isLessThanOrEqualTo(text.length());
        }
    }

    @Provide
    static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.of(PIECES).list().ofMaxSize(25).map(pieces -> String.join("", pieces)),
                Arbitraries.strings().ofMaxLength(60));
    }

    @Provide
    static Arbitrary<Dialect> engines() {
        return Arbitraries.of(TestDialects.ALL);
    }
}
