package io.lockstep.driver.convert;

import java.sql.SQLDataException;
import java.util.Locale;

/** Makes the exceptions for values that cannot be given as the type asked for. */
final class Unconvertible {
    /** The standard's "restricted data type attribute violation": these two types never convert. */
    private static final String TYPES_DO_NOT_CONVERT = "07006";

    /** The standard's "invalid character value for cast". */
    private static final String TEXT_DOES_NOT_CONVERT = "22018";

    /** The standard's "numeric value out of range". */
    private static final String OUT_OF_RANGE = "22003";

    private static final int TEXT_SHOWN_CHARS = 60;

    private Unconvertible() {}

    /** A value of this type never becomes the other type. */
    static SQLDataException types(Object value, String wanted) {
        return new SQLDataException(
                "A value of type " + typeName(value) + " cannot be given as " + wanted,
                TYPES_DO_NOT_CONVERT);
    }

    /** The text does not read as the type wanted. */
    static SQLDataException text(String text, String wanted, Exception cause) {
        String shown =
                text.length() <= TEXT_SHOWN_CHARS
                        ? text
                        : text.substring(0, TEXT_SHOWN_CHARS) + "...";
        return new SQLDataException(
                "The text \"" + shown + "\" cannot be read as " + wanted,
                TEXT_DOES_NOT_CONVERT,
                cause);
    }

    /** The number does not fit into the type wanted. */
    static SQLDataException range(Object number, String wanted) {
        return new SQLDataException(
                "The value " + number + " does not fit into " + wanted, OUT_OF_RANGE);
    }

    private static String typeName(Object value) {
        if (value == null) {
            return "null";
        }
        return value.getClass().isArray()
                ? value.getClass().getSimpleName()
                : value.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
