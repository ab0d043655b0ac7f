package io.lockstep.driver;

import io.lockstep.protocol.GeneratedKeys;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.RowDescription;

/**
 * A statement as the controller knows it: prepared with the first request that uses it, forgotten
 * when closed.
 *
 * <p>Belongs to one JDBC statement at a time; between two it waits in the {@link StatementCache}.
 */
final class ServerStatement {
    private final String sql;
    private final GeneratedKeys generatedKeys;
    private int id;
    private boolean prepared;
    private RowDescription columns; // of its last result; the controller does not repeat it
    private Response.Description description; // answer to DESCRIBE, kept

    ServerStatement(String sql, GeneratedKeys generatedKeys) {
        this.sql = sql;
        this.generatedKeys = generatedKeys;
    }

    String sql() {
        return sql;
    }

    GeneratedKeys generatedKeys() {
        return generatedKeys;
    }

    int id() {
        return id;
    }

    /** Whether the controller knows it under its id. */
    boolean isPrepared() {
        return prepared;
    }

    /** What must go in front of the request that uses it first. */
    Request.Prepare prepareAs(int newId) {
        id = newId;
        return new Request.Prepare(newId, sql, generatedKeys);
    }

    void setPrepared(boolean prepared) {
        this.prepared = prepared;
    }

    /** The columns of its last result, null if it had none yet. */
    RowDescription columns() {
        return columns;
    }

    void setColumns(RowDescription columns) {
        this.columns = columns;
    }

    /** What the controller answered to DESCRIBE, null if it was not asked. */
    Response.Description description() {
        return description;
    }

    void setDescription(Response.Description description) {
        this.description = description;
    }
}
