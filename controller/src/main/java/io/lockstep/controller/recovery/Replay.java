package io.lockstep.controller.recovery;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.markers.Markers;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.RedoRun;
import io.lockstep.controller.redo.CommitRecord;
import io.lockstep.controller.redo.RedoLog;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives one database the commits it lacks, in the log's order, while clients append more. Several
 * go into one transaction, which makes it faster than the clients that were there one by one. For
 * one thread.
 */
final class Replay implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Replay.class);

    private static final int TOGETHER_MAX = 64;
    private static final long BYTES_MAX = 4 << 20;

    /** So that a database does not pile up markers, and an interrupted replay goes on from here. */
    private static final long WATERMARK_EVERY = 5_000;

    private static final Duration CONNECTION_WAIT = Duration.ofSeconds(10);

    private final String database;
    private final BackendHandle handle;
    private final RedoLog redo;
    private final RedoRun redoRun;
    private final CountDownLatch stopped; // at zero when the controller stops
    private final Repetition repetition;
    private final PendingCommits pending;
    private long done;
    private long doneAtWatermark;
    private long peculiar;
    private long nanosSpent;

    Replay(
            String database,
            BackendHandle handle,
            Markers.Position position,
            RedoLog redo,
            RedoRun redoRun,
            CountDownLatch stopped)
            throws IOException {
        this.database = database;
        this.handle = handle;
        this.redo = redo;
        this.redoRun = redoRun;
        this.stopped = stopped;
        this.repetition = new Repetition(database, redoRun);
        this.pending = new PendingCommits(redo.log(), position);
    }

    /** Commits given to the database. */
    long done() {
        return done;
    }

    /** Of those, the ones that may have changed more than rows. */
    long peculiar() {
        return peculiar;
    }

    /** How long it would take to do what is left, by what it took so far. */
    Duration timeLeft() {
        return done == 0
                ? Duration.ZERO
                : Duration.ofNanos((long) ((double) nanosSpent / done * pending.remaining()));
    }

    /** Learns what has been appended since. */
    void lookAhead() throws IOException, DisagreedException {
        pending.lookAhead();
    }

    long remaining() {
        return pending.remaining();
    }

    /**
     * Does what was decided when this was called.
     *
     * @throws DisagreedException if the database does something else than was done at first
     * @throws SQLException if it cannot be reached
     * @throws IOException if the log cannot be read
     */
    void catchUp() throws SQLException, IOException, DisagreedException {
        upTo(redo.decidedUpTo(), Long.MAX_VALUE);
    }

    /**
     * Does what stands in the log, while nothing is appended. Commits that nobody has answered are
     * done as well: once they are here they are committed.
     *
     * @return false if {@code nanos} of time were over before
     */
    boolean finish(long nanos) throws SQLException, IOException, DisagreedException {
        return upTo(redo.log().lastSequence(), nanos);
    }

    private boolean upTo(long decided, long nanos)
            throws SQLException, IOException, DisagreedException {
        long begun = System.nanoTime();
        pending.lookAhead();
        handle.behind(OptionalLong.of(pending.remaining()));
        boolean complete = false;
        while (!complete && System.nanoTime() - begun < nanos) {
            long before = System.nanoTime();
            complete = !together(decided);
            nanosSpent += System.nanoTime() - before;
            handle.behind(OptionalLong.of(pending.remaining()));
            if (stopped.getCount() == 0) {
                throw new SQLException("the controller is stopping");
            }
        }
        if (complete && done - doneAtWatermark >= WATERMARK_EVERY) {
            advance(decided);
        }
        return complete;
    }

    /** What is open may have begun in front of that, and will be read from there on. */
    private void advance(long upTo) throws SQLException {
        Markers markers = handle.backend().markers();
        markers.advance(Math.min(upTo, redo.settledUpTo()), markers.epoch());
        doneAtWatermark = done;
    }

    /** The next ones; false if that were the last. */
    private boolean together(long decided) throws SQLException, IOException, DisagreedException {
        List<CommitRecord> batch = new ArrayList<>();
        long bytes = 0;
        CommitRecord peculiarOne = null;
        boolean more = true;
        while (peculiarOne == null && batch.size() < TOGETHER_MAX && bytes < BYTES_MAX) {
            CommitRecord commit = pending.next(decided);
            if (commit == null) {
                more = false;
                break;
            }
            bytes += commit.bytes();
            if (commit.firstRecord() == commit.sequence()
                    && redoRun.isPlain(commit, handle.backend().dialect())) {
                batch.add(commit);
            } else {
                peculiarOne = commit;
            }
        }
        run(batch);
        if (peculiarOne != null) {
            alone(peculiarOne);
            peculiar++;
        }
        if (more && done - doneAtWatermark >= WATERMARK_EVERY) {
            long last =
                    peculiarOne != null
                            ? peculiarOne.sequence()
                            : batch.get(batch.size() - 1).sequence();
            advance(last);
        }
        return more;
    }

    private void run(List<CommitRecord> batch)
            throws SQLException, IOException, DisagreedException {
        if (batch.size() > 1 && runTogether(batch)) {
            done += batch.size();
            return;
        }
        for (CommitRecord commit : batch) {
            alone(commit);
        }
    }

    private boolean runTogether(List<CommitRecord> batch) throws SQLException, IOException {
        BackendConnection connection = handle.backend().borrow(CONNECTION_WAIT);
        boolean usable = false;
        try {
            boolean all = redoRun.runTogether(connection, batch);
            usable = true;
            return all;
        } catch (SQLException e) {
            log.debug(
                    "{}: backend {}: commits {} to {} are done one by one: {}",
                    database,
                    handle,
                    batch.get(0).sequence(),
                    batch.get(batch.size() - 1).sequence(),
                    e.getMessage());
            return false;
        } finally {
            if (usable) {
                connection.release();
            } else {
                connection.discard("commits could not be done again together");
            }
        }
    }

    private void alone(CommitRecord commit) throws SQLException, IOException, DisagreedException {
        Repetition.Answer answer = repetition.run(handle, commit);
        boolean differs = answer.refusal() instanceof RedoRun.DifferentException;
        if (answer.refusal() != null && !differs && redo.isUnsettled(commit.sequence())) {
            // All may refuse it, and then it is taken back: whoever was asked first is to say that.
            throw new SQLException(
                    "it refuses commit %d, and no other database can be asked whether that is committed: %s"
                            .formatted(commit.sequence(), answer.refusal().getMessage()),
                    answer.refusal());
        }
        if (answer.refusal() != null) {
            throw new DisagreedException(
                    "cannot do commit %d as it was done: %s"
                            .formatted(commit.sequence(), answer.refusal().getMessage()));
        }
        done++;
    }

    @Override
    public void close() throws IOException {
        handle.behind(OptionalLong.empty());
        pending.close();
    }
}
