package io.lockstep.driver.convert;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.util.Locale;

/**
 * Non-null values as numbers and booleans. Fractions are cut off, as other drivers do; overflow is
 * an error.
 */
public final class NumberConversion {
    private static final BigDecimal LONG_MIN = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private NumberConversion() {}

    public static boolean toBoolean(Object value) throws SQLException {
        if (value instanceof Boolean bool) {
            return bool;
        }
        if (value instanceof String text) {
            return parseBoolean(text);
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.signum() != 0;
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        throw Unconvertible.types(value, "boolean");
    }

    private static boolean parseBoolean(String text) throws SQLException {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "t", "1", "yes", "y", "on" -> true;
            case "false", "f", "0", "no", "n", "off" -> false;
            default -> throw Unconvertible.text(text, "boolean", null);
        };
    }

    public static byte toByte(Object value) throws SQLException {
        return (byte) toLong(value, Byte.MIN_VALUE, Byte.MAX_VALUE, "byte");
    }

    public static short toShort(Object value) throws SQLException {
        return (short) toLong(value, Short.MIN_VALUE, Short.MAX_VALUE, "short");
    }

    public static int toInt(Object value) throws SQLException {
        return (int) toLong(value, Integer.MIN_VALUE, Integer.MAX_VALUE, "int");
    }

    private static long toLong(Object value, long min, long max, String wanted)
            throws SQLException {
        long number = toLong(value);
        if (number < min || number > max) {
            throw Unconvertible.range(value, wanted);
        }
        return number;
    }

    public static long toLong(Object value) throws SQLException {
        if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Boolean bool) {
            return bool ? 1 : 0;
        }
        if (value instanceof Double || value instanceof Float) {
            return truncated(((Number) value).doubleValue());
        }
        return truncated(toBigDecimal(value, "a whole number"));
    }

    private static long truncated(double number) throws SQLException {
        // 2^63 itself is not a long but is what Long.MAX_VALUE becomes as a double.
        if (number >= -0x1p63 && number < 0x1p63) {
            return (long) number;
        }
        throw Unconvertible.range(number, "long");
    }

    private static long truncated(BigDecimal number) throws SQLException {
        BigDecimal whole = number.setScale(0, RoundingMode.DOWN);
        if (whole.compareTo(LONG_MIN) < 0 || whole.compareTo(LONG_MAX) > 0) {
            throw Unconvertible.range(number, "long");
        }
        return whole.longValue();
    }

    public static float toFloat(Object value) throws SQLException {
        if (value instanceof Float number) {
            return number;
        }
        double number = toDouble(value);
        float narrowed = (float) number;
        if (Float.isInfinite(narrowed) && !Double.isInfinite(number)) {
            throw Unconvertible.range(value, "float");
        }
        return narrowed;
    }

    public static double toDouble(Object value) throws SQLException {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        if (value instanceof Boolean bool) {
            return bool ? 1 : 0;
        }
        if (value instanceof String text) {
            try {
                return Double.parseDouble(text.strip());
            } catch (NumberFormatException e) {
                throw Unconvertible.text(text, "double", e);
            }
        }
        throw Unconvertible.types(value, "double");
    }

    public static BigDecimal toBigDecimal(Object value) throws SQLException {
        return toBigDecimal(value, "BigDecimal");
    }

    public static BigInteger toBigInteger(Object value) throws SQLException {
        return toBigDecimal(value, "BigInteger").toBigInteger();
    }

    private static BigDecimal toBigDecimal(Object value, String wanted) throws SQLException {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        if (value instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            if (Double.isNaN(number) || Double.isInfinite(number)) {
                throw Unconvertible.range(value, wanted);
            }
            return new BigDecimal(value.toString());
        }
        if (value instanceof Number number) {
            return BigDecimal.valueOf(number.longValue());
        }
        if (value instanceof Boolean bool) {
            return bool ? BigDecimal.ONE : BigDecimal.ZERO;
        }
        if (value instanceof String text) {
            try {
                return new BigDecimal(text.strip());
            } catch (NumberFormatException e) {
                throw Unconvertible.text(text, wanted, e);
            }
        }
        throw Unconvertible.types(value, wanted);
    }
}
