package io.lockstep.tests.divergence.workload;

import java.sql.SQLException;
import java.util.List;

/**
 * One kind of work on tables of its own. One object serves all sessions of a run, so what it keeps
 * is thread-safe.
 */
public interface Workload {
    default String name() {
        return getClass().getSimpleName();
    }

    /** Tables and first rows, made through Lockstep before the run. */
    List<String> schema();

    /**
     * One unit of work. What it leaves open is rolled back by the caller, who also judges what it
     * throws: a state of class 23 or 42 is a failure of the run unless it is caught here.
     */
    void step(ClientSession session) throws SQLException;

    /** Something done by one session after the run, before the databases are compared. */
    default void afterwards(ClientSession session) throws SQLException {}

    /** Fails unless the rows are those that were acknowledged. */
    void verify(Evidence evidence) throws SQLException;
}
