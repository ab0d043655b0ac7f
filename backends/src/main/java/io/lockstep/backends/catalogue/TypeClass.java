package io.lockstep.backends.catalogue;

import java.sql.Types;

/** Kinds of values that engines agree on, whatever they call their types. */
public enum TypeClass {
    /** Numbers with exact values, with or without fraction. */
    EXACT_NUMBER,
    APPROXIMATE_NUMBER,
    TEXT,
    BINARY,
    BOOLEAN,
    DATE,
    TIME,
    TIMESTAMP,
    TIMESTAMP_WITH_ZONE,
    /** Arrays, UUID, JSON, XML, geometry ...: comparable by their names only. */
    OTHER;

    /** The class of a {@code java.sql.Types} constant. */
    public static TypeClass of(int jdbcType) {
        return switch (jdbcType) {
            case Types.TINYINT,
                    Types.SMALLINT,
                    Types.INTEGER,
                    Types.BIGINT,
                    Types.NUMERIC,
                    Types.DECIMAL ->
                    EXACT_NUMBER;
            case Types.REAL, Types.FLOAT, Types.DOUBLE -> APPROXIMATE_NUMBER;
            case Types.CHAR,
                    Types.VARCHAR,
                    Types.LONGVARCHAR,
                    Types.NCHAR,
                    Types.NVARCHAR,
                    Types.LONGNVARCHAR,
                    Types.CLOB,
                    Types.NCLOB ->
                    TEXT;
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> BINARY;
            case Types.BOOLEAN -> BOOLEAN;
            case Types.DATE -> DATE;
            case Types.TIME -> TIME;
            case Types.TIMESTAMP -> TIMESTAMP;
            case Types.TIMESTAMP_WITH_TIMEZONE -> TIMESTAMP_WITH_ZONE;
            default -> OTHER;
        };
    }
}
