package io.lockstep.driver.errors;

import io.lockstep.protocol.SqlState;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLSyntaxErrorException;

/**
 * The failures the driver finds itself, without asking the controller.
 *
 * <p>Connection pools throw a connection away on the states 08*, 0A000 and 57P01 to 57P03, so these
 * appear only where the connection is in fact of no use any more.
 */
public final class Failures {
    private Failures() {}

    /**
     * An optional part of JDBC that this driver does not have. Its state is not the usual 0A000:
     * HikariCP would evict a healthy connection for it.
     */
    public static SQLException unsupported(String what) {
        return new SQLFeatureNotSupportedException(
                what + " is not supported by the Lockstep JDBC driver",
                SqlState.OPTIONAL_FEATURE.code());
    }

    /** An argument that cannot be used. */
    public static SQLException invalidArgument(String message) {
        return invalidArgument(message, null);
    }

    /** An argument that cannot be used. */
    public static SQLException invalidArgument(String message, Throwable cause) {
        return new SQLException(message, SqlState.INVALID_PARAMETER.code(), cause);
    }

    /** The caller's stream or reader failed while a parameter was read from it. */
    public static SQLException unreadableParameter(IOException cause) {
        return new SQLException(
                "A parameter could not be read from its stream: " + cause.getMessage(),
                SqlState.INVALID_PARAMETER.code(),
                cause);
    }

    /** A method that needs a scrollable result. */
    public static SQLException forwardOnly(String method) {
        return new SQLException(
                method + " needs a scrollable result; results of Lockstep are read forward only",
                SqlState.INVALID_CURSOR.code());
    }

    /** A method that needs an updatable result. */
    public static SQLException readOnlyResult(String method) {
        return unsupported(
                method + " (changing rows of a result; write an UPDATE, INSERT or DELETE instead)");
    }

    /** An index that no column has. */
    public static SQLException noSuchColumn(int index, int columnCount) {
        return new SQLException(
                "Column index " + index + " of a result with " + columnCount + " columns",
                SqlState.INVALID_INDEX.code());
    }

    /** A name that no column has. */
    public static SQLException noSuchColumn(String name) {
        return new SQLException(
                "The result has no column named \"" + name + "\"", SqlState.INVALID_INDEX.code());
    }

    /** A parameter index that cannot exist. */
    public static SQLException noSuchParameter(int index) {
        return new SQLException(
                "Parameter index " + index + ", expected 1 to " + Short.MAX_VALUE * 2,
                SqlState.INVALID_INDEX.code());
    }

    /** A parameter that was never set. */
    public static SQLException parameterNotSet(int index) {
        return new SQLException(
                "Parameter " + index + " was not set", SqlState.WRONG_PARAMETER_COUNT.code());
    }

    /** The object was closed before; {@code what} begins with a capital letter. */
    public static SQLException closed(String what) {
        return new SQLException(what + " is closed", SqlState.FUNCTION_SEQUENCE_ERROR.code());
    }

    /** The connection was closed before. */
    public static SQLException connectionClosed() {
        return new SQLNonTransientConnectionException(
                "The connection is closed", SqlState.CONNECTION_CLOSED.code());
    }

    /** A result that is not standing on a row. */
    public static SQLException notOnARow(String where) {
        return new SQLException(
                "The result is " + where + "; call next() and look at what it returns",
                SqlState.INVALID_CURSOR.code());
    }

    /** The calls came in an order JDBC does not allow. */
    public static SQLException wrongOrder(String message) {
        return new SQLException(message, SqlState.FUNCTION_SEQUENCE_ERROR.code());
    }

    /** Commit, rollback or savepoints while auto-commit is on. */
    public static SQLException autoCommitIsOn(String method) {
        return new SQLException(
                method + " while auto-commit is on; call setAutoCommit(false) first",
                SqlState.NO_ACTIVE_TRANSACTION.code());
    }

    /** A change that must not happen inside a transaction. */
    public static SQLException transactionIsOpen(String method) {
        return new SQLException(
                method + " within a transaction; commit or roll back first",
                SqlState.ACTIVE_TRANSACTION.code());
    }

    /** executeQuery of something without rows. */
    public static SQLException noRows() {
        return new SQLException(
                "The statement gave no rows; use executeUpdate or execute",
                SqlState.NO_ROWS.code());
    }

    /** executeUpdate of something with rows. */
    public static SQLException rowsInsteadOfCount() {
        return new SQLException(
                "The statement gave rows; use executeQuery or execute",
                SqlState.TOO_MANY_RESULTS.code());
    }

    /** Something that does not fit into the protocol's limits. Nothing was sent. */
    public static SQLException tooLarge(RuntimeException cause) {
        return new SQLSyntaxErrorException(
                "The request is too large: " + cause.getMessage() + ". Nothing was sent",
                SqlState.PROGRAM_LIMIT_EXCEEDED.code(),
                cause);
    }

    /**
     * None of the hosts could be used; their own failures are suppressed exceptions of this one.
     */
    public static SQLException noController(String message, Throwable cause) {
        return new SQLNonTransientConnectionException(
                message, SqlState.NO_CONTROLLER.code(), cause);
    }

    /** The login was refused or took too long. */
    public static SQLException loginRefused(String message, Throwable cause) {
        return new SQLNonTransientConnectionException(
                message, SqlState.LOGIN_REFUSED.code(), cause);
    }

    /** The connection is gone and nothing of the transaction was committed. */
    public static SQLException connectionLost(String message, Throwable cause) {
        return new SQLNonTransientConnectionException(
                message, SqlState.CONNECTION_LOST.code(), cause);
    }

    /** The connection is gone and nobody can say whether the transaction committed. */
    public static SQLException outcomeUnknown(String message, Throwable cause) {
        return new SQLNonTransientConnectionException(
                message, SqlState.OUTCOME_UNKNOWN.code(), cause);
    }

    /** The call has no place in this driver's state for another reason. */
    public static SQLException wrongState(String message) {
        return new SQLException(message, SqlState.WRONG_STATE.code());
    }
}
