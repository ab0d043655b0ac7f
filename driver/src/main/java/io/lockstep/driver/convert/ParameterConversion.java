package io.lockstep.driver.convert;

import io.lockstep.driver.errors.Failures;
import io.lockstep.protocol.ArrayValue;
import io.lockstep.protocol.OtherValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.Temporal;
import java.util.Calendar;
import java.util.UUID;

/** Java objects given as parameters, as values that travel. Null stays null. */
public final class ParameterConversion {
    private ParameterConversion() {}

    /** As the object's own class suggests. */
    public static Object toWire(Object value) throws SQLException {
        if (value == null
                || value instanceof String
                || value instanceof Boolean
                || value instanceof byte[]
                || value instanceof UUID
                || value instanceof ArrayValue
                || value instanceof OtherValue) {
            return value;
        }
        if (value instanceof Number number) {
            return fromNumber(number);
        }
        if (value instanceof Temporal temporal) {
            return fromTemporal(temporal);
        }
        if (value instanceof java.util.Date date) {
            return fromDate(date);
        }
        return fromObject(value);
    }

    private static Object fromNumber(Number number) throws SQLException {
        if (number instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        if (number instanceof Long
                || number instanceof Integer
                || number instanceof BigDecimal
                || number instanceof Double
                || number instanceof Float
                || number instanceof Short
                || number instanceof Byte) {
            return number;
        }
        throw unknown(number);
    }

    private static Object fromTemporal(Temporal temporal) throws SQLException {
        if (temporal instanceof Instant instant) {
            return instant.atOffset(ZoneOffset.UTC);
        }
        if (temporal instanceof ZonedDateTime timestamp) {
            return timestamp.toOffsetDateTime();
        }
        return switch (temporal.getClass().getSimpleName()) {
            case "LocalDate", "LocalTime", "LocalDateTime", "OffsetDateTime", "OffsetTime" ->
                    temporal;
            default -> throw unknown(temporal);
        };
    }

    private static Object fromDate(java.util.Date date) {
        if (date instanceof Timestamp timestamp) {
            return TemporalConversion.fromTimestamp(timestamp, null);
        }
        if (date instanceof Date day) {
            return TemporalConversion.fromDate(day, null);
        }
        if (date instanceof Time time) {
            return TemporalConversion.fromTime(time, null);
        }
        return LocalDateTime.ofInstant(date.toInstant(), ZoneId.systemDefault());
    }

    private static Object fromObject(Object value) throws SQLException {
        if (value instanceof Character character) {
            return character.toString();
        }
        if (value instanceof Calendar calendar) {
            return LocalDateTime.ofInstant(calendar.toInstant(), ZoneId.systemDefault());
        }
        if (value instanceof MemoryArray array) {
            return array.value();
        }
        if (value instanceof Array array) {
            return MemoryArray.of(array.getBaseTypeName(), (Object[]) array.getArray()).value();
        }
        if (value instanceof Blob blob) {
            return blob.getBytes(1, Math.toIntExact(blob.length()));
        }
        if (value instanceof Clob clob) {
            return clob.getSubString(1, Math.toIntExact(clob.length()));
        }
        if (value instanceof SQLXML xml) {
            return xml.getString();
        }
        if (value instanceof InputStream stream) {
            return bytes(stream);
        }
        if (value instanceof Reader reader) {
            return text(reader);
        }
        if (value instanceof URL url) {
            return url.toString();
        }
        throw unknown(value);
    }

    private static SQLException unknown(Object value) {
        return Unconvertible.types(value, "a parameter; set it as text, number, date or bytes");
    }

    /**
     * As a value of the given type.
     *
     * @param jdbcType as in java.sql.Types
     * @param scale digits after the point for NUMERIC and DECIMAL; -1 leaves them alone
     */
    public static Object toWire(Object value, int jdbcType, int scale) throws SQLException {
        Object plain = toWire(value);
        if (plain == null) {
            return null;
        }
        return switch (jdbcType) {
            case Types.BIT, Types.BOOLEAN -> NumberConversion.toBoolean(plain);
            case Types.TINYINT -> NumberConversion.toByte(plain);
            case Types.SMALLINT -> NumberConversion.toShort(plain);
            case Types.INTEGER -> NumberConversion.toInt(plain);
            case Types.BIGINT -> NumberConversion.toLong(plain);
            case Types.REAL -> NumberConversion.toFloat(plain);
            case Types.FLOAT, Types.DOUBLE -> NumberConversion.toDouble(plain);
            case Types.NUMERIC, Types.DECIMAL ->
                    scaled(NumberConversion.toBigDecimal(plain), scale);
            case Types.CHAR,
                    Types.VARCHAR,
                    Types.LONGVARCHAR,
                    Types.NCHAR,
                    Types.NVARCHAR,
                    Types.LONGNVARCHAR,
                    Types.CLOB,
                    Types.NCLOB,
                    Types.SQLXML ->
                    ObjectConversion.toText(plain);
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB ->
                    ObjectConversion.toBytes(plain);
            case Types.DATE -> TemporalConversion.toLocalDate(plain);
            case Types.TIME -> TemporalConversion.toLocalTime(plain);
            case Types.TIME_WITH_TIMEZONE -> TemporalConversion.toOffsetTime(plain);
            case Types.TIMESTAMP -> TemporalConversion.toLocalDateTime(plain);
            case Types.TIMESTAMP_WITH_TIMEZONE -> TemporalConversion.toOffsetDateTime(plain);
            case Types.NULL -> throw Unconvertible.types(value, "NULL; use setNull");
            case Types.OTHER, Types.JAVA_OBJECT, Types.ARRAY -> plain;
            default -> throw Failures.unsupported("A parameter of java.sql.Types " + jdbcType);
        };
    }

    private static BigDecimal scaled(BigDecimal number, int scale) {
        return scale < 0 ? number : number.setScale(scale, RoundingMode.HALF_UP);
    }

    /** All of a stream, in memory. */
    public static byte[] bytes(InputStream stream) throws SQLException {
        try {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw Failures.unreadableParameter(e);
        }
    }

    /** Exactly {@code length} bytes of a stream, as the JDBC methods with a length promise. */
    public static byte[] bytes(InputStream stream, long length) throws SQLException {
        if (length < 0 || length > Integer.MAX_VALUE - 16) {
            throw Failures.invalidArgument("A stream parameter of " + length + " bytes");
        }
        try {
            byte[] bytes = stream.readNBytes((int) length);
            if (bytes.length < length) {
                throw Failures.invalidArgument(
                        "The stream ended after "
                                + bytes.length
                                + " bytes; "
                                + length
                                + " were announced");
            }
            return bytes;
        } catch (IOException e) {
            throw Failures.unreadableParameter(e);
        }
    }

    /** All of a reader, in memory. */
    public static String text(Reader reader) throws SQLException {
        try {
            StringWriter text = new StringWriter();
            reader.transferTo(text);
            return text.toString();
        } catch (IOException e) {
            throw Failures.unreadableParameter(e);
        }
    }

    /** Exactly {@code length} characters of a reader. */
    public static String text(Reader reader, long length) throws SQLException {
        if (length < 0 || length > Integer.MAX_VALUE - 16) {
            throw Failures.invalidArgument("A reader parameter of " + length + " characters");
        }
        try {
            StringBuilder text = new StringBuilder((int) Math.min(length, 1 << 13));
            char[] buffer = new char[1 << 13];
            while (text.length() < length) {
                int read =
                        reader.read(
                                buffer, 0, (int) Math.min(buffer.length, length - text.length()));
                if (read < 0) {
                    throw Failures.invalidArgument(
                            "The reader ended after "
                                    + text.length()
                                    + " characters; "
                                    + length
                                    + " were announced");
                }
                text.append(buffer, 0, read);
            }
            return text.toString();
        } catch (IOException e) {
            throw Failures.unreadableParameter(e);
        }
    }
}
