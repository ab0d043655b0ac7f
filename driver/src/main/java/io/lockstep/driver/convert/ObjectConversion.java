package io.lockstep.driver.convert;

import io.lockstep.protocol.ArrayValue;
import io.lockstep.protocol.OtherValue;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Values as the objects that getObject returns. Null stays null. */
public final class ObjectConversion {
    @FunctionalInterface
    private interface Conversion {
        Object from(Object value) throws SQLException;
    }

    private static final Map<Class<?>, Conversion> BY_CLASS = new HashMap<>();

    static {
        BY_CLASS.put(String.class, ObjectConversion::toText);
        BY_CLASS.put(Boolean.class, NumberConversion::toBoolean);
        BY_CLASS.put(Byte.class, NumberConversion::toByte);
        BY_CLASS.put(Short.class, NumberConversion::toShort);
        BY_CLASS.put(Integer.class, NumberConversion::toInt);
        BY_CLASS.put(Long.class, NumberConversion::toLong);
        BY_CLASS.put(Float.class, NumberConversion::toFloat);
        BY_CLASS.put(Double.class, NumberConversion::toDouble);
        BY_CLASS.put(BigDecimal.class, NumberConversion::toBigDecimal);
        BY_CLASS.put(BigInteger.class, NumberConversion::toBigInteger);
        BY_CLASS.put(byte[].class, ObjectConversion::toBytes);
        BY_CLASS.put(LocalDate.class, TemporalConversion::toLocalDate);
        BY_CLASS.put(LocalTime.class, TemporalConversion::toLocalTime);
        BY_CLASS.put(LocalDateTime.class, TemporalConversion::toLocalDateTime);
        BY_CLASS.put(OffsetDateTime.class, TemporalConversion::toOffsetDateTime);
        BY_CLASS.put(OffsetTime.class, TemporalConversion::toOffsetTime);
        BY_CLASS.put(
                ZonedDateTime.class,
                value -> TemporalConversion.toOffsetDateTime(value).toZonedDateTime());
        BY_CLASS.put(Instant.class, TemporalConversion::toInstant);
        BY_CLASS.put(Date.class, value -> TemporalConversion.toDate(value, null));
        BY_CLASS.put(Time.class, value -> TemporalConversion.toTime(value, null));
        BY_CLASS.put(Timestamp.class, value -> TemporalConversion.toTimestamp(value, null));
        BY_CLASS.put(java.util.Date.class, value -> TemporalConversion.toTimestamp(value, null));
        BY_CLASS.put(Calendar.class, ObjectConversion::toCalendar);
        BY_CLASS.put(UUID.class, ObjectConversion::toUuid);
        BY_CLASS.put(Blob.class, ObjectConversion::toBlob);
        BY_CLASS.put(Clob.class, ObjectConversion::toClob);
        BY_CLASS.put(NClob.class, ObjectConversion::toClob);
        BY_CLASS.put(SQLXML.class, ObjectConversion::toXml);
        BY_CLASS.put(Array.class, ObjectConversion::toArray);
        BY_CLASS.put(InputStream.class, value -> new ByteArrayInputStream(toBytes(value)));
        BY_CLASS.put(Reader.class, value -> new StringReader(toText(value)));
    }

    private ObjectConversion() {}

    /** As the class asked for. */
    public static <T> T to(Class<T> type, Object value) throws SQLException {
        if (value == null) {
            return null;
        }
        Conversion conversion = BY_CLASS.get(type);
        if (conversion != null) {
            return type.cast(conversion.from(value));
        }
        Object natural = plain(value);
        if (type.isInstance(natural)) {
            return type.cast(natural);
        }
        throw Unconvertible.types(natural, type.getName());
    }

    /** As JDBC's table of default classes has it for a column of this type. */
    public static Object toDefault(Object value, int jdbcType) throws SQLException {
        if (value == null) {
            return null;
        }
        return switch (jdbcType) {
            case Types.TINYINT, Types.SMALLINT ->
                    value instanceof Number
                            ? Integer.valueOf(NumberConversion.toInt(value))
                            : plain(value);
            case Types.DATE -> TemporalConversion.toDate(value, null);
            case Types.TIME -> TemporalConversion.toTime(value, null);
            case Types.TIMESTAMP -> TemporalConversion.toTimestamp(value, null);
            case Types.BLOB -> toBlob(value);
            case Types.CLOB, Types.NCLOB -> toClob(value);
            case Types.SQLXML -> toXml(value);
            default -> value instanceof ArrayValue ? toArray(value) : plain(value);
        };
    }

    /** The value itself, where a type without a form of its own is its text. */
    private static Object plain(Object value) {
        return value instanceof OtherValue other ? other.text() : value;
    }

    public static String toText(Object value) throws SQLException {
        if (value instanceof ArrayValue array) {
            return MemoryArray.text(array);
        }
        return value == null ? null : TextConversion.toText(plain(value));
    }

    public static byte[] toBytes(Object value) throws SQLException {
        return value == null ? null : TextConversion.toBytes(plain(value));
    }

    private static Object toUuid(Object value) throws SQLException {
        return TextConversion.toUuid(plain(value));
    }

    public static Blob toBlob(Object value) throws SQLException {
        return value == null ? null : new MemoryBlob(toBytes(value));
    }

    public static MemoryClob toClob(Object value) throws SQLException {
        return value == null ? null : new MemoryClob(toText(value));
    }

    public static SQLXML toXml(Object value) throws SQLException {
        return value == null ? null : new MemoryXml(toText(value));
    }

    public static Array toArray(Object value) throws SQLException {
        if (value == null) {
            return null;
        }
        if (value instanceof ArrayValue array) {
            return new MemoryArray(array);
        }
        throw Unconvertible.types(value, "an array");
    }

    private static Object toCalendar(Object value) throws SQLException {
        return java.util.GregorianCalendar.from(
                TemporalConversion.toOffsetDateTime(value)
                        .atZoneSameInstant(ZoneId.systemDefault()));
    }
}
