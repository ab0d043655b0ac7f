package io.lockstep.tests.benchmark;

import java.sql.SQLException;

/** One client's unit of work, over and over. Used by one thread. */
interface Steps extends AutoCloseable {
    /** Does the work that is counted and timed, once, and checks what came back. */
    void step() throws SQLException;

    @Override
    void close() throws SQLException;
}
