package io.lockstep.controller.recovery;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.CatalogueDifference;
import io.lockstep.backends.markers.FencedException;
import io.lockstep.backends.markers.Markers;
import io.lockstep.backends.markers.Markers.Claim;
import io.lockstep.controller.allocation.Allocator;
import io.lockstep.controller.execution.BackendGroup;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.FaultPoint;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.membership.View;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.controller.redo.RedoLog;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one database that is out of service level with the log while clients write, and puts it
 * into service. One attempt, on one thread; what it has done stays done, and the next one goes on
 * from there.
 *
 * <ol>
 *   <li>The fence rises there to an epoch of its own, so that nothing of its earlier term can be
 *       committed any more, whenever its sessions notice that they are dead.
 *   <li>What it holds is read from it, and what it lacks is done, in the log's order.
 *   <li>Its schema is compared with that of a database in service.
 *   <li>When little is left, commits are paused for a moment: the rest is done, and it is in
 *       service, durably, before they go on. Transactions that are open then are repeated on it
 *       later (see {@code BackendTransaction}), or their commits reach it from the log (see {@code
 *       Commit}).
 * </ol>
 */
final class Resync {
    private static final Logger log = LoggerFactory.getLogger(Resync.class);

    /** Longest time in which no client can commit; beyond it the hand-over is given up. */
    private static final Duration BARRIER_MAX = Duration.ofSeconds(1);

    /** Of that, for what is under way to end. */
    private static final Duration ENDING_MAX = Duration.ofMillis(500);

    /** What may be left for the hand-over. */
    private static final Duration LEFT_MAX = Duration.ofMillis(200);

    /** A call that hangs in the hand-over is cut. */
    private static final Duration CUT_AFTER = Duration.ofSeconds(2);

    private static final int HAND_OVERS_MAX = 30;
    private static final int COMPARISONS_MAX = 5;
    private static final Duration DECIDED_SOON = Duration.ofSeconds(10);
    private static final Duration ZOMBIES_GO = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long NO_PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String database;
    private final BackendGroup group;
    private final Allocator allocator;
    private final ScheduledExecutorService timer;
    private final Incarnation incarnation;
    private final CountDownLatch stopped; // at zero when the controller stops
    private final RedoLog redo;

    Resync(
            String database,
            BackendGroup group,
            Allocator allocator,
            ScheduledExecutorService timer,
            Incarnation incarnation,
            CountDownLatch stopped) {
        this.database = database;
        this.group = group;
        this.allocator = allocator;
        this.timer = timer;
        this.incarnation = incarnation;
        this.stopped = stopped;
        this.redo = group.redo();
    }

    /**
     * Blocks until the database is in service.
     *
     * @param from its standing now; in another one it does not come into service
     * @throws DisagreedException if only a copy can make it equal to the others
     * @throws SQLException if it cannot be done now
     * @throws IOException if the log cannot be read or written
     */
    void run(BackendHandle handle, View.Standing from, Duration pingTimeout)
            throws SQLException, IOException, DisagreedException, InterruptedException {
        long begun = System.nanoTime();
        try (ContactWatch watch = new ContactWatch(handle, pingTimeout)) {
            takeOver(handle);
            Markers.Position position = handle.backend().markers().position();
            checkKnown(position);
            long pin = position.watermark() + 1;
            redo.pin(pin);
            try (Replay replay =
                    new Replay(database, handle, position, redo, group.redoRun(), stopped)) {
                log.info(
                        "{}: backend {} is brought level from commit {} on",
                        database,
                        handle,
                        position.watermark());
                replay.catchUp();
                compareSchemas(handle, replay);
                handle.backend().keepReady();
                long pausedMillis = handOver(handle, from, replay, watch);
                log.info(
                        "{}: backend {} was given {} commits that it lacked, in {} ms, and is in service; clients' commits were paused for {} ms",
                        database,
                        handle,
                        replay.done(),
                        (System.nanoTime() - begun) / 1_000_000,
                        pausedMillis);
            } finally {
                redo.unpin(pin);
            }
        }
    }

    // ------------------------------------------------------------------ taking it over

    private void takeOver(BackendHandle handle)
            throws SQLException, IOException, InterruptedException {
        handle.backend().newTerm(); // it may have forgotten what it had confirmed
        Markers markers = handle.backend().markers();
        Optional<Claim> found = markers.claim();
        if (found.isEmpty()) {
            throw new SQLException(
                    "it holds no table of Lockstep's, although this virtual database has been in service: was it replaced or emptied? It needs a full copy");
        }
        Claim claim = found.get();
        RecoveryLog recoveryLog = redo.log();
        if (!claim.log().equals(recoveryLog.identity())) {
            throw new SQLException(
                    "it follows another recovery log than this controller's: it is held by "
                            + claim);
        }
        if (claim.epoch() > redo.newestEpoch()) {
            throw group.writes().fenced(new FencedException("backend " + handle, claim, null));
        }
        Reign reign = new Reign(redo.nextEpoch(), incarnation.run());
        reign.begin(recoveryLog);
        raise(
                handle,
                claim,
                new Claim(
                        database,
                        recoveryLog.identity(),
                        reign.epoch(),
                        0,
                        incarnation.name(),
                        System.currentTimeMillis()));
    }

    /** Waits for sessions of its earlier term that were in the middle of a commit. */
    private void raise(BackendHandle handle, Claim expected, Claim next)
            throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + ZOMBIES_GO.toNanos();
        while (true) {
            try {
                handle.backend().markers().raise(expected, next);
                return;
            } catch (FencedException e) {
                throw group.writes().fenced(e);
            } catch (SQLException e) {
                boolean held = handle.backend().dialect().classify(e).isTransient();
                if (!held || System.nanoTime() > deadline) {
                    throw e;
                }
                log.info("{}: backend {} is not free yet: {}", database, handle, e.getMessage());
            }
            pause(PAUSE_NANOS);
        }
    }

    /** That the log can heal it. */
    private void checkKnown(Markers.Position position) throws DisagreedException {
        RecoveryLog recoveryLog = redo.log();
        if (position.watermark() + 1 < recoveryLog.firstSequence()) {
            throw new DisagreedException(
                    "the log begins with record %d, and it needs those from %d on: it needs a full copy"
                            .formatted(recoveryLog.firstSequence(), position.watermark() + 1));
        }
        long[] markers = position.markers();
        long highest = markers.length == 0 ? position.watermark() : markers[markers.length - 1];
        if (highest > recoveryLog.lastSequence()) {
            throw new DisagreedException(
                    "it holds commit %d, which the log (up to %d) does not know: it needs a full copy"
                            .formatted(highest, recoveryLog.lastSequence()));
        }
    }

    private void pause(long nanos) throws SQLException, InterruptedException {
        if (stopped.await(nanos, TimeUnit.NANOSECONDS)) {
            throw new SQLException("the controller is stopping");
        }
    }

    // ------------------------------------------------------------------ comparing

    /**
     * With one in service. A difference counts only if no DDL can have come in between, or if it is
     * found each time: what DDL makes in between differs once.
     */
    private void compareSchemas(BackendHandle handle, Replay replay)
            throws SQLException, IOException, DisagreedException, InterruptedException {
        List<String> lasting = null;
        for (int i = 0; i < COMPARISONS_MAX; i++) {
            List<BackendHandle> serving = group.inService();
            if (serving.isEmpty()) {
                return;
            }
            BackendHandle reference = serving.get(0);
            long peculiar = replay.peculiar();
            Catalogue theirs = catalogue(reference);
            if (theirs == null) {
                return;
            }
            List<String> differences =
                    CatalogueDifference.between(
                            reference.name(),
                            theirs,
                            handle.name(),
                            handle.backend().readCatalogue(),
                            handle.backend()
                                    .dialect()
                                    .name()
                                    .equals(reference.backend().dialect().name()));
            lasting = lasting == null ? differences : found(lasting, differences);
            if (lasting.isEmpty()) {
                return;
            }
            catchUpTo(redo.log().lastSequence(), replay);
            if (replay.peculiar() == peculiar) {
                throw new DisagreedException(
                        "it differs from %s although it was given all commits it lacked: %s"
                                .formatted(reference, String.join("; ", differences)));
            }
        }
        throw new SQLException(
                "its schema could not be compared, since it changes all the time; found each time: "
                        + String.join("; ", lasting));
    }

    private static List<String> found(List<String> before, List<String> again) {
        return before.stream().filter(again::contains).toList();
    }

    /** Null if the reference has gone: then there is nothing to be compared with. */
    private Catalogue catalogue(BackendHandle reference) throws SQLException {
        try {
            return reference.backend().readCatalogue();
        } catch (SQLException e) {
            if (group.serves(reference) && group.answers(reference)) {
                throw e;
            }
            return null;
        }
    }

    private void catchUpTo(long end, Replay replay)
            throws SQLException, IOException, DisagreedException, InterruptedException {
        long deadline = System.nanoTime() + DECIDED_SOON.toNanos();
        while (redo.decidedUpTo() < end) {
            if (System.nanoTime() > deadline) {
                throw new SQLException(
                        "a commit has been under way for %s".formatted(DECIDED_SOON));
            }
            pause(PAUSE_NANOS);
        }
        replay.catchUp();
    }

    // ------------------------------------------------------------------ into service

    /** Gives the time for which commits were paused. */
    private long handOver(
            BackendHandle handle, View.Standing from, Replay replay, ContactWatch watch)
            throws SQLException, IOException, DisagreedException, InterruptedException {
        long pause = PAUSE_NANOS;
        approach(handle, replay);
        for (int i = 0; i < HAND_OVERS_MAX; i++) {
            long begun = System.nanoTime();
            if (tryHandOver(handle, from, replay, watch)) {
                return (System.nanoTime() - begun) / 1_000_000;
            }
            pause(pause); // clients have waited: leave them alone
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
        throw new SQLException(
                "clients' commits took too long for it to come into service between two of them");
    }

    /**
     * Until little is left, or it does not become less because clients write as fast as it can
     * follow: then every attempt to hand over takes it further, since they wait meanwhile.
     */
    private void approach(BackendHandle handle, Replay replay)
            throws SQLException, IOException, DisagreedException {
        Duration least = null;
        long since = System.nanoTime();
        while (true) {
            replay.catchUp();
            replay.lookAhead();
            Duration left = replay.timeLeft();
            if (left.compareTo(LEFT_MAX) <= 0) {
                return;
            }
            if (least == null || left.compareTo(least.multipliedBy(3).dividedBy(4)) < 0) {
                least = left;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > NO_PROGRESS_NANOS) {
                log.warn(
                        "{}: backend {} cannot follow clients' writes and is {} commits behind: they have to wait for it now and then",
                        database,
                        handle,
                        replay.remaining());
                return;
            }
        }
    }

    private boolean tryHandOver(
            BackendHandle handle, View.Standing from, Replay replay, ContactWatch watch)
            throws SQLException, IOException, DisagreedException, InterruptedException {
        long begun = System.nanoTime();
        if (!redo.pauseCommits(ENDING_MAX)) {
            log.info(
                    "{}: backend {} comes into service later: a commit took long",
                    database,
                    handle);
            return false;
        }
        ScheduledFuture<?> cut = null;
        try {
            cut = timer.schedule(watch::cut, CUT_AFTER.toMillis(), TimeUnit.MILLISECONDS);
            FaultPoint.COMMITS_PAUSED.reached();
            if (!replay.finish(BARRIER_MAX.toNanos() - (System.nanoTime() - begun))) {
                return false;
            }
            watch.standDown();
            enter(handle, from);
            return true;
        } finally {
            if (cut != null) {
                cut.cancel(false);
            }
            redo.resumeCommits();
        }
    }

    /** No commit is under way, and it holds all there are. */
    private void enter(BackendHandle handle, View.Standing from) throws SQLException {
        List<RedoLog.Commit> unsettled = redo.unsettled();
        List<BackendHandle> before = group.inService();
        if (!group.enter(handle, from)) {
            throw new SQLException("the operator has decided otherwise meanwhile");
        }
        FaultPoint.BACKEND_ENTERED.reached();
        allocator.backendEntered();
        if (unsettled.isEmpty()) {
            return;
        }
        // They are committed now, by being here. Whether the others hold them nobody knows.
        for (BackendHandle other : before) {
            if (other != handle) {
                group.leave(
                        other,
                        BackendState.LOST,
                        "did not answer a COMMIT that is on another backend now");
            }
        }
        unsettled.forEach(redo::settled);
        group.writes().settled();
    }
}
