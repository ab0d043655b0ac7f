package io.lockstep.controller.request;

import io.lockstep.backends.BackendConnection.KeyColumns;
import java.util.List;

/**
 * One execution a client asks for.
 *
 * @param parameterRows one list of values for a single execution; several for a batch
 * @param expected what the caller is able to take
 * @param maxRows most rows of a result, 0 = all
 * @param fetchSize rows to fetch from the backend at a time, 0 = the default
 * @param transactionSequence the client's number for the transaction
 */
public record Statement(
        String sql,
        List<? extends List<?>> parameterRows,
        boolean batch,
        KeyColumns keys,
        Expected expected,
        int maxRows,
        int fetchSize,
        int queryTimeoutMillis,
        int transactionSequence) {
    /** executeQuery, executeUpdate, or execute. */
    public enum Expected {
        ANYTHING,
        ROWS,
        COUNT
    }

    /** The same with other values, and other keys asked for. */
    Statement withNumbers(List<? extends List<?>> rows, KeyColumns wanted) {
        return new Statement(
                sql,
                rows,
                batch,
                wanted,
                expected,
                maxRows,
                fetchSize,
                queryTimeoutMillis,
                transactionSequence);
    }

    List<?> parameters() {
        return parameterRows.isEmpty() ? List.of() : parameterRows.get(0);
    }
}
