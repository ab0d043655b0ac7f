package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import io.lockstep.controller.redo.RedoStep;
import io.lockstep.protocol.LargeValue;
import io.lockstep.protocol.OutParameter;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an open transaction has done so far, so that it can be done again on another connection: its
 * writes with their answers, and its savepoints. Since the controller holds the transaction's
 * locks, doing it again gives the same. Bounded: a transaction that outgrows it can no longer be
 * re-enacted. Belongs to one thread.
 */
final class TransactionJournal {
    private static final int STEPS_MAX = 2_000;
    private static final long BYTES_MAX = 1 << 20;
    private static final long STEP_BYTES = 200;
    private static final long VALUE_BYTES = 32;

    private sealed interface Step {}

    private record Write(StatementCall call, StatementResult answer, boolean compareCounts)
            implements Step {}

    private record SetSavepoint(String name) implements Step {}

    /** A SET; {@code undone}: a rollback to a savepoint takes it back. */
    private record Setting(StatementCall call, boolean undone) implements Step {}

    /** In front of a statement in which the databases number rows. */
    private record Counted(RedoStep.Counting counting) implements Step {}

    private final List<Step> steps = new ArrayList<>();
    private long bytes;
    private boolean complete = true;

    /**
     * A statement has been applied on all backends.
     *
     * @param parameterRows the call's values
     */
    void wrote(
            StatementCall call,
            List<? extends List<?>> parameterRows,
            StatementResult answer,
            boolean compareCounts) {
        if (!complete) {
            return;
        }
        bytes += STEP_BYTES + size(answer);
        for (List<?> row : parameterRows) {
            bytes += size(row);
        }
        if (bytes > BYTES_MAX || steps.size() >= STEPS_MAX) {
            giveUp();
        } else {
            steps.add(new Write(call, answer, compareCounts));
        }
    }

    /** Roughly, what is kept in memory on this value's account. */
    private static long size(Object value) {
        if (value instanceof byte[] bytes) {
            return bytes.length;
        }
        if (value instanceof String text) {
            return 2L * text.length();
        }
        if (value instanceof OutParameter parameter) {
            return size(parameter.input());
        }
        if (value instanceof LargeValue) {
            return BYTES_MAX + 1; // gone with its request
        }
        if (value instanceof List<?> values) {
            long sum = 0;
            for (Object each : values) {
                sum += VALUE_BYTES + size(each);
            }
            return sum;
        }
        return 0;
    }

    private static long size(StatementResult answer) {
        if (answer instanceof StatementResult.Count count) {
            return count.keys() == null ? 0 : size(count.keys().rows());
        }
        if (answer instanceof StatementResult.Counts counts) {
            long ofKeys = counts.keys() == null ? 0 : size(counts.keys().rows());
            return 8L * counts.counts().size() + ofKeys;
        }
        if (answer instanceof StatementResult.Rows rows) {
            return size(rows.rows().rows());
        }
        if (answer instanceof StatementResult.Called called) {
            long sum = called.out() == null ? 0 : size(called.out().rows());
            for (StatementResult result : called.results()) {
                sum += size(result);
            }
            return sum;
        }
        return BYTES_MAX + 1; // several results of who knows what are not worth their memory
    }

    /**
     * A SET was done, or is to be done by every part that joins later.
     *
     * @param undone whether a rollback to an earlier savepoint takes it back
     */
    void set(StatementCall call, boolean undone) {
        steps.add(new Setting(call, undone));
    }

    /** The databases number rows in the statement that follows, from here on. */
    void counting(RedoStep.Counting counting) {
        if (complete) {
            steps.add(new Counted(counting));
        }
    }

    /** Something happened that cannot be done again. */
    void giveUp() {
        complete = false;
        steps.removeIf(step -> step instanceof Write || step instanceof Counted);
    }

    /** Whether {@link #replay} repeats all of it. */
    boolean isComplete() {
        return complete;
    }

    void savepointSet(String name) {
        steps.remove(new SetSavepoint(name));
        steps.add(new SetSavepoint(name));
    }

    boolean hasSavepoint(String name) {
        return steps.contains(new SetSavepoint(name));
    }

    /** Everything after the savepoint is undone. */
    void rolledBackTo(String name) {
        int index = steps.indexOf(new SetSavepoint(name));
        List<Step> after = steps.subList(index + 1, steps.size());
        after.removeIf(step -> !(step instanceof Setting setting) || setting.undone());
    }

    /** With it go the savepoints set after it, but nothing that was done. */
    void savepointReleased(String name) {
        int index = steps.indexOf(new SetSavepoint(name));
        steps.subList(index, steps.size()).removeIf(step -> step instanceof SetSavepoint);
    }

    /**
     * Does it all again on a connection that has just begun a transaction.
     *
     * @param savepoints filled with the connection's own
     * @throws SQLException also if a statement now gives another answer
     */
    void replay(BackendConnection connection, Map<String, Savepoint> savepoints)
            throws SQLException {
        for (Step step : steps) {
            if (step instanceof SetSavepoint savepoint) {
                savepoints.put(savepoint.name(), connection.jdbc().setSavepoint(savepoint.name()));
            } else if (step instanceof Setting setting) {
                connection.markSessionStateChanged();
                setting.call().run(connection);
            } else if (step instanceof Counted counted) {
                CountersAtFirst.set(connection, counted.counting());
            } else if (step instanceof Write write) {
                StatementResult again = write.call().run(connection);
                if (!again.agreesWith(write.answer(), write.compareCounts())) {
                    throw new SQLException(
                            "a statement of the open transaction gave %s when it was repeated, %s at first"
                                    .formatted(again.brief(), write.answer().brief()));
                }
            }
        }
    }
}
