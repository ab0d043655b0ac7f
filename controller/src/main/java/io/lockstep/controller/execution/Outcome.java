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

    /** The connection died, or the answer came too late: it may or may not have happened. */
    record Unknown<T>(SQLException cause) implements Outcome<T> {}
}
