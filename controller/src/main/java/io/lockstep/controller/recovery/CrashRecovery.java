package io.lockstep.controller.recovery;

import io.lockstep.backends.markers.Markers;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.RedoRun;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.recoverylog.LogReader;
import io.lockstep.controller.recoverylog.LogRecord;
import io.lockstep.controller.recoverylog.LogRecord.Kind;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.controller.redo.AbortRecord;
import io.lockstep.controller.redo.CommitRecord;
import io.lockstep.protocol.TransactionOutcome;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings databases level with the log before anything is served. Every commit that one of them
 * lacks is done there, in the log's order, so that a commit never meets a database that lacks one
 * it depends on. May be interrupted at any point and run again.
 */
final class CrashRecovery {
    private static final Logger log = LoggerFactory.getLogger(CrashRecovery.class);

    private final String database;
    private final RecoveryLog recoveryLog;
    private final long newest;
    private final Repetition repetition;
    private final LogSurvey survey;
    private final Map<BackendHandle, Laggard> backends = new LinkedHashMap<>();
    private final Map<BackendHandle, Dropped> dropped = new LinkedHashMap<>();

    /**
     * Why a database cannot serve.
     *
     * @param state LOST if the log can heal it later, DISAGREED if only a copy can
     */
    record Dropped(BackendState state, String reason) {}

    /** What one database holds, and how many commits it was given. */
    private static final class Laggard {
        final Markers.Position position;
        long done;

        Laggard(Markers.Position position) {
            this.position = position;
        }

        boolean holds(long sequence) {
            return sequence <= position.watermark()
                    || Arrays.binarySearch(position.markers(), sequence) >= 0;
        }
    }

    /**
     * @param newest the last record of the reigns before this one
     */
    CrashRecovery(
            String database, RecoveryLog recoveryLog, long newest, RedoRun redo, LogSurvey survey) {
        this.newest = newest;
        this.database = database;
        this.recoveryLog = recoveryLog;
        this.repetition = new Repetition(database, redo);
        this.survey = survey;
    }

    /** Takes a database in; its fence has been raised. */
    void add(BackendHandle handle) throws IOException {
        try {
            Markers.Position position = handle.backend().markers().position();
            String problem = problem(position);
            if (problem == null) {
                backends.put(handle, new Laggard(position));
            } else {
                drop(handle, BackendState.DISAGREED, problem);
            }
        } catch (SQLException e) {
            drop(handle, BackendState.LOST, "its markers could not be read: " + e.getMessage());
        }
    }

    /** Why the log cannot bring it level; null if it can. */
    private String problem(Markers.Position position) {
        if (position.watermark() + 1 < recoveryLog.firstSequence()) {
            return "the log begins with record %d, and it needs those from %d on: it needs a full copy"
                    .formatted(recoveryLog.firstSequence(), position.watermark() + 1);
        }
        long[] markers = position.markers();
        long highest = markers.length == 0 ? position.watermark() : markers[markers.length - 1];
        if (highest > newest) {
            return "it holds commit %d, which the log (up to %d) does not know: is dataDir an old copy?"
                    .formatted(highest, newest);
        }
        for (long marker : markers) {
            if (survey.aborted().contains(marker)) {
                return "it holds commit %d, which was aborted: it needs a full copy"
                        .formatted(marker);
            }
        }
        return null;
    }

    private void drop(BackendHandle handle, BackendState state, String reason) {
        log.warn("{}: backend {} cannot be brought level: {}", database, handle, reason);
        handle.lastError(reason);
        backends.remove(handle);
        dropped.put(handle, new Dropped(state, reason));
    }

    Map<BackendHandle, Dropped> dropped() {
        return dropped;
    }

    /** True if some database was given something. */
    boolean changedAnything() {
        return backends.values().stream().anyMatch(laggard -> laggard.done > 0);
    }

    /**
     * Does what is missing. Afterwards all databases that are not {@link #dropped} hold every
     * commit of the log that is not aborted.
     *
     * @throws IOException if the log cannot be read or written
     */
    void run() throws IOException {
        long begun = System.nanoTime();
        long from = newest + 1;
        for (Laggard laggard : backends.values()) {
            from = Math.min(from, laggard.position.watermark() + 1);
        }
        if (from > newest) {
            return;
        }
        try (LogReader reader = recoveryLog.read(Math.max(from, recoveryLog.firstSequence()))) {
            for (LogRecord record = reader.next();
                    record != null && record.sequence() <= newest;
                    record = reader.next()) {
                if (record.kind() == Kind.COMMIT && !survey.aborted().contains(record.sequence())) {
                    settle(CommitRecord.of(record));
                }
            }
        }
        long millis = (System.nanoTime() - begun) / 1_000_000;
        backends.forEach((handle, laggard) -> report(handle, laggard, millis));
    }

    private void report(BackendHandle handle, Laggard laggard, long millis) {
        if (laggard.done > 0) {
            log.info(
                    "{}: backend {} was given {} commits that it lacked, in {} ms",
                    database,
                    handle,
                    laggard.done,
                    millis);
        }
    }

    private void settle(CommitRecord commit) throws IOException {
        List<BackendHandle> lacking = new ArrayList<>();
        backends.forEach(
                (handle, laggard) -> {
                    if (!laggard.holds(commit.sequence())) {
                        lacking.add(handle);
                    }
                });
        if (lacking.isEmpty()) {
            return;
        }
        boolean held = lacking.size() < backends.size();
        Map<BackendHandle, SQLException> refusals = new LinkedHashMap<>();
        for (BackendHandle handle : lacking) {
            try {
                Repetition.Answer answer = repetition.run(handle, commit);
                if (answer.done()) {
                    backends.get(handle).done++;
                }
                if (answer.refusal() == null) {
                    held = true;
                } else {
                    refusals.put(handle, answer.refusal());
                }
            } catch (SQLException e) {
                drop(
                        handle,
                        BackendState.LOST,
                        "lost while commit %d was done on it: %s"
                                .formatted(commit.sequence(), e.getMessage()));
            }
        }
        // That another number of rows is changed says something about the database.
        boolean refused =
                refusals.values().stream().noneMatch(e -> e instanceof RedoRun.DifferentException);
        if (!held && refused && !refusals.isEmpty()) {
            abort(commit, refusals);
            return;
        }
        refusals.forEach(
                (handle, e) ->
                        drop(
                                handle,
                                BackendState.DISAGREED,
                                "cannot do commit %d as it was done: %s"
                                        .formatted(commit.sequence(), e.getMessage())));
    }

    private void abort(CommitRecord commit, Map<BackendHandle, SQLException> refusals)
            throws IOException {
        SQLException first = refusals.values().iterator().next();
        log.info(
                "{}: commit {} was under way when the controller ended; every database refuses it: {}",
                database,
                commit.sequence(),
                first.getMessage());
        AbortRecord record = new AbortRecord(commit.sequence(), commit.members());
        recoveryLog.force(record.append(recoveryLog));
        survey.aborted().add(commit.sequence());
        survey.outcomes().add(commit.members(), TransactionOutcome.ROLLED_BACK);
    }

    /** Those that hold everything now: their watermark says so from here on. */
    Set<BackendHandle> level() {
        for (BackendHandle handle : List.copyOf(backends.keySet())) {
            try {
                Markers markers = handle.backend().markers();
                markers.advance(recoveryLog.lastSequence(), markers.epoch());
            } catch (SQLException e) {
                drop(
                        handle,
                        BackendState.LOST,
                        "its watermark could not be written: " + e.getMessage());
            }
        }
        return backends.keySet();
    }
}
