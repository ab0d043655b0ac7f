package io.lockstep.controller.admin;

import io.lockstep.controller.scheduler.LockManager;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import java.util.List;

/**
 * What an operator can see and do. Called on the admin API's worker threads, several at a time; may
 * block, but whatever can take longer than a few seconds needs a deadline of its own.
 *
 * <p>{@code virtualDatabase} is always one of {@link #virtualDatabases()}.
 */
public interface AdminOperations {
    /** Names, in the order of the configuration. */
    List<String> virtualDatabases();

    /** Every virtual database has a backend in service. Cheap: monitors ask every second. */
    boolean isServing();

    ControllerStatus status();

    /** All backends, in service or not, in the order of the configuration. */
    List<BackendStatus> backends(String virtualDatabase);

    /**
     * Takes a backend out of service; returns when that is durable. Does nothing if it is out
     * already.
     *
     * @param reason for the log and for {@code backend show}; may be empty
     * @return its state afterwards
     * @throws AdminException unknown name; or the last one in service, which is refused
     */
    BackendStatus disableBackend(String virtualDatabase, String name, String reason)
            throws AdminException;

    /**
     * Brings a backend that is disabled or lost level with the recovery log and puts it into
     * service. Waits a few seconds for that, not longer: called again it goes on waiting. Does
     * nothing if it is in service.
     *
     * @return its state then: enabled, or resyncing with how far it is behind
     * @throws AdminException unknown name; its data are in doubt; or it cannot be done now
     */
    BackendStatus enableBackend(String virtualDatabase, String name) throws AdminException;

    /**
     * Moves a database's own counters of identity columns and sequences behind every value in use,
     * so that it can be used directly. Safe to repeat; done by {@link #disableBackend} too.
     *
     * @return how many had to be moved
     * @throws AdminException unknown name; or the database could not do it
     */
    int settleCounters(String virtualDatabase, String name) throws AdminException;

    /**
     * What would become of a statement, without running it. A statement that would be refused is an
     * explanation too, not an exception.
     */
    Explanation explain(String virtualDatabase, String sql) throws AdminException;

    List<SessionStatus> sessions(String virtualDatabase);

    /**
     * Ends a session: its statement is cancelled, its transaction rolled back, its connection
     * closed.
     *
     * @throws AdminException there is no such session
     */
    void killSession(String virtualDatabase, long id) throws AdminException;

    /**
     * What became of a transaction.
     *
     * @return UNKNOWN if it is still open, or too long ago
     */
    TransactionOutcome outcome(String virtualDatabase, TransactionId transaction);

    LogStatus log(String virtualDatabase);

    /**
     * Reads a part of the recovery log, checking it; the caller goes on where it ends.
     *
     * @param from first sequence wanted; the oldest record there is, if that is later
     * @param lines whether to put the records into words as well
     */
    LogPart readLog(String virtualDatabase, long from, boolean lines) throws AdminException;

    LockManager.Snapshot locks(String virtualDatabase);

    WorkFigures work(String virtualDatabase);

    /**
     * Checks the text of a configuration file as if it lay beside the controller's own.
     *
     * @return what is wrong with it, one line each; empty if nothing is
     */
    List<String> checkConfiguration(String yaml);
}
