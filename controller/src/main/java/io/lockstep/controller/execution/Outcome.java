package io.lockstep.controller.execution;

import io.lockstep.backends.dialect.FailureClass;
import java.sql.SQLException;

/**
 * What one backend did with one piece of work. "Don't know" is an answer of its own, never folded
 * into "failed".
 */
public sealed interface Outcome<T> {
    record Applied<T>(T result) implements Outcome<T> {}

    record Rejected<T>(SQLException cause, FailureClass failureClass) implements Outcome<T> {}

    /**
     * The connection died, or the answer came too late: it may or may not have happened.
     *
     * @param late the backend was cut off for being later than {@code backendTimeout}
     */
    record Unknown<T>(SQLException cause, boolean late) implements Outcome<T> {}
}
