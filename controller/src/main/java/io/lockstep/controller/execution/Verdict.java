package io.lockstep.controller.execution;

import java.sql.SQLException;

/** What the backends' outcomes of one statement mean together. */
public sealed interface Verdict<T> {
    /** All that are still in service did the same. */
    record Agreed<T>(T result) implements Verdict<T> {}

    /** All refused it; the error is the home backend's. Nobody leaves. */
    record Refused<T>(SQLException error) implements Verdict<T> {}

    /**
     * It must be rolled back everywhere.
     *
     * @param rerunnable true if running it again, alone, may well succeed
     */
    record TakenBack<T>(SQLException error, boolean rerunnable) implements Verdict<T> {}
}
