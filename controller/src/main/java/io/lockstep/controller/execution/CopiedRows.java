package io.lockstep.controller.execution;

import io.lockstep.backends.dialect.Dialect;
import io.lockstep.protocol.RowDescription;
import io.lockstep.protocol.SqlState;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A small result held whole: generated keys, the rows of a RETURNING clause. It must be held
 * because every backend's has to be read before the client may see one.
 */
public record CopiedRows(RowDescription description, List<List<Object>> rows) {
    /** More would let one statement fill the controller's memory. */
    static final int ROWS_MAX = 100_000;

    private static final long BYTES_MAX = 64L << 20;
    private static final long VALUE_BYTES = 32;

    /** Reads the whole result; does not close it. */
    public static CopiedRows of(ResultSet result, Dialect dialect) throws SQLException {
        ResultColumns columns = ResultColumns.of(result.getMetaData(), dialect);
        List<List<Object>> rows = new ArrayList<>();
        long bytes = 0;
        while (result.next()) {
            List<Object> row = columns.readRow(result);
            for (Object value : row) {
                bytes += size(value);
            }
            if (rows.size() == ROWS_MAX || bytes > BYTES_MAX) {
                throw new SQLException(
                        "a write or call returned more than %d rows or %d MB, the most that can be held for comparison; nothing was changed. Write in smaller portions or without RETURNING, or SELECT the rows"
                                .formatted(ROWS_MAX, BYTES_MAX >> 20),
                        SqlState.PROGRAM_LIMIT_EXCEEDED.code());
            }
            rows.add(row);
        }
        return new CopiedRows(columns.description(), rows);
    }

    /** Roughly. */
    private static long size(Object value) {
        if (value instanceof byte[] bytes) {
            return VALUE_BYTES + bytes.length;
        }
        return value instanceof String text ? VALUE_BYTES + 2L * text.length() : VALUE_BYTES;
    }

    /** The same rows in any order: without ORDER BY the order of a result means nothing. */
    boolean sameRowsInAnyOrder(CopiedRows other) {
        return sameRows(other) || counted().equals(other.counted());
    }

    /** How often each row is there, with values in a form that is equal where they count as so. */
    private Map<List<Object>, Integer> counted() {
        Map<List<Object>, Integer> counts = new HashMap<>();
        for (List<Object> row : rows) {
            List<Object> comparable = new ArrayList<>(row.size());
            row.forEach(value -> comparable.add(comparable(value)));
            counts.merge(comparable, 1, Integer::sum);
        }
        return counts;
    }

    private static Object comparable(Object value) {
        if (value instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        if (value instanceof Number number && isFinite(number)) {
            return new BigDecimal(number.toString()).stripTrailingZeros();
        }
        return value == null ? null : value.toString();
    }

    private static boolean isFinite(Number number) {
        return Double.isFinite(number.doubleValue()) || number instanceof BigDecimal;
    }

    /** What a function without a result gives as one. */
    boolean isOneEmptyValue() {
        return rows.size() == 1
                && rows.get(0).size() == 1
                && (rows.get(0).get(0) == null || "".equals(rows.get(0).get(0).toString()));
    }

    /**
     * Same values in the same order; numbers by value, since engines differ in the types of
     * generated keys.
     */
    boolean sameRows(CopiedRows other) {
        if (rows.size() != other.rows.size()) {
            return false;
        }
        for (int i = 0; i < rows.size(); i++) {
            if (!sameRow(rows.get(i), other.rows.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameRow(List<Object> a, List<Object> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!sameValue(a.get(i), b.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameValue(Object a, Object b) {
        if (a instanceof Number x && b instanceof Number y && isFinite(x) && isFinite(y)) {
            return new BigDecimal(x.toString()).compareTo(new BigDecimal(y.toString())) == 0;
        }
        if (a instanceof byte[] x && b instanceof byte[] y) {
            return Arrays.equals(x, y);
        }
        return a == null ? b == null : b != null && a.toString().equals(b.toString());
    }
}
