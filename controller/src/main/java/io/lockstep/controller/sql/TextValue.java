package io.lockstep.controller.sql;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A value as the text has it: a parameter, a constant, or an expression whose value is not known.
 *
 * @param parameter index from 0, or -1
 * @param constant if known and not a parameter: the constant, null for NULL
 * @param token first token
 * @param end behind the last token
 */
record TextValue(boolean known, int parameter, Object constant, int token, int end) {

    /** The value that the tokens from {@code from} to {@code to} spell. */
    static TextValue of(Tokens tokens, int from, int to) {
        if (to - from == 1) {
            return single(tokens, from, from, "");
        }
        boolean signed =
                to - from == 2
                        && (tokens.symbol(from, '-') || tokens.symbol(from, '+'))
                        && tokens.kind(from + 1) == Tokens.Kind.NUMBER;
        return signed
                ? single(tokens, from, from + 1, tokens.symbol(from, '-') ? "-" : "")
                : unknown(from, to);
    }

    private static TextValue unknown(int from, int to) {
        return new TextValue(false, -1, null, from, to);
    }

    private static TextValue single(Tokens tokens, int from, int at, String sign) {
        return switch (tokens.kind(at)) {
            case PARAMETER -> new TextValue(true, tokens.parametersBefore(at), null, from, at + 1);
            case NUMBER -> number(sign + tokens.raw(at), from, at + 1);
            case STRING -> string(tokens.raw(at), from, at + 1);
            case WORD ->
                    switch (tokens.word(at)) {
                        case "NULL" -> new TextValue(true, -1, null, from, at + 1);
                        case "TRUE" -> new TextValue(true, -1, true, from, at + 1);
                        case "FALSE" -> new TextValue(true, -1, false, from, at + 1);
                        default -> unknown(from, at + 1);
                    };
            case NAME, SYMBOL -> unknown(from, at + 1);
        };
    }

    private static TextValue number(String digits, int from, int to) {
        if (digits.length() > 100) {
            return unknown(from, to);
        }
        boolean whole = true;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            boolean digit = (c >= '0' && c <= '9') || (c == '-' && i == 0);
            if (!digit && c != '.') {
                return unknown(from, to); // floating point, hexadecimal, digit groups
            }
            whole &= digit;
        }
        Object value =
                !whole
                        ? decimal(digits)
                        : digits.length() <= 18 ? Long.valueOf(digits) : new BigInteger(digits);
        return value == null ? unknown(from, to) : new TextValue(true, -1, value, from, to);
    }

    private static BigDecimal decimal(String digits) {
        try {
            return new BigDecimal(digits);
        } catch (NumberFormatException notOne) {
            return null; // 1.2.3: the engines will say so
        }
    }

    private static TextValue string(String raw, int from, int to) {
        boolean plain =
                raw.charAt(0) == '\''
                        && raw.indexOf('\\') < 0
                        && raw.length() >= 2
                        && raw.charAt(raw.length() - 1) == '\'';
        return plain
                ? new TextValue(
                        true, -1, raw.substring(1, raw.length() - 1).replace("''", "'"), from, to)
                : unknown(from, to);
    }

    boolean isParameter() {
        return parameter >= 0;
    }

    boolean isNull() {
        return known && parameter < 0 && constant == null;
    }
}
