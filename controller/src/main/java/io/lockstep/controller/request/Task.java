package io.lockstep.controller.request;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.controller.allocation.Allocation;
import io.lockstep.controller.execution.CopiedRows;
import io.lockstep.controller.execution.StatementResult;
import io.lockstep.controller.sql.StatementClass;

/**
 * A statement on its way to the backends.
 *
 * @param asked as the client sent it
 * @param sent with the numbers that the controller gives out behind the client's parameters
 * @param numbers given out for it
 * @param keys the generated keys that the client wants, if the controller knows them; else null
 */
record Task(
        Statement asked,
        Statement sent,
        StatementClass what,
        Allocation numbers,
        GeneratedNumbers keys) {

    /** One that needs no numbers. */
    static Task plain(Statement statement, StatementClass what) {
        return new Task(statement, statement, what, Allocation.NONE, null);
    }

    /** Keys that were read only to be compared are not the client's. */
    StatementResult forClient(StatementResult result) {
        if (keys != null) {
            CopiedRows known = keys.rows(sent.parameterRows());
            if (result instanceof StatementResult.Count count) {
                return new StatementResult.Count(count.count(), known);
            }
            if (result instanceof StatementResult.Counts counts) {
                return new StatementResult.Counts(counts.counts(), known);
            }
        }
        return asked.keys() instanceof KeyColumns.None ? result.withoutKeys() : result;
    }
}
