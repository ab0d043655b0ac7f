package io.lockstep.controller.execution;

import io.lockstep.controller.recoverylog.LogException;
import io.lockstep.controller.redo.RedoLog;
import io.lockstep.controller.redo.RedoStep;
import io.lockstep.controller.redo.RedoStep.Form;
import io.lockstep.controller.redo.RedoWriter;
import io.lockstep.protocol.TransactionId;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one client transaction leaves in the log: nothing before its first write, then the settings
 * in force and everything that was done on all backends. Belongs to the transaction's thread.
 */
final class TransactionRecord {
    private final BackendGroup group;
    private final TransactionId id;
    private final BackendTransaction.SetUp setUp;
    private final Map<String, Integer> savepoints = new HashMap<>();

    /** Settings that a rollback to a savepoint leaves in force, with where they stand. */
    private final List<Lasting> lasting = new ArrayList<>();

    private RedoWriter writer;
    private boolean wrote;
    private RedoLog.Commit intent;

    private record Lasting(int position, RedoStep step) {}

    TransactionRecord(BackendGroup group, TransactionId id, BackendTransaction.SetUp setUp) {
        this.group = group;
        this.id = id;
        this.setUp = setUp;
    }

    /**
     * All backends have done it.
     *
     * @throws SQLException if it could not be logged; the transaction must be rolled back
     */
    void wrote(StatementCall call, long rowCount) throws SQLException {
        add(RedoSteps.of(call, group.dialects(), RedoSteps.form(call), rowCount));
        wrote = true;
    }

    /** DDL that ends with its transaction. */
    void defined(StatementCall call) throws SQLException {
        add(definition(call));
        wrote = true;
    }

    private RedoStep definition(StatementCall call) throws SQLException {
        return RedoSteps.of(call, group.dialects(), Form.DEFINITION, RedoStep.NOT_COMPARED);
    }

    /** A SET; {@code undone}: a rollback to a savepoint takes it back. */
    void set(StatementCall call, boolean undone) throws SQLException {
        RedoStep step = RedoSteps.of(call, group.dialects(), Form.SETTING, RedoStep.NOT_COMPARED);
        if (!undone) {
            lasting.add(new Lasting(position(), step));
        }
        add(step);
    }

    private int position() {
        return writer == null ? 0 : writer.position();
    }

    private void add(RedoStep step) throws SQLException {
        try {
            if (writer == null) {
                RedoWriter begun = group.redo().begin();
                for (RedoStep setting : setUp.steps(group.dialects())) {
                    begun.add(setting);
                }
                writer = begun;
            }
            writer.add(step);
        } catch (IOException e) {
            throw group.logFailed(e);
        }
    }

    void savepoint(String name) {
        savepoints.put(name, position());
    }

    void rolledBackTo(String name) throws SQLException {
        if (writer == null) {
            return;
        }
        // With position 0 the settings in force at the beginning would go as well.
        int position =
                Math.max(savepoints.getOrDefault(name, 0), setUp.steps(group.dialects()).size());
        writer.rolledBackTo(position);
        for (Lasting each : lasting) {
            if (each.position() >= position) {
                add(each.step());
            }
        }
    }

    /**
     * Forces the commit record of a transaction that does nothing but this DDL, before any backend
     * is asked.
     */
    void intend(StatementCall call) throws SQLException {
        add(definition(call));
        RedoLog.Commit commit = appended();
        try {
            group.redo().force(commit);
            intent = commit;
        } catch (LogException e) {
            group.redo().undecided(commit);
            throw group.outcomeUnknown("its commit record could not be forced", e);
        }
    }

    /** It was refused everywhere, or taken back, or done by nobody who is still in service. */
    void takeBackIntent() throws SQLException {
        RedoLog.Commit commit = intent;
        intent = null;
        if (commit != null) {
            try {
                group.redo().abort(commit, true);
            } catch (LogException e) {
                throw group.outcomeUnknown("its failure could not be recorded", e);
            }
        }
    }

    /** Some database may have done it: the next start does it on all. */
    void leaveUndecided(SQLException cause) {
        RedoLog.Commit commit = intent;
        intent = null;
        if (commit != null) {
            group.redo().undecided(commit);
            group.undecided(commit.sequence(), cause);
        }
    }

    /**
     * Appends the commit record, unless it is there already.
     *
     * @return null if nothing was written
     * @throws SQLException if it could not be appended: nothing is committed, and never will be
     */
    RedoLog.Commit append() throws SQLException {
        if (intent != null) {
            return intent;
        }
        return wrote ? appended() : null;
    }

    private RedoLog.Commit appended() throws SQLException {
        try {
            return group.redo().append(writer, List.of(id));
        } catch (LogException e) {
            throw group.logFailed(e);
        }
    }

    /** The transaction is over. */
    void end() {
        if (writer != null) {
            writer.discard();
        }
    }
}
