package io.lockstep.backends;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.backends.markers.FencedException;
import io.lockstep.backends.markers.Marker;
import io.lockstep.backends.markers.MarkerTables;
import io.lockstep.backends.markers.MarkerTables.Call;
import io.lockstep.backends.markers.Markers.Claim;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Runs the statements about markers on one connection. Belongs to whoever holds that. */
final class MarkerCalls {
    private final String backend;
    private final MarkerTables tables;
    private final PhysicalConnection physical;

    MarkerCalls(String backend, MarkerTables tables, PhysicalConnection physical) {
        this.backend = backend;
        this.tables = tables;
        this.physical = physical;
    }

    /** Whether marker and COMMIT share a round trip. */
    boolean commitInOne() {
        return tables.commitsInOne();
    }

    /** Sends COMMIT along, which is not done if the marker fails. */
    void insertAndCommit(Marker marker) throws SQLException {
        execute(tables.insertAndCommit(marker));
    }

    /** Fails in a class that {@link #mayBeFenced} if the fence does not show the marker's epoch. */
    void insert(Marker marker) throws SQLException {
        execute(tables.insert(marker));
        Call check = tables.fenceCheck(marker);
        if (check != null && !execute(check)) {
            throw new SQLException("the fence does not show epoch " + marker.epoch(), "23502");
        }
    }

    /** Whether it gave a row. */
    private boolean execute(Call call) throws SQLException {
        PreparedStatement statement = physical.prepare(call.sql(), KeyColumns.NONE);
        try {
            List<Long> parameters = call.parameters();
            for (int i = 0; i < parameters.size(); i++) {
                statement.setLong(i + 1, parameters.get(i));
            }
            return statement.execute() && statement.getResultSet().next();
        } finally {
            physical.giveBack(statement);
        }
    }

    /**
     * A marker whose fence is raised violates a NOT NULL; so may, on COMMIT, what the user has
     * declared.
     */
    static boolean mayBeFenced(FailureClass failure) {
        return failure == FailureClass.CONSTRAINT;
    }

    /** The failure itself if the claim still has the marker's epoch. In auto-commit mode. */
    SQLException fencedOr(SQLException failure, Marker marker) throws SQLException {
        Claim holder = tables.claim(physical.jdbc()).orElse(null);
        return holder != null && holder.epoch() == marker.epoch()
                ? failure
                : new FencedException(
                        "backend " + backend + ", commit under epoch " + marker.epoch(),
                        holder,
                        failure);
    }
}
