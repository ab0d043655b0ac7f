package io.lockstep.cli.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HexFormat;

/** Column values as text; null for SQL NULL. Large ones are cut, so that memory stays bounded. */
final class Values {
    static final int CHARACTERS_MAX = 1_000_000;
    private static final int BYTES_MAX = CHARACTERS_MAX / 2;

    private Values() {}

    static boolean isNumeric(ResultSetMetaData columns, int column) throws SQLException {
        return switch (columns.getColumnType(column)) {
            case Types.TINYINT,
                    Types.SMALLINT,
                    Types.INTEGER,
                    Types.BIGINT,
                    Types.REAL,
                    Types.FLOAT,
                    Types.DOUBLE,
                    Types.NUMERIC,
                    Types.DECIMAL ->
                    true;
            default -> false;
        };
    }

    static String text(ResultSet rows, int column, int type) throws SQLException {
        return switch (type) {
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY ->
                    binary(rows.getBytes(column));
            case Types.BLOB -> blob(rows.getBlob(column));
            case Types.CLOB, Types.NCLOB -> clob(rows.getClob(column));
            default -> rows.getString(column);
        };
    }

    private static String binary(byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        return hex(bytes, bytes.length);
    }

    private static String blob(Blob blob) throws SQLException {
        if (blob == null) {
            return null;
        }
        try (InputStream in = blob.getBinaryStream()) {
            return hex(in.readNBytes(BYTES_MAX), blob.length());
        } catch (IOException e) {
            throw new SQLException("the binary value could not be read", e);
        }
    }

    private static String hex(byte[] bytes, long length) {
        int shown = Math.min(bytes.length, BYTES_MAX);
        return "\\x" + HexFormat.of().formatHex(bytes, 0, shown) + (shown < length ? "..." : "");
    }

    private static String clob(Clob clob) throws SQLException {
        if (clob == null) {
            return null;
        }
        try (Reader in = clob.getCharacterStream()) {
            char[] buffer = new char[(int) Math.min(clob.length(), CHARACTERS_MAX)];
            int filled = 0;
            while (filled < buffer.length) {
                int read = in.read(buffer, filled, buffer.length - filled);
                if (read < 0) {
                    break;
                }
                filled += read;
            }
            return new String(buffer, 0, filled) + (filled < clob.length() ? "..." : "");
        } catch (IOException e) {
            throw new SQLException("the text value could not be read", e);
        }
    }
}
