package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;

/**
 * Brings values of one key column into their normal form: equal forms for whatever any engine may
 * take for the same key. Two forms may be equal for different keys (that costs a needless wait),
 * never the other way round. A value whose type is not the column's own has no form: engines
 * convert such values each in their own way.
 */
final class KeyColumn {
    private enum TypeClass {
        INTEGER,
        DECIMAL,
        TEXT,
        BINARY,
        BOOLEAN,
        DATE,
        TIME,
        TIMESTAMP,
        TIMESTAMP_WITH_ZONE,
        UUID,
        /** Floating point, LOBs, arrays, engine types: equality is not ours to judge. */
        UNKNOWN
    }

    private static final HexFormat HEX = HexFormat.of();

    private final String name;
    private final TypeClass typeClass;
    private final int size;
    private final int scale;
    private final boolean binaryCollation;
    private final boolean fillsIn;

    /**
     * For one column of a key.
     *
     * @param fillsIn the engine may put a number of its own where null or 0 is inserted, so these
     *     name no key
     */
    KeyColumn(Column column, boolean fillsIn) {
        this.name = column.name();
        this.fillsIn = fillsIn;
        this.typeClass = typeClass(column);
        this.size = column.size();
        this.scale = column.scale();
        this.binaryCollation = column.binaryCollation();
    }

    String name() {
        return name;
    }

    private static TypeClass typeClass(Column column) {
        String typeName = column.typeName() == null ? "" : column.typeName();
        if (typeName.toUpperCase(Locale.ROOT).equals("UUID")) {
            return TypeClass.UUID;
        }
        return switch (column.jdbcType()) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> TypeClass.INTEGER;
            case Types.DECIMAL, Types.NUMERIC -> TypeClass.DECIMAL;
            case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR -> text(typeName);
            case Types.NCHAR, Types.NVARCHAR, Types.LONGNVARCHAR -> text(typeName);
            case Types.BINARY, Types.VARBINARY -> TypeClass.BINARY;
            case Types.BIT, Types.BOOLEAN -> TypeClass.BOOLEAN;
            case Types.DATE -> TypeClass.DATE;
            case Types.TIME -> TypeClass.TIME;
            case Types.TIMESTAMP ->
                    typeName.toLowerCase(Locale.ROOT).equals("timestamptz")
                            ? TypeClass.TIMESTAMP_WITH_ZONE
                            : TypeClass.TIMESTAMP;
            case Types.TIMESTAMP_WITH_TIMEZONE -> TypeClass.TIMESTAMP_WITH_ZONE;
            default -> TypeClass.UNKNOWN;
        };
    }

    /** Drivers report enums, citext and the like as VARCHAR too. */
    private static TypeClass text(String typeName) {
        String upper = typeName.toUpperCase(Locale.ROOT);
        boolean plain =
                upper.contains("CHAR") || upper.equals("TEXT") || upper.startsWith("LONG VARCHAR");
        return plain ? TypeClass.TEXT : TypeClass.UNKNOWN;
    }

    /**
     * Appends the normal form of {@code value} (null included).
     *
     * @return false if there is none; {@code out} is then in no defined state
     */
    boolean append(StringBuilder out, Object value) {
        if (value == null) {
            out.append("null");
            return typeClass != TypeClass.UNKNOWN && !fillsIn;
        }
        if (fillsIn && value instanceof Number number && number.doubleValue() == 0) {
            return false;
        }
        return switch (typeClass) {
            case INTEGER -> integer(out, value);
            case DECIMAL -> decimal(out, value);
            case TEXT -> text(out, value);
            case BINARY -> binary(out, value);
            case BOOLEAN -> bool(out, value);
            case DATE -> value instanceof LocalDate && appended(out, value);
            case TIME -> value instanceof LocalTime time && time(out, time);
            case TIMESTAMP -> value instanceof LocalDateTime time && timestamp(out, time);
            case TIMESTAMP_WITH_ZONE -> instant(out, value);
            case UUID -> uuid(out, value);
            case UNKNOWN -> false;
        };
    }

    private static boolean appended(StringBuilder out, Object value) {
        out.append(value);
        return true;
    }

    private static boolean integer(StringBuilder out, Object value) {
        if (value instanceof Long || value instanceof Integer) {
            out.append(((Number) value).longValue());
            return true;
        }
        if (value instanceof Short || value instanceof Byte || value instanceof BigInteger) {
            return appended(out, value);
        }
        if (value instanceof Boolean truth) {
            return appended(out, truth ? "1" : "0");
        }
        return value instanceof BigDecimal number && integral(out, number);
    }

    private static boolean integral(StringBuilder out, BigDecimal number) {
        if (tooLong(number) || (number.signum() != 0 && number.stripTrailingZeros().scale() > 0)) {
            return false;
        }
        out.append(number.setScale(0, RoundingMode.UNNECESSARY));
        return true;
    }

    private boolean decimal(StringBuilder out, Object value) {
        if (value instanceof BigDecimal number) {
            return scaled(out, number);
        }
        if (value instanceof BigInteger number) {
            return scaled(out, new BigDecimal(number));
        }
        return (value instanceof Long
                        || value instanceof Integer
                        || value instanceof Short
                        || value instanceof Byte)
                && scaled(out, BigDecimal.valueOf(((Number) value).longValue()));
    }

    private boolean scaled(StringBuilder out, BigDecimal number) {
        if (tooLong(number)) {
            return false;
        }
        BigDecimal stripped = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        if (stripped.scale() > Math.max(scale, 0)) {
            return false; // would be rounded on the way in, by each engine's own rule
        }
        out.append(stripped.toPlainString());
        return true;
    }

    /** Written out in full it would be longer than any key: 1E999999999 is a short text too. */
    private static boolean tooLong(BigDecimal number) {
        return Math.abs((long) number.scale()) + number.precision() > 2_000;
    }

    private boolean text(StringBuilder out, Object value) {
        if (value instanceof UUID) {
            return appended(out, value);
        }
        if (!(value instanceof String text)) {
            return false;
        }
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        if (size > 0 && end > size) {
            return false; // refused by most engines, cut by some
        }
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                out.append((char) (c + ('a' - 'A')));
            } else if (c >= 0x7f || c < ' ') {
                if (!binaryCollation || c == Parser.UNREADABLE) {
                    return false;
                }
                out.append(Character.toLowerCase(c));
            } else if (binaryCollation || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) {
                out.append(c);
            }
            // Collations may ignore punctuation, so it is left out of the form there.
        }
        return true;
    }

    private static boolean binary(StringBuilder out, Object value) {
        if (!(value instanceof byte[] bytes)) {
            return false;
        }
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--; // fixed-length columns are padded with zeros
        }
        out.append(HEX.formatHex(bytes, 0, end));
        return true;
    }

    private static boolean bool(StringBuilder out, Object value) {
        if (value instanceof Boolean truth) {
            return appended(out, truth ? "1" : "0");
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short) {
            long number = ((Number) value).longValue();
            return (number == 0 || number == 1) && appended(out, number);
        }
        return false;
    }

    private boolean time(StringBuilder out, LocalTime time) {
        return fits(time.toNanoOfDay()) && appended(out, time.toNanoOfDay());
    }

    private boolean timestamp(StringBuilder out, LocalDateTime time) {
        return fits(time.toLocalTime().toNanoOfDay()) && appended(out, time);
    }

    private boolean instant(StringBuilder out, Object value) {
        Instant instant;
        if (value instanceof OffsetDateTime time) {
            instant = time.toInstant();
        } else if (value instanceof Instant time) {
            instant = time;
        } else if (value instanceof ZonedDateTime time) {
            instant = time.toInstant();
        } else {
            return false;
        }
        return fits(instant.getLong(ChronoField.NANO_OF_SECOND)) && appended(out, instant);
    }

    /** More digits than the column has would be rounded or cut, by each engine's own rule. */
    private boolean fits(long nanos) {
        int digits = Math.min(Math.max(scale, 0), 9);
        int unit = 1;
        for (int i = digits; i < 9; i++) {
            unit *= 10;
        }
        return nanos % unit == 0;
    }

    private static boolean uuid(StringBuilder out, Object value) {
        if (value instanceof UUID) {
            return appended(out, value);
        }
        if (!(value instanceof String text) || text.length() != 36) {
            return false;
        }
        try {
            return appended(out, UUID.fromString(text));
        } catch (IllegalArgumentException notOne) {
            return false; // the engine will say so; no key is named by it
        }
    }
}
