package io.lockstep.controller.execution;

import io.lockstep.controller.recoverylog.LogException;
import io.lockstep.controller.redo.RedoLog;
import io.lockstep.controller.redo.RedoStep;
import io.lockstep.controller.redo.RedoStep.Answer;
import io.lockstep.controller.redo.RedoStep.Form;
import io.lockstep.controller.redo.RedoWriter;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.UpdateCounts;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
    void wrote(StatementCall call, StatementResult result, boolean compareCounts)
            throws SQLException {
        Answer answer = RedoSteps.answer(call, result, compareCounts);
        RedoStep.Statement step =
                RedoSteps.of(call, group.dialects(), RedoSteps.form(call), answer);
        UpdateCounts counts =
                compareCounts && result instanceof StatementResult.Counts batch
                        ? batch.counts()
                        : null;
        add(
                to -> {
                    if (step.batch()) {
                        to.add(step, counts);
                    } else {
                        to.add(step);
                    }
                });
        wrote = true;
    }

    /** DDL that ends with its transaction. */
    void defined(StatementCall call) throws SQLException {
        add(RedoSteps.definition(call, group.dialects(), Set.of(), Map.of()));
        wrote = true;
    }

    /** Before a statement in which the databases number rows. */
    void counting(RedoStep.Counting counting) throws SQLException {
        add(counting);
    }

    /** A SET; {@code undone}: a rollback to a savepoint takes it back. */
    void set(StatementCall call, boolean undone) throws SQLException {
        RedoStep step = RedoSteps.of(call, group.dialects(), Form.SETTING, Answer.ANY);
        if (!undone) {
            lasting.add(new Lasting(position(), step));
        }
        add(step);
    }

    /** Where the next step will stand: the settings in force at the beginning come first. */
    private int position() {
        return writer == null ? setUp.steps(group.dialects()).size() : writer.position();
    }

    private void add(RedoStep step) throws SQLException {
        add(to -> to.add(step));
    }

    @FunctionalInterface
    private interface Addition {
        void to(RedoWriter writer) throws IOException;
    }

    private void add(Addition addition) throws SQLException {
        try {
            if (writer == null) {
                RedoWriter begun = group.redo().begin();
                for (RedoStep setting : setUp.steps(group.dialects())) {
                    begun.add(setting);
                }
                writer = begun;
            }
            addition.to(writer);
        } catch (IOException e) {
            throw group.writes().logFailed(e);
        }
    }

    void savepoint(String name) {
        savepoints.put(name, position());
    }

    void rolledBackTo(String name) throws SQLException {
        if (writer == null) {
            return;
        }
        int position = savepoints.get(name);
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
     *
     * @param objects see {@link RedoStep.Definition}
     * @param before see there
     */
    void intend(StatementCall call, Set<String> objects, Map<String, String> before)
            throws SQLException {
        add(RedoSteps.definition(call, group.dialects(), objects, before));
        RedoLog.Commit commit = appended(List.of());
        try {
            group.redo().force(commit);
            intent = commit;
        } catch (LogException e) {
            group.redo().undecided(commit);
            throw group.writes().outcomeUnknown("its commit record could not be forced", e);
        }
    }

    /** It was refused everywhere, or taken back, or done by nobody who is still in service. */
    void takeBackIntent() throws SQLException {
        RedoLog.Commit commit = intent;
        intent = null;
        if (commit != null) {
            try {
                group.writes().takeBack(commit);
            } catch (LogException e) {
                throw group.writes().outcomeUnknown("its failure could not be recorded", e);
            }
        }
    }

    /**
     * Some database may have done it. Nothing is written until it is settled: as soon as one
     * answers that has it or does it, or by the next start.
     */
    void leaveUndecided(SQLException cause) {
        RedoLog.Commit commit = intent;
        intent = null;
        if (commit != null) {
            group.redo().undecided(commit);
            group.writes().undecided(commit.sequence(), cause);
        }
    }

    /**
     * Appends the commit record, unless it is there already.
     *
     * @param others ids by which its client may ask for it, besides its own
     * @return null if nothing was written
     * @throws SQLException if it could not be appended: nothing is committed, and never will be
     */
    RedoLog.Commit append(List<TransactionId> others) throws SQLException {
        if (intent != null) {
            RedoLog.Commit commit = intent;
            intent = null;
            return commit;
        }
        return wrote ? appended(others) : null;
    }

    private RedoLog.Commit appended(List<TransactionId> others) throws SQLException {
        try {
            List<TransactionId> ids = new ArrayList<>(List.of(id));
            others.stream().filter(other -> !other.equals(id)).forEach(ids::add);
            return group.redo().append(writer, List.copyOf(ids));
        } catch (LogException e) {
            throw group.writes().logFailed(e);
        }
    }

    /** The transaction is over. */
    void end() {
        if (intent != null) {
            leaveUndecided(null); // it was done, and never came to its commit
        }
        if (writer != null) {
            writer.discard();
        }
    }
}
