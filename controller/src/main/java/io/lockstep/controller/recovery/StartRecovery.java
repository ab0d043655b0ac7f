package io.lockstep.controller.recovery;

import io.lockstep.backends.markers.Markers;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.RedoRun;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.controller.redo.RedoLog;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands between contact with the databases and service: read the log, take the databases
 * over, bring them level.
 */
public final class StartRecovery {
    private static final Logger log = LoggerFactory.getLogger(StartRecovery.class);

    private final String database;
    private final RecoveryLog recoveryLog;
    private final Path spillDirectory;
    private final boolean first;
    private final Map<BackendHandle, Problem> problems = new LinkedHashMap<>();

    /** Why a database cannot serve, and what it takes to bring it back. */
    public record Problem(BackendState state, String reason) {}

    /**
     * What came of it.
     *
     * @param level those that hold every commit of the log
     * @param problems the others
     * @param changed whether some database was given commits: what was read of it before is old
     */
    public record Result(
            RedoLog redo,
            RedoRun redoRun,
            List<BackendHandle> level,
            Map<BackendHandle, Problem> problems,
            boolean changed) {}

    /**
     * @param spillDirectory for large values that are read back
     * @param first whether this virtual database has never been started before
     */
    public StartRecovery(
            String database, RecoveryLog recoveryLog, Path spillDirectory, boolean first) {
        this.database = database;
        this.recoveryLog = recoveryLog;
        this.spillDirectory = spillDirectory;
        this.first = first;
    }

    /**
     * Blocks until all is level: as long as the missing commits take, and until the databases have
     * noticed that a killed controller is gone.
     *
     * @param serving databases that answer and were in service last, or all that answer at the
     *     first start
     * @param returning databases that answer again and may lack commits
     * @param epochBefore the newest that the membership file knows
     * @param run random, for the ids of this process's sessions
     * @param holder for people: which controller this is
     */
    public Result run(
            List<BackendHandle> serving,
            List<BackendHandle> returning,
            long epochBefore,
            int run,
            String holder)
            throws StartRefusedException, IOException {
        long begun = System.nanoTime();
        LogSurvey survey = LogSurvey.of(recoveryLog);
        if (!first && survey.newestEpoch() == 0) {
            log.warn(
                    "{}: the recovery log is new although this virtual database has been in service; it begins with what the databases in service hold now",
                    database);
        }
        boolean begins = first || survey.newestEpoch() == 0;
        Fencing fencing = new Fencing(database, recoveryLog.identity());
        fencing.look(serving);
        fencing.look(returning);
        fencing.refuseUnknownCommits(recoveryLog.lastSequence());
        long known = Math.max(epochBefore, survey.newestEpoch());
        if (fencing.newestEpoch() > known) {
            throw new StartRefusedException(
                    "%s: the databases have been held in epoch %d, and dataDir knows none after %d: it is an old copy. Nothing was changed; start with the newest dataDir"
                            .formatted(database, fencing.newestEpoch(), known));
        }
        long newest = recoveryLog.lastSequence(); // no database can know of anything later
        Reign reign = new Reign(known + 1, run);
        reign.begin(recoveryLog);
        survey.outcomes().addRun(run);
        List<BackendHandle> held =
                fencing.raise(reign.epoch(), holder, begins ? serving : List.of());
        RedoRun redoRun = new RedoRun(recoveryLog, spillDirectory);
        CrashRecovery recovery = new CrashRecovery(database, recoveryLog, newest, redoRun, survey);
        for (BackendHandle handle : held) {
            if (!begins || !serving.contains(handle) || begin(handle, newest)) {
                recovery.add(handle);
            }
        }
        recovery.run();
        List<BackendHandle> level = List.copyOf(recovery.level());
        fencing.failed().forEach((handle, e) -> problem(handle, e));
        recovery.dropped()
                .forEach((handle, d) -> problems.put(handle, new Problem(d.state(), d.reason())));
        log.info(
                "{}: epoch {}; {} commits in the log; level after {} ms: {}",
                database,
                reign.epoch(),
                survey.commits(),
                (System.nanoTime() - begun) / 1_000_000,
                level);
        return new Result(
                new RedoLog(recoveryLog, reign.epoch(), survey.outcomes()),
                redoRun,
                level,
                problems,
                recovery.changedAnything());
    }

    private void problem(BackendHandle handle, SQLException e) {
        handle.lastError(String.valueOf(e.getMessage()));
        problems.put(handle, new Problem(BackendState.LOST, String.valueOf(e.getMessage())));
    }

    /** Its contents are what the log begins with. */
    private boolean begin(BackendHandle handle, long newest) {
        try {
            Markers markers = handle.backend().markers();
            markers.advance(newest, markers.epoch());
            return true;
        } catch (SQLException e) {
            problem(handle, e);
            return false;
        }
    }
}
