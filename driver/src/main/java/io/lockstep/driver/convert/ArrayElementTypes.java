package io.lockstep.driver.convert;

import io.lockstep.protocol.ArrayValue;
import java.math.BigDecimal;
import java.sql.Types;
import java.util.Locale;
import java.util.UUID;

/** What an array's elements are, by the names the engines give to types. */
final class ArrayElementTypes {
    private ArrayElementTypes() {}

    /** The java.sql.Types constant of a type name, {@link Types#OTHER} if the name says nothing. */
    static int jdbcType(String typeName) {
        String name = typeName.toLowerCase(Locale.ROOT);
        int parenthesis = name.indexOf('(');
        return switch (parenthesis < 0 ? name : name.substring(0, parenthesis).strip()) {
            case "bool", "boolean", "bit" -> Types.BIT;
            case "tinyint" -> Types.TINYINT;
            case "int2", "smallint" -> Types.SMALLINT;
            case "int4", "int", "integer", "serial" -> Types.INTEGER;
            case "int8", "bigint", "bigserial" -> Types.BIGINT;
            case "float4", "real" -> Types.REAL;
            case "float8", "double", "double precision" -> Types.DOUBLE;
            case "numeric", "decimal" -> Types.NUMERIC;
            case "varchar", "text", "character varying", "name" -> Types.VARCHAR;
            case "char", "bpchar", "character" -> Types.CHAR;
            case "date" -> Types.DATE;
            case "time" -> Types.TIME;
            case "timestamp" -> Types.TIMESTAMP;
            case "timestamptz", "timestamp with time zone" -> Types.TIMESTAMP_WITH_TIMEZONE;
            case "bytea", "binary", "varbinary" -> Types.BINARY;
            default -> Types.OTHER;
        };
    }

    /** The component class of the Java array: the elements' own if they agree, else Object. */
    static Class<?> javaClass(ArrayValue array) {
        if (array.elements().stream().anyMatch(ArrayValue.class::isInstance)) {
            return Object.class;
        }
        return switch (array.elementJdbcType()) {
            case Types.BIT, Types.BOOLEAN -> Boolean.class;
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER -> Integer.class;
            case Types.BIGINT -> Long.class;
            case Types.REAL -> Float.class;
            case Types.FLOAT, Types.DOUBLE -> Double.class;
            case Types.NUMERIC, Types.DECIMAL -> BigDecimal.class;
            case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.NCHAR, Types.NVARCHAR ->
                    String.class;
            default ->
                    array.elements().stream().allMatch(UUID.class::isInstance)
                            ? UUID.class
                            : Object.class;
        };
    }
}
