package io.lockstep.driver;

import io.lockstep.driver.errors.Failures;
import java.sql.SQLException;
import java.sql.Savepoint;

/**
 * A savepoint of one connection.
 *
 * @param owner the connection it belongs to
 * @param id unique within the connection
 * @param name the caller's, null if it has none
 */
record JdbcSavepoint(JdbcConnection owner, int id, String name) implements Savepoint {
    /** As the controller knows it. Callers may use a name twice, so theirs is not used. */
    String wireName() {
        return "lockstep_savepoint_" + id;
    }

    @Override
    public int getSavepointId() throws SQLException {
        if (name != null) {
            throw Failures.invalidArgument("Savepoint " + name + " has a name and no id");
        }
        return id;
    }

    @Override
    public String getSavepointName() throws SQLException {
        if (name == null) {
            throw Failures.invalidArgument("Savepoint " + id + " has an id and no name");
        }
        return name;
    }

    @Override
    public String toString() {
        return name == null ? "savepoint " + id : "savepoint " + name;
    }
}
