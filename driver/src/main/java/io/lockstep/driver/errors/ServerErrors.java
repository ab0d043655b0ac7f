package io.lockstep.driver.errors;

import io.lockstep.protocol.ErrorDetail;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.SqlState;
import java.sql.BatchUpdateException;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientException;

/** Errors the controller answered with, as the exception classes JDBC has for their SQLStates. */
public final class ServerErrors {
    private ServerErrors() {}

    /**
     * The exception with its chain.
     *
     * @param timedOut the request had a query timeout and nobody cancelled it, so 57014 means "too
     *     late"
     */
    public static SQLException toException(Response.Failed failed, boolean timedOut) {
        SQLException exception = toException(failed.error(), timedOut);
        for (ErrorDetail next : failed.next()) {
            exception.setNextException(toException(next, timedOut));
        }
        return exception;
    }

    /**
     * The exception of a failed batch.
     *
     * @param failedIndex of the execution that failed; -1 if that is not known
     * @param counts of the first executions, as far as they stay done
     */
    public static BatchUpdateException toBatchException(
            SQLException failure, int failedIndex, long[] counts) {
        String which = failedIndex < 0 ? "The batch" : "Entry " + failedIndex + " of the batch";
        BatchUpdateException exception =
                new BatchUpdateException(
                        which + " failed: " + failure.getMessage(),
                        failure.getSQLState(),
                        failure.getErrorCode(),
                        counts,
                        failure);
        // Callers find the database's own error in the chain, where JDBC 1 to 3 drivers put it, or
        // as the cause.
        exception.setNextException(failure);
        return exception;
    }

    private static SQLException toException(ErrorDetail error, boolean timedOut) {
        String message = error.message();
        String state = error.sqlState();
        int code = error.vendorCode();
        if (state.equals(SqlState.QUERY_CANCELED.code()) && timedOut) {
            return new SQLTimeoutException(message, state, code);
        }
        return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "08" -> new SQLNonTransientConnectionException(message, state, code);
            case "0A" -> new SQLFeatureNotSupportedException(message, state, code);
            case "HY" ->
                    state.equals(SqlState.OPTIONAL_FEATURE.code())
                            ? new SQLFeatureNotSupportedException(message, state, code)
                            : new SQLException(message, state, code);
            case "22" -> new SQLDataException(message, state, code);
            case "23" -> new SQLIntegrityConstraintViolationException(message, state, code);
            case "28" -> new SQLInvalidAuthorizationSpecException(message, state, code);
            case "40" -> new SQLTransactionRollbackException(message, state, code);
            case "42" -> new SQLSyntaxErrorException(message, state, code);
            case "53", "55" -> transientIfResource(message, state, code);
            default -> new SQLException(message, state, code);
        };
    }

    /**
     * A lock or a resource may be there next time; an object in the wrong state will not mend
     * itself.
     */
    private static SQLException transientIfResource(String message, String state, int code) {
        return state.startsWith("53") || state.equals(SqlState.LOCK_NOT_AVAILABLE.code())
                ? new SQLTransientException(message, state, code)
                : new SQLException(message, state, code);
    }
}
