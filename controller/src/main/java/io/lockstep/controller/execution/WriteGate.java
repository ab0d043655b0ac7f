package io.lockstep.controller.execution;

import io.lockstep.backends.markers.FencedException;
import io.lockstep.controller.membership.Membership;
import io.lockstep.controller.recoverylog.LogException;
import io.lockstep.controller.redo.RedoLog;
import io.lockstep.protocol.SqlState;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether one virtual database may be written to now, and what its clients are told if not: the log
 * or the membership file has failed, a commit's fate is open, or another controller has taken over.
 * Thread-safe.
 */
public final class WriteGate {
    private static final Logger log = LoggerFactory.getLogger(WriteGate.class);

    private final String virtualDatabase;
    private final Membership membership;
    private final RedoLog redo;
    private final List<Aftermath> aftermath = new CopyOnWriteArrayList<>();
    private volatile boolean deposed;
    private volatile SQLException stopped; // why nothing may be written any more
    private final AtomicReference<SQLException> unsettled =
            new AtomicReference<>(); // the same until every commit is settled; the latest

    WriteGate(String virtualDatabase, Membership membership, RedoLog redo) {
        this.virtualDatabase = virtualDatabase;
        this.membership = membership;
        this.redo = redo;
    }

    /** What must be done when commits have been settled, before writes go on. */
    @FunctionalInterface
    public interface Aftermath {
        void run() throws SQLException;
    }

    /**
     * Refuses a write that could not be made durable, or whose effect on membership could not.
     *
     * @throws SQLException 53100 if the recovery log or the membership file could not be written
     *     since the start; 57P03 if a commit's fate is open, or another controller has taken over
     */
    public void check() throws SQLException {
        IOException failure = membership.failure().orElse(null);
        if (failure != null) {
            throw membershipLost(failure);
        }
        LogException unloggable = redo.failure().orElse(null);
        if (unloggable != null) {
            throw logFailed(unloggable);
        }
        SQLException reason = stopped == null ? unsettled.get() : stopped;
        if (reason != null) {
            throw new SQLException(reason.getMessage(), reason.getSQLState(), reason);
        }
    }

    /** What a client is told whose write could not be logged; nothing of it is committed. */
    SQLException logFailed(IOException cause) {
        return new SQLException(
                "writes to "
                        + virtualDatabase
                        + " are stopped: the recovery log could not be written ("
                        + cause.getMessage()
                        + "). Reads go on, nothing acknowledged is lost. Free space or repair the"
                        + " disk of dataDir; if this goes on, restart the controller",
                SqlState.LOG_FULL.code(),
                cause);
    }

    /** What a client is told when the log failed behind a commit record that may be durable. */
    SQLException outcomeUnknown(String why, IOException cause) {
        return new SQLException(
                why
                        + " in the recovery log ("
                        + cause.getMessage()
                        + "), so it may still be done, at once or at the next start of the"
                        + " controller. Look at the data before you repeat it",
                SqlState.OUTCOME_UNKNOWN.code(),
                cause);
    }

    /** True once another controller has taken over: nothing may be read here either. */
    boolean isDeposed() {
        return deposed;
    }

    /**
     * Another controller has claimed the databases: whatever this one believes is out of date.
     *
     * @return what the client is told
     */
    public SQLException fenced(FencedException cause) {
        deposed = true;
        stop(
                new SQLException(
                        "another controller has taken over the databases of "
                                + virtualDatabase
                                + ": "
                                + cause.getMessage()
                                + ". This one writes nothing any more; stop it",
                        SqlState.NO_BACKEND.code(),
                        cause));
        return new SQLException(
                "another controller has taken over the databases of "
                        + virtualDatabase
                        + "; whether this transaction is committed is decided there",
                SqlState.OUTCOME_UNKNOWN.code(),
                cause);
    }

    /** A commit may be on a backend or not: nothing may follow it before that is decided. */
    void undecided(long sequence, SQLException cause) {
        undecided("no backend in service answered COMMIT " + sequence, cause);
    }

    /**
     * Takes a commit back that no backend has, durably. If that cannot be recorded, it stands in
     * the log like one that nobody has answered.
     */
    void takeBack(RedoLog.Commit commit) throws LogException {
        try {
            redo.abort(commit);
        } catch (LogException | RuntimeException | Error e) {
            undecided("it could not be recorded that COMMIT " + commit.sequence() + " failed", e);
            throw e;
        }
    }

    private void undecided(String why, Throwable cause) {
        SQLException reason =
                new SQLException(
                        "writes to "
                                + virtualDatabase
                                + " are stopped: "
                                + why
                                + ". It is in the recovery log, and is settled as soon as a"
                                + " database can be reached",
                        SqlState.NO_BACKEND.code(),
                        cause);
        unsettled.set(reason);
        log.error("{}", reason.getMessage(), reason);
    }

    /**
     * Writes that are stopped because of open commits do not go on before this has been done: a
     * commit that is settled late changes what has been read since it was begun.
     */
    public void beforeWritesGoOn(Aftermath step) {
        aftermath.add(step);
    }

    /**
     * Lets writes go on if every commit has been settled. For whoever settles them; to be called
     * again if they do not go on.
     */
    public void settled() {
        SQLException reason = unsettled.get();
        if (reason == null || !redo.unsettled().isEmpty()) {
            return;
        }
        try {
            for (Aftermath each : aftermath) {
                each.run();
            }
        } catch (SQLException e) {
            log.warn(
                    "{}: every commit is settled, but writes cannot go on yet: {}",
                    virtualDatabase,
                    e.getMessage());
            return;
        }
        if (unsettled.compareAndSet(reason, null)) { // no other has come up meanwhile
            log.info("{}: every commit is settled, writes go on", virtualDatabase);
        }
    }

    private void stop(SQLException reason) {
        if (stopped == null) {
            stopped = reason;
            log.error("{}", reason.getMessage(), reason);
        }
    }

    /** What a client is told when who is in service could not be recorded. */
    SQLException membershipLost(IOException cause) {
        return new SQLException(
                "writes to "
                        + virtualDatabase
                        + " are stopped: it could not be recorded durably which backends are in service ("
                        + cause.getMessage()
                        + "). Reads go on. Repair the disk of dataDir and restart the controller",
                SqlState.LOG_FULL.code(),
                cause);
    }
}
