package io.lockstep.tests.harness.database;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/**
 * A column value as text that does not depend on the engine's choice of type for it: BYTEA or BLOB,
 * BOOLEAN or SMALLINT.
 */
final class CanonicalValue {
    private static final int LONGEST_SHOWN = 200;

    private CanonicalValue() {}

    static String of(ResultSet result, int column) throws SQLException {
        int type = result.getMetaData().getColumnType(column);
        String text =
                switch (type) {
                    case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB ->
                            bytes(result.getBytes(column));
                    case Types.CLOB,
                            Types.NCLOB,
                            Types.LONGVARCHAR,
                            Types.VARCHAR,
                            Types.NVARCHAR ->
                            text(result.getString(column));
                    case Types.CHAR, Types.NCHAR -> text(stripTrailing(result.getString(column)));
                    case Types.TIMESTAMP -> timestamp(result.getTimestamp(column));
                    default -> object(result.getObject(column));
                };
        return result.wasNull() ? "NULL" : text;
    }

    private static String object(Object value) {
        if (value instanceof Boolean truth) {
            return truth ? "1" : "0";
        }
        if (value instanceof Number number) {
            return number(number);
        }
        return value == null ? "NULL" : text(value.toString());
    }

    private static String number(Number number) {
        String digits = number.toString();
        boolean isFinite = digits.chars().noneMatch(c -> c == 'N' || c == 'I');
        return isFinite ? new BigDecimal(digits).stripTrailingZeros().toPlainString() : digits;
    }

    /** Microseconds: the finest that all engines keep. */
    private static String timestamp(Timestamp value) {
        return value == null
                ? "NULL"
                : value.toLocalDateTime().truncatedTo(ChronoUnit.MICROS).toString();
    }

    private static String bytes(byte[] value) {
        if (value == null) {
            return "NULL";
        }
        return value.length <= LONGEST_SHOWN / 4
                ? "0x" + HexFormat.of().formatHex(value)
                : value.length + " bytes, sha256 " + sha256(value);
    }

    private static String text(String value) {
        if (value == null) {
            return "NULL";
        }
        return value.length() <= LONGEST_SHOWN
                ? "'" + value + "'"
                : value.length()
                        + " characters, sha256 "
                        + sha256(value.getBytes(StandardCharsets.UTF_8));
    }

    private static String stripTrailing(String value) {
        return value == null ? null : value.stripTrailing();
    }

    private static String sha256(byte[] value) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
