package io.lockstep.driver.convert;

import java.sql.SQLException;

/** The checks that Blob and Clob share: positions count from 1. */
final class LargeObjectPositions {
    /** The standard's "invalid parameter value". */
    private static final String INVALID_PARAMETER_VALUE = "22023";

    /** The standard's "object not in prerequisite state". */
    private static final String NOT_IN_PREREQUISITE_STATE = "55000";

    private LargeObjectPositions() {}

    /** Turns a position from 1 to length + 1 into an index. */
    static int checkPosition(long position, int length) throws SQLException {
        if (position < 1 || position > length + 1L) {
            throw new SQLException(
                    "Position " + position + " of a large object of length " + length,
                    INVALID_PARAMETER_VALUE);
        }
        return (int) position - 1;
    }

    static void checkLength(long length) throws SQLException {
        if (length < 0) {
            throw new SQLException("Negative length " + length, INVALID_PARAMETER_VALUE);
        }
    }

    static SQLException freed(String type) {
        return new SQLException(
                "This " + type + " was freed and has no content any more",
                NOT_IN_PREREQUISITE_STATE);
    }
}
