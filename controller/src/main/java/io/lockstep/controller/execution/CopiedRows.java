package io.lockstep.controller.execution;

import io.lockstep.backends.dialect.Dialect;
import io.lockstep.protocol.RowDescription;
import io.lockstep.protocol.SqlState;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A small result held whole: generated keys, the rows of a RETURNING clause. It must be held
 * because every backend's has to be read before the client may see one.
 */
public record CopiedRows(RowDescription description, List<List<Object>> rows) {
    /** More would let one statement fill the controller's memory. */
    static final int ROWS_MAX = 100_000;

    /** Reads the whole result; does not close it. */
    public static CopiedRows of(ResultSet result, Dialect dialect) throws SQLException {
        ResultColumns columns = ResultColumns.of(result.getMetaData(), dialect);
        List<List<Object>> rows = new ArrayList<>();
        while (result.next()) {
            if (rows.size() == ROWS_MAX) {
                throw new SQLException(
                        "a write returned more than "
                                + ROWS_MAX
                                + " rows, the most that can be held for comparison; nothing was changed."
                                + " Write in smaller portions or without RETURNING",
                        SqlState.PROGRAM_LIMIT_EXCEEDED.code());
            }
            rows.add(columns.readRow(result));
        }
        return new CopiedRows(columns.description(), rows);
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
        if (a instanceof Number x && b instanceof Number y) {
            return new BigDecimal(x.toString()).compareTo(new BigDecimal(y.toString())) == 0;
        }
        if (a instanceof byte[] x && b instanceof byte[] y) {
            return Arrays.equals(x, y);
        }
        return a == null ? b == null : b != null && a.toString().equals(b.toString());
    }
}
