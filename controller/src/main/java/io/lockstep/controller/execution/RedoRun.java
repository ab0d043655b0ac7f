package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.backends.markers.Marker;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.controller.redo.CommitRecord;
import io.lockstep.controller.redo.RedoStep;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Does a logged commit again on one backend, if it is not there: the marker first, whose collision
 * tells, then the statements, then COMMIT. The caller sees to it that nothing that conflicts with
 * it runs meanwhile. Stateless but for where things are; thread-safe.
 */
public final class RedoRun {
    private final RecoveryLog log;
    private final long epoch;
    private final Path spillDirectory;

    /**
     * @param epoch of this reign: what is committed now carries it
     * @param spillDirectory for large values
     */
    public RedoRun(RecoveryLog log, long epoch, Path spillDirectory) {
        this.log = log;
        this.epoch = epoch;
        this.spillDirectory = spillDirectory;
    }

    /** What was found. */
    public enum Result {
        WAS_THERE,
        DONE
    }

    /** The backend answered, but not as it did at first: its data are in doubt. */
    public static final class DifferentException extends SQLException {
        private static final long serialVersionUID = 1L;

        DifferentException(String message) {
            super(message);
        }
    }

    /**
     * On a connection without a transaction; leaves none. Blocks as long as it takes.
     *
     * @throws DifferentException if a statement changes another number of rows than it did
     * @throws SQLException if the backend refuses it or is gone: nothing is committed there, unless
     *     its class is {@code CONNECTION}
     * @throws IOException if the log cannot be read
     */
    public Result run(BackendConnection connection, CommitRecord commit)
            throws SQLException, IOException {
        Dialect dialect = connection.backend().dialect();
        Marker marker = new Marker(commit.sequence(), epoch);
        connection.begin(Connection.TRANSACTION_READ_COMMITTED, false);
        boolean over = false;
        try {
            if (!connection.insert(marker)) {
                return Result.WAS_THERE;
            }
            if (commits(commit, dialect)) {
                // The marker must not be there before what it stands for.
                connection.rollback();
                connection.begin(Connection.TRANSACTION_READ_COMMITTED, false);
                steps(connection, commit, dialect);
                connection.commit(marker);
            } else {
                steps(connection, commit, dialect);
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

    /** Whether it holds DDL that ends the transaction by itself on this engine. */
    private boolean commits(CommitRecord commit, Dialect dialect) throws IOException {
        boolean[] defines = new boolean[1];
        if (dialect.ddlCommitsImplicitly()) {
            commit.steps(
                    log,
                    spillDirectory,
                    step ->
                            defines[0] |=
                                    step instanceof RedoStep.Statement statement
                                            && statement.form() == RedoStep.Form.DEFINITION);
        }
        return defines[0];
    }

    private void steps(BackendConnection connection, CommitRecord commit, Dialect dialect)
            throws SQLException, IOException {
        commit.<SQLException>steps(
                log,
                spillDirectory,
                step -> {
                    if (step instanceof RedoStep.Schema schema) {
                        connection.markSessionStateChanged();
                        connection.jdbc().setSchema(schema.name());
                    } else if (step instanceof RedoStep.Statement statement) {
                        run(connection, statement, dialect, commit.sequence());
                    }
                });
    }

    private static void run(
            BackendConnection connection,
            RedoStep.Statement statement,
            Dialect dialect,
            long sequence)
            throws SQLException {
        RedoStep.Text text = statement.texts().get(dialect.name());
        if (text == null) {
            throw new SQLException(
                    "commit %d was logged when no backend of this engine (%s) was declared"
                            .formatted(sequence, dialect.name()));
        }
        if (statement.form() == RedoStep.Form.SETTING) {
            connection.markSessionStateChanged();
        }
        StatementCall.Rendered rendered = new StatementCall.Rendered(text.sql(), text.rows());
        StatementCall call =
                new StatementCall(
                        any -> rendered, statement.batch(), KeyColumns.NONE, 0, form(statement));
        try {
            StatementResult result = call.run(connection);
            compare(statement, result, sequence);
        } catch (SQLException e) {
            if (statement.form() != RedoStep.Form.DEFINITION || !mayBeDone(dialect.classify(e))) {
                throw e;
            }
        }
    }

    private static StatementCall.Form form(RedoStep.Statement statement) {
        return switch (statement.form()) {
            case PLAIN, DEFINITION, SETTING -> StatementCall.Form.PLAIN;
            case UNKNOWN -> StatementCall.Form.UNKNOWN;
            case CALL -> StatementCall.Form.CALL;
        };
    }

    private static void compare(RedoStep.Statement statement, StatementResult result, long sequence)
            throws DifferentException {
        if (statement.rowCount() != RedoStep.NOT_COMPARED
                && result instanceof StatementResult.Count count
                && count.count() != statement.rowCount()) {
            throw new DifferentException(
                    "a statement of commit %d changed %d rows when it was done again, %d at first"
                            .formatted(sequence, count.count(), statement.rowCount()));
        }
    }

    /** DDL that its own transaction does not hold back is there already, or gone already. */
    private static boolean mayBeDone(FailureClass failure) {
        return failure == FailureClass.OBJECT_EXISTS || failure == FailureClass.OBJECT_MISSING;
    }
}
