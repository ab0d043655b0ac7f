package io.lockstep.controller.execution;

import io.lockstep.backends.dialect.Dialect;
import io.lockstep.protocol.ArrayValue;
import io.lockstep.protocol.ColumnDescription;
import io.lockstep.protocol.LargeKind;
import io.lockstep.protocol.OtherValue;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.ValueWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Reads one column of a backend's result into a value of the protocol. Stateless. */
interface ColumnReader {
    /** Null for SQL NULL. */
    Object read(ResultSet result, int column) throws SQLException;

    /** As {@link #read}, straight into the frame. */
    default void write(ResultSet result, int column, ValueWriter out)
            throws SQLException, IOException {
        out.write(read(result, column));
    }

    ColumnReader INT =
            new ColumnReader() {
                @Override
                public Object read(ResultSet result, int column) throws SQLException {
                    int value = result.getInt(column);
                    return result.wasNull() ? null : (Object) value;
                }

                @Override
                public void write(ResultSet result, int column, ValueWriter out)
                        throws SQLException {
                    int value = result.getInt(column);
                    if (result.wasNull()) {
                        out.writeNull();
                    } else {
                        out.writeInt(value);
                    }
                }
            };

    ColumnReader LONG =
            new ColumnReader() {
                @Override
                public Object read(ResultSet result, int column) throws SQLException {
                    long value = result.getLong(column);
                    return result.wasNull() ? null : (Object) value;
                }

                @Override
                public void write(ResultSet result, int column, ValueWriter out)
                        throws SQLException {
                    long value = result.getLong(column);
                    if (result.wasNull()) {
                        out.writeNull();
                    } else {
                        out.writeLong(value);
                    }
                }
            };

    ColumnReader STRING = ResultSet::getString;
    ColumnReader BYTES = ResultSet::getBytes;

    ColumnReader BOOLEAN =
            (result, column) -> {
                boolean value = result.getBoolean(column);
                return result.wasNull() ? null : (Object) value;
            };

    ColumnReader FLOAT =
            (result, column) -> {
                float value = result.getFloat(column);
                return result.wasNull() ? null : (Object) value;
            };

    ColumnReader DOUBLE =
            (result, column) -> {
                double value = result.getDouble(column);
                return result.wasNull() ? null : (Object) value;
            };

    /** PostgreSQL's numeric may be NaN, which only getObject can say. */
    ColumnReader DECIMAL =
            (result, column) -> {
                Object value = result.getObject(column);
                return value instanceof BigInteger integer ? new BigDecimal(integer) : value;
            };

    /** Short ones travel in the row; long ones are streamed and never held whole. */
    ColumnReader BLOB =
            new ColumnReader() {
                @Override
                public Object read(ResultSet result, int column) throws SQLException {
                    return result.getBytes(column);
                }

                @Override
                public void write(ResultSet result, int column, ValueWriter out)
                        throws SQLException, IOException {
                    try (InputStream content = result.getBinaryStream(column)) {
                        if (content == null) {
                            out.writeNull();
                            return;
                        }
                        byte[] head = content.readNBytes(Protocol.LARGE_VALUE_BYTES + 1);
                        if (head.length <= Protocol.LARGE_VALUE_BYTES) {
                            out.writeBytes(head);
                        } else {
                            out.writeStream(
                                    LargeKind.BYTES,
                                    new SequenceInputStream(
                                            new ByteArrayInputStream(head), content));
                        }
                    }
                }
            };

    static ColumnReader of(ColumnDescription column, Dialect dialect) {
        boolean javaTime = !dialect.name().equals("derby");
        String type = column.typeName().toLowerCase(Locale.ROOT);
        return switch (column.jdbcType()) {
            case Types.TINYINT, Types.SMALLINT -> INT;
            case Types.INTEGER -> column.className().equals("java.lang.Long") ? LONG : INT;
            case Types.BIGINT -> column.className().equals("java.math.BigInteger") ? DECIMAL : LONG;
            case Types.CHAR,
                    Types.VARCHAR,
                    Types.LONGVARCHAR,
                    Types.NCHAR,
                    Types.NVARCHAR,
                    Types.CLOB,
                    Types.NCLOB ->
                    isPlainText(column) ? STRING : other(column.typeName());
            case Types.BIT, Types.BOOLEAN -> bits(column, type);
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY -> BYTES;
            case Types.BLOB -> BLOB;
            case Types.REAL -> FLOAT;
            case Types.FLOAT, Types.DOUBLE -> DOUBLE;
            case Types.NUMERIC, Types.DECIMAL -> DECIMAL;
            case Types.DATE -> type.equals("year") ? INT : javaTime ? as(LocalDate.class) : date();
            case Types.TIME ->
                    type.equals("timetz")
                            ? as(OffsetTime.class)
                            : javaTime ? as(LocalTime.class) : time();
            case Types.TIMESTAMP ->
                    type.equals("timestamptz")
                            ? as(OffsetDateTime.class)
                            : javaTime ? as(LocalDateTime.class) : timestamp();
            case Types.TIME_WITH_TIMEZONE -> as(OffsetTime.class);
            case Types.TIMESTAMP_WITH_TIMEZONE -> as(OffsetDateTime.class);
            case Types.ARRAY -> array();
            default ->
                    column.className().equals("java.util.UUID")
                            ? as(UUID.class)
                            : other(column.typeName());
        };
    }

    /**
     * PostgreSQL reports enums and the like as VARCHAR with a type name of their own; as text they
     * are complete.
     */
    private static boolean isPlainText(ColumnDescription column) {
        return !column.className().equals("org.postgresql.util.PGobject");
    }

    private static ColumnReader bits(ColumnDescription column, String type) {
        if (column.className().equals("[B")) {
            return BYTES;
        }
        boolean bitString = type.startsWith("bit") || type.startsWith("varbit");
        return bitString && column.className().equals("java.lang.Boolean") && column.precision() > 1
                ? other(column.typeName())
                : BOOLEAN;
    }

    private static ColumnReader as(Class<?> type) {
        return (result, column) -> result.getObject(column, type);
    }

    private static ColumnReader date() {
        return (result, column) -> {
            Date value = result.getDate(column);
            return value == null ? null : value.toLocalDate();
        };
    }

    private static ColumnReader time() {
        return (result, column) -> {
            Time value = result.getTime(column);
            return value == null ? null : value.toLocalTime();
        };
    }

    private static ColumnReader timestamp() {
        return (result, column) -> {
            Timestamp value = result.getTimestamp(column);
            return value == null ? null : value.toLocalDateTime();
        };
    }

    private static ColumnReader other(String typeName) {
        return (result, column) -> {
            String text = result.getString(column);
            return text == null ? null : new OtherValue(typeName, text);
        };
    }

    private static ColumnReader array() {
        return (result, column) -> {
            Array value = result.getArray(column);
            if (value == null) {
                return null;
            }
            Object[] elements = (Object[]) value.getArray();
            return arrayOf(value.getBaseTypeName(), value.getBaseType(), elements);
        };
    }

    private static ArrayValue arrayOf(String elementType, int elementJdbcType, Object[] elements) {
        List<Object> values = new ArrayList<>(elements.length);
        for (Object element : elements) {
            values.add(
                    element instanceof Object[] inner
                            ? arrayOf(elementType, elementJdbcType, inner)
                            : plain(elementType, element));
        }
        return new ArrayValue(elementType, elementJdbcType, values);
    }

    /**
     * A value as a driver's {@code getObject} gives it, for the protocol.
     *
     * @throws SQLException if a large object or array cannot be read
     */
    static Object travelling(Object value) throws SQLException {
        if (value instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        if (value instanceof Clob text) {
            return text.getSubString(1, Math.toIntExact(text.length()));
        }
        if (value instanceof Blob bytes) {
            return bytes.getBytes(1, Math.toIntExact(bytes.length()));
        }
        if (value instanceof Array array) {
            return arrayOf(
                    array.getBaseTypeName(), array.getBaseType(), (Object[]) array.getArray());
        }
        boolean javaTime =
                value instanceof LocalDate
                        || value instanceof LocalTime
                        || value instanceof LocalDateTime
                        || value instanceof OffsetTime;
        return javaTime ? value : plain("OTHER", value);
    }

    private static Object plain(String elementType, Object element) {
        if (element instanceof Timestamp timestamp) {
            return timestamp.toLocalDateTime();
        }
        if (element instanceof Date date) {
            return date.toLocalDate();
        }
        if (element instanceof Time time) {
            return time.toLocalTime();
        }
        boolean known =
                element == null
                        || element instanceof Number
                        || element instanceof String
                        || element instanceof Boolean
                        || element instanceof byte[]
                        || element instanceof UUID
                        || element instanceof OffsetDateTime;
        return known ? element : new OtherValue(elementType, element.toString());
    }
}
