package io.lockstep.backends.dialect;

import java.sql.Types;
import java.util.Locale;
import java.util.Map;

/**
 * Type names as catalogues print them to {@code java.sql.Types}, the same for the same kind of
 * value on every engine.
 */
final class JdbcTypes {
    private static final Map<String, Integer> BY_NAME =
            Map.ofEntries(
                    Map.entry("boolean", Types.BOOLEAN),
                    Map.entry("bool", Types.BOOLEAN),
                    Map.entry("tinyint", Types.TINYINT),
                    Map.entry("smallint", Types.SMALLINT),
                    Map.entry("int2", Types.SMALLINT),
                    Map.entry("year", Types.SMALLINT),
                    Map.entry("mediumint", Types.INTEGER),
                    Map.entry("integer", Types.INTEGER),
                    Map.entry("int", Types.INTEGER),
                    Map.entry("int4", Types.INTEGER),
                    Map.entry("bigint", Types.BIGINT),
                    Map.entry("int8", Types.BIGINT),
                    Map.entry("real", Types.REAL),
                    Map.entry("float", Types.REAL),
                    Map.entry("float4", Types.REAL),
                    Map.entry("float8", Types.DOUBLE),
                    Map.entry("double", Types.DOUBLE),
                    Map.entry("double precision", Types.DOUBLE),
                    Map.entry("numeric", Types.NUMERIC),
                    Map.entry("decimal", Types.DECIMAL),
                    Map.entry("decfloat", Types.NUMERIC),
                    Map.entry("money", Types.OTHER),
                    Map.entry("char", Types.CHAR),
                    Map.entry("bpchar", Types.CHAR),
                    Map.entry("character", Types.CHAR),
                    Map.entry("varchar", Types.VARCHAR),
                    Map.entry("name", Types.VARCHAR),
                    Map.entry("character varying", Types.VARCHAR),
                    Map.entry("varchar_ignorecase", Types.VARCHAR),
                    Map.entry("citext", Types.VARCHAR),
                    Map.entry("enum", Types.VARCHAR),
                    Map.entry("set", Types.VARCHAR),
                    Map.entry("text", Types.LONGVARCHAR),
                    Map.entry("tinytext", Types.LONGVARCHAR),
                    Map.entry("mediumtext", Types.LONGVARCHAR),
                    Map.entry("longtext", Types.LONGVARCHAR),
                    Map.entry("character large object", Types.CLOB),
                    Map.entry("binary", Types.BINARY),
                    Map.entry("varbinary", Types.VARBINARY),
                    Map.entry("binary varying", Types.VARBINARY),
                    Map.entry("bytea", Types.LONGVARBINARY),
                    Map.entry("tinyblob", Types.LONGVARBINARY),
                    Map.entry("blob", Types.LONGVARBINARY),
                    Map.entry("mediumblob", Types.LONGVARBINARY),
                    Map.entry("longblob", Types.LONGVARBINARY),
                    Map.entry("binary large object", Types.BLOB),
                    Map.entry("bit", Types.BIT),
                    Map.entry("date", Types.DATE),
                    Map.entry("time", Types.TIME),
                    Map.entry("timetz", Types.TIME_WITH_TIMEZONE),
                    Map.entry("time with time zone", Types.TIME_WITH_TIMEZONE),
                    Map.entry("timestamp", Types.TIMESTAMP),
                    Map.entry("datetime", Types.TIMESTAMP),
                    Map.entry("timestamptz", Types.TIMESTAMP_WITH_TIMEZONE),
                    Map.entry("timestamp with time zone", Types.TIMESTAMP_WITH_TIMEZONE),
                    Map.entry("xml", Types.SQLXML),
                    Map.entry("array", Types.ARRAY));

    private JdbcTypes() {}

    /** {@code OTHER} if nothing is known about the name. */
    static int byName(String typeName) {
        return BY_NAME.getOrDefault(typeName.toLowerCase(Locale.ROOT), Types.OTHER);
    }

    static boolean isText(int jdbcType) {
        return switch (jdbcType) {
            case Types.CHAR,
                    Types.VARCHAR,
                    Types.LONGVARCHAR,
                    Types.CLOB,
                    Types.NCHAR,
                    Types.NVARCHAR,
                    Types.LONGNVARCHAR,
                    Types.NCLOB ->
                    true;
            default -> false;
        };
    }
}
