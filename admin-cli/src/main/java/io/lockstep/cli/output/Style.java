package io.lockstep.cli.output;

/** How a text looks on a terminal. */
public enum Style {
    PLAIN(""),
    HEADER("1"),
    GOOD("32"),
    BAD("31"),
    DIM("2");

    private final String code;

    Style(String code) {
        this.code = code;
    }

    String apply(String text) {
        return code.isEmpty() || text.isEmpty()
                ? text
                : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
