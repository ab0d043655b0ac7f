package io.lockstep.controller.recovery;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.RedoRun;
import io.lockstep.controller.redo.CommitRecord;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does single logged commits on databases, and waits for the sessions of the dead, which hold their
 * locks until the database has noticed. Thread-safe.
 */
final class Repetition {
    private static final Logger log = LoggerFactory.getLogger(Repetition.class);

    private static final Duration ZOMBIES_GO = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration CONNECTION_WAIT = Duration.ofSeconds(10);

    private final String database;
    private final RedoRun redo;

    Repetition(String database, RedoRun redo) {
        this.database = database;
        this.redo = redo;
    }

    /**
     * What one database did.
     *
     * @param done whether it had to be done; false if it was there
     * @param refusal null, or why the database does not do it: neither is true of it then
     */
    record Answer(boolean done, SQLException refusal) {}

    /**
     * @throws SQLException if the database cannot be reached, or its locks stay taken
     * @throws IOException if the log cannot be read
     */
    Answer run(BackendHandle handle, CommitRecord commit) throws SQLException, IOException {
        long deadline = System.nanoTime() + ZOMBIES_GO.toNanos();
        while (true) {
            BackendConnection connection = handle.backend().borrow(CONNECTION_WAIT);
            try {
                boolean done = redo.run(connection, commit) == RedoRun.Result.DONE;
                connection.release();
                return new Answer(done, null);
            } catch (SQLException e) {
                connection.discard("a commit could not be done again");
                FailureClass failure = handle.backend().dialect().classify(e);
                if (isOpinion(e, failure)) {
                    return new Answer(false, e);
                }
                if (!failure.isTransient()
                        || System.nanoTime() > deadline
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                log.info(
                        "{}: backend {} is not free yet for commit {}: {}",
                        database,
                        handle,
                        commit.sequence(),
                        e.getMessage());
            } catch (IOException | RuntimeException | Error e) {
                connection.discard("a commit could not be done again");
                throw e;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** Whether a refusal says something about the commit and not about the moment. */
    private static boolean isOpinion(SQLException refusal, FailureClass failure) {
        return refusal instanceof RedoRun.DifferentException || failure.isOpinion();
    }
}
