package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.backends.markers.Marker;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.controller.redo.CommitRecord;
import io.lockstep.controller.redo.RedoStep;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Does a logged commit again on one backend, if it is not there: the marker first, whose collision
 * tells, then the statements, then COMMIT; the marker last where it cannot be there. What they give
 * is compared with what the log says they gave. The caller sees to it that nothing that conflicts
 * with it runs meanwhile. Stateless but for where things are; thread-safe.
 */
public final class RedoRun {
    private final RecoveryLog log;
    private final Path spillDirectory;

    /**
     * @param spillDirectory for large values
     */
    public RedoRun(RecoveryLog log, Path spillDirectory) {
        this.log = log;
        this.spillDirectory = spillDirectory;
    }

    /** What was found. */
    public enum Result {
        WAS_THERE,
        DONE
    }

    /**
     * The backend does not do it as it was done at first: its data are in doubt. Says nothing about
     * the commit, which must not be aborted for it.
     */
    public static final class DifferentException extends SQLException {
        private static final long serialVersionUID = 1L;

        DifferentException(String message) {
            super(message);
        }

        DifferentException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * On a connection without a transaction; leaves none. Blocks as long as it takes.
     *
     * @throws DifferentException if a statement changes another number of rows than it did, or
     *     gives other numbers or rows
     * @throws SQLException if the backend refuses it or is gone: nothing is committed there, unless
     *     its class is {@code CONNECTION}
     * @throws IOException if the log cannot be read
     */
    public Result run(BackendConnection connection, CommitRecord commit)
            throws SQLException, IOException {
        return run(connection, commit, false);
    }

    /**
     * The same on a backend that is known not to have it. The marker goes with the COMMIT, as at
     * first: while the statements run, other commits wait for no row of Lockstep's.
     */
    void runWhereMissing(BackendConnection connection, CommitRecord commit)
            throws SQLException, IOException {
        run(connection, commit, true);
    }

    private Result run(BackendConnection connection, CommitRecord commit, boolean missing)
            throws SQLException, IOException {
        Set<RedoStep.Counted> setBack = new HashSet<>();
        while (true) {
            try {
                return attempt(connection, commit, missing);
            } catch (CountersAtFirst.BeyondException e) {
                if (!setBack.add(e.counted()) || !setBack(connection, commit, e)) {
                    throw new DifferentException(
                            "commit %d cannot be done as it was: %s"
                                    .formatted(commit.sequence(), e.getMessage()),
                            e);
                }
            }
        }
    }

    private static boolean setBack(
            BackendConnection connection,
            CommitRecord commit,
            CountersAtFirst.BeyondException beyond)
            throws SQLException {
        try {
            return CountersAtFirst.setBack(connection, beyond.counted());
        } catch (SQLException e) {
            Dialect dialect = connection.backend().dialect();
            throw StepRedo.notPrepared(dialect, commit, beyond.getMessage(), e);
        }
    }

    private Result attempt(BackendConnection connection, CommitRecord commit, boolean missing)
            throws SQLException, IOException {
        Dialect dialect = connection.backend().dialect();
        Marker marker = marker(connection, commit);
        begin(connection);
        boolean over = false;
        try {
            if (!missing && !connection.insert(marker)) {
                return Result.WAS_THERE;
            }
            boolean markerLast = missing;
            if (!missing && commits(commit, dialect)) {
                // The marker must not be there before what it stands for.
                connection.rollback();
                begin(connection);
                markerLast = true;
            }
            steps(connection, commit);
            if (markerLast) {
                connection.commit(marker);
            } else {
                connection.commit();
            }
            over = true;
            return Result.DONE;
        } finally {
            if (!over) {
                connection.rollback();
            }
        }
    }

    private static void begin(BackendConnection connection) throws SQLException {
        connection.begin(Connection.TRANSACTION_READ_COMMITTED, false);
    }

    private static Marker marker(BackendConnection connection, CommitRecord commit) {
        return new Marker(commit.sequence(), connection.epoch());
    }

    /**
     * Whether {@link #runTogether} can take it: nothing in it outlasts its statements.
     *
     * @throws IOException if the log cannot be read
     */
    public boolean isPlain(CommitRecord commit, Dialect dialect) throws IOException {
        LoggedZone zone = new LoggedZone(dialect, commit.zone(), ZoneId.systemDefault());
        boolean[] plain = {zone.statement() == null};
        commit.steps(
                log,
                spillDirectory,
                step ->
                        plain[0] &=
                                step instanceof RedoStep.Statement statement
                                        && statement.form() == RedoStep.Form.PLAIN);
        return plain[0];
    }

    /**
     * Does several commits in one transaction, each with its marker: faster than one by one. All or
     * none.
     *
     * @param commits all of them {@linkplain #isPlain plain}, in the log's order
     * @return false if one of them was there already, or its marker was; nothing is done then
     * @throws SQLException as {@link #run}
     */
    public boolean runTogether(BackendConnection connection, List<CommitRecord> commits)
            throws SQLException, IOException {
        begin(connection);
        boolean over = false;
        try {
            for (CommitRecord commit : commits) {
                if (!connection.insert(marker(connection, commit))) {
                    return false;
                }
                steps(connection, commit);
            }
            connection.commit();
            over = true;
            return true;
        } finally {
            if (!over) {
                connection.rollback();
            }
        }
    }

    /** Whether it holds DDL that ends the transaction by itself on this engine. */
    private boolean commits(CommitRecord commit, Dialect dialect) throws IOException {
        boolean[] defines = new boolean[1];
        if (dialect.ddlCommitsImplicitly()) {
            commit.steps(
                    log, spillDirectory, step -> defines[0] |= step instanceof RedoStep.Definition);
        }
        return defines[0];
    }

    private void steps(BackendConnection connection, CommitRecord commit)
            throws SQLException, IOException {
        StepRedo redo = new StepRedo(connection, commit);
        redo.begin();
        commit.<SQLException>steps(log, spillDirectory, redo::run);
    }
}
