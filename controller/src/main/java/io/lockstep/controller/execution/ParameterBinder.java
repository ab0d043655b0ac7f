package io.lockstep.controller.execution;

import io.lockstep.backends.dialect.Dialect;
import io.lockstep.protocol.ArrayValue;
import io.lockstep.protocol.LargeKind;
import io.lockstep.protocol.LargeValue;
import io.lockstep.protocol.OtherValue;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TypedNull;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;

/**
 * Gives a client's parameter values to a backend's statement, each in the form that engine's driver
 * takes.
 */
public final class ParameterBinder {
    private ParameterBinder() {}

    /**
     * Sets every parameter.
     *
     * @param values null, java.* objects or records of the protocol, in order
     */
    public static void bind(PreparedStatement statement, List<?> values, Dialect dialect)
            throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            bind(statement, i + 1, values.get(i), dialect);
        }
    }

    /**
     * Sets every parameter but some.
     *
     * @param omitted indexes, from 0, of those that are not set
     */
    static void bind(PreparedStatement statement, List<?> values, BitSet omitted, Dialect dialect)
            throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            if (!omitted.get(i)) {
                bind(statement, i + 1, values.get(i), dialect);
            }
        }
    }

    private static void bind(PreparedStatement statement, int index, Object value, Dialect dialect)
            throws SQLException {
        if (value instanceof String text) {
            statement.setString(index, text);
        } else if (value instanceof Long number) {
            statement.setLong(index, number);
        } else if (value instanceof Integer number) {
            statement.setInt(index, number);
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(index, bytes);
        } else if (value == null) {
            bindNull(statement, index, Types.NULL, dialect);
        } else if (value instanceof TypedNull typed) {
            bindNull(statement, index, typed.jdbcType(), dialect);
        } else {
            bindRare(statement, index, value, dialect);
        }
    }

    private static void bindNull(
            PreparedStatement statement, int index, int jdbcType, Dialect dialect)
            throws SQLException {
        switch (dialect.name()) {
            case "postgresql" -> statement.setNull(index, postgresqlNull(jdbcType));
            case "derby" -> {
                if (jdbcType == Types.NULL || jdbcType == Types.OTHER) {
                    statement.setObject(index, null);
                } else {
                    statement.setNull(index, jdbcType);
                }
            }
            default -> statement.setNull(index, jdbcType);
        }
    }

    /**
     * LOB types mean large objects to pgjdbc, not the BYTEA and TEXT columns they are mapped to.
     */
    private static int postgresqlNull(int jdbcType) {
        return switch (jdbcType) {
            case Types.BLOB, Types.LONGVARBINARY -> Types.BINARY;
            case Types.CLOB, Types.NCLOB, Types.LONGNVARCHAR, Types.NVARCHAR -> Types.VARCHAR;
            default -> jdbcType;
        };
    }

    private static void bindRare(
            PreparedStatement statement, int index, Object value, Dialect dialect)
            throws SQLException {
        if (value instanceof Boolean bool) {
            statement.setBoolean(index, bool);
        } else if (value instanceof BigDecimal number) {
            statement.setBigDecimal(index, number);
        } else if (value instanceof Double number) {
            statement.setDouble(index, number);
        } else if (value instanceof Float number) {
            statement.setFloat(index, number);
        } else if (value instanceof Short number) {
            statement.setShort(index, number);
        } else if (value instanceof Byte number) {
            statement.setByte(index, number);
        } else if (value instanceof LargeValue large) {
            bindLarge(statement, index, large);
        } else if (value instanceof ArrayValue array) {
            statement.setArray(
                    index,
                    statement.getConnection().createArrayOf(array.elementType(), elements(array)));
        } else if (value instanceof OtherValue other) {
            statement.setObject(index, other.text(), Types.OTHER);
        } else if (dialect.name().equals("derby")) {
            bindTimeForDerby(statement, index, value);
        } else {
            statement.setObject(index, value); // java.time and UUID
        }
    }

    private static void bindTimeForDerby(PreparedStatement statement, int index, Object value)
            throws SQLException {
        if (value instanceof LocalDate date) {
            statement.setDate(index, Date.valueOf(date));
        } else if (value instanceof LocalTime time) {
            statement.setTime(index, Time.valueOf(time));
        } else if (value instanceof LocalDateTime timestamp) {
            statement.setTimestamp(index, Timestamp.valueOf(timestamp));
        } else if (value instanceof OffsetDateTime timestamp) {
            statement.setTimestamp(index, Timestamp.from(timestamp.toInstant()));
        } else if (value instanceof UUID uuid) {
            statement.setString(index, uuid.toString());
        } else {
            statement.setObject(index, value);
        }
    }

    private static void bindLarge(PreparedStatement statement, int index, LargeValue large)
            throws SQLException {
        try {
            if (large.kind() == LargeKind.BYTES) {
                statement.setBinaryStream(index, large.openStream(), large.byteLength());
            } else {
                statement.setCharacterStream(
                        index, new InputStreamReader(large.openStream(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new SQLException(
                    "parameter "
                            + index
                            + " was spooled by the controller and cannot be read back: "
                            + e.getMessage(),
                    SqlState.IO_ERROR.code(),
                    e);
        }
    }

    private static Object[] elements(ArrayValue array) {
        Object[] elements = new Object[array.elements().size()];
        for (int i = 0; i < elements.length; i++) {
            Object element = array.elements().get(i);
            elements[i] = element instanceof ArrayValue inner ? elements(inner) : element;
        }
        return elements;
    }
}
