package io.lockstep.driver.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.HexFormat;
import java.util.UUID;

/** Non-null values as text and as bytes. */
public final class TextConversion {
    private static final int NANO_DIGITS = 9;

    private TextConversion() {}

    /**
     * As the databases print them: {@code 2026-01-31 23:59:59.5}, {@code true}, hexadecimal digits
     * for bytes.
     */
    public static String toText(Object value) throws SQLException {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (value instanceof LocalTime time) {
            return clock(time);
        }
        if (value instanceof OffsetTime time) {
            return clock(time.toLocalTime()) + time.getOffset();
        }
        if (value instanceof LocalDateTime timestamp) {
            return timestamp.toLocalDate() + " " + clock(timestamp.toLocalTime());
        }
        if (value instanceof OffsetDateTime timestamp) {
            return toText(timestamp.toLocalDateTime()) + timestamp.getOffset();
        }
        return String.valueOf(value);
    }

    /** Seconds always, then as many digits of the fraction as are not zero. */
    private static String clock(LocalTime time) {
        StringBuilder text = new StringBuilder(8 + 1 + NANO_DIGITS);
        twoDigits(text, time.getHour()).append(':');
        twoDigits(text, time.getMinute()).append(':');
        twoDigits(text, time.getSecond());
        int nanos = time.getNano();
        if (nanos != 0) {
            String digits = Integer.toString(1_000_000_000 + nanos);
            int end = digits.length();
            while (digits.charAt(end - 1) == '0') {
                end--;
            }
            text.append('.').append(digits, 1, end);
        }
        return text.toString();
    }

    private static StringBuilder twoDigits(StringBuilder text, int number) {
        return number < 10 ? text.append('0').append(number) : text.append(number);
    }

    /** Binary values as they are, text as UTF-8, a UUID as its 16 bytes. */
    public static byte[] toBytes(Object value) throws SQLException {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        if (value instanceof String text) {
            return text.getBytes(UTF_8);
        }
        if (value instanceof UUID uuid) {
            return ByteBuffer.allocate(16)
                    .putLong(uuid.getMostSignificantBits())
                    .putLong(uuid.getLeastSignificantBits())
                    .array();
        }
        throw Unconvertible.types(value, "bytes");
    }

    public static UUID toUuid(Object value) throws SQLException {
        if (value instanceof UUID uuid) {
            return uuid;
        }
        if (value instanceof byte[] bytes && bytes.length == 16) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new UUID(buffer.getLong(), buffer.getLong());
        }
        if (value instanceof String text) {
            try {
                return UUID.fromString(text.strip());
            } catch (IllegalArgumentException e) {
                throw Unconvertible.text(text, "UUID", e);
            }
        }
        throw Unconvertible.types(value, "UUID");
    }
}
