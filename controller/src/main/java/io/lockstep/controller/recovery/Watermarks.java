package io.lockstep.controller.recovery;

import io.lockstep.backends.markers.LostCommitsException;
import io.lockstep.controller.execution.BackendGroup;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.recoverylog.RecoveryLog;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells every backend in service from time to time up to where it holds all commits, so that its
 * markers do not pile up, and drops the oldest of the log when there is more of it than it may
 * have. One thread of its own.
 */
public final class Watermarks implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Watermarks.class);

    private static final long PERIOD_MILLIS = 500;
    private static final int ROUNDS_PER_CHECK = 4;

    /** A database may have as many markers above its watermark as this, and some more. */
    private static final long RECORDS_MAX = 10_000;

    /** A database that is killed may forget what it had confirmed a moment before (H2). */
    private static final long MARGIN_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final String database;
    private final BackendGroup backends;
    private final RecoveryLog recoveryLog;
    private final long retainBytes;
    private final ScheduledExecutorService thread;
    private final ScheduledFuture<?> rounds;
    private final Map<BackendHandle, Written> written = new HashMap<>(); // this thread's
    private int round; // this thread's
    private final Deque<Settled> history = new ArrayDeque<>(); // this thread's

    private record Settled(long atNanos, long sequence) {}

    /** The watermark of one backend in the term of this epoch. */
    private record Written(long epoch, long sequence) {}

    /**
     * Starts at once.
     *
     * @param retainBytes beyond this much, what the backends in service hold is dropped from the
     *     log
     */
    public Watermarks(String database, BackendGroup backends, long retainBytes) {
        this.database = database;
        this.backends = backends;
        this.recoveryLog = backends.redo().log();
        this.retainBytes = retainBytes;
        this.thread =
                Executors.newSingleThreadScheduledExecutor(
                        task -> {
                            Thread made = new Thread(task, "lockstep-watermarks-" + database);
                            made.setDaemon(true);
                            return made;
                        });
        this.rounds =
                thread.scheduleWithFixedDelay(
                        this::run, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void run() {
        try {
            if (++round % ROUNDS_PER_CHECK == 0) {
                checkHeld();
            }
            advance();
            purge();
        } catch (IOException
                | RuntimeException
                | Error e) { // thrown on, it would be the last round
            log.warn("{}: the recovery log could not be shortened; trying again", database, e);
        }
    }

    /** One is enough: whoever takes them over takes all. */
    private void checkHeld() {
        for (BackendHandle handle : backends.inService()) {
            try {
                backends.checkHeld(handle);
                return;
            } catch (SQLException e) {
                log.debug("{}: {} could not be asked who holds it", database, handle, e);
                heed(handle, e);
            }
        }
    }

    private void advance() {
        // In this order: who is in service when all that is read, or comes into service in that
        // term, has all of what is settled. Who leaves meanwhile has another term afterwards.
        long settled = backends.redo().settledUpTo();
        for (BackendHandle handle : backends.all()) {
            long epoch = handle.backend().markers().epoch();
            boolean due = settled - written(handle, epoch) >= RECORDS_MAX;
            if (due && backends.inService().contains(handle)) {
                try {
                    handle.backend().markers().advance(settled, epoch);
                    written.put(handle, new Written(epoch, settled));
                } catch (SQLException e) {
                    log.warn(
                            "{}: the watermark of {} could not be written; trying again: {}",
                            database,
                            handle,
                            e.getMessage());
                    heed(handle, e);
                }
            }
        }
    }

    private void heed(BackendHandle handle, SQLException failure) {
        if (failure instanceof LostCommitsException lost) {
            try {
                backends.forgot(handle, lost);
            } catch (SQLException e) {
                log.error("{}: that {} leaves could not be recorded", database, handle, e);
            }
        }
    }

    /** One that came back may hold less than it did. */
    private long written(BackendHandle handle, long epoch) {
        Written known = written.get(handle);
        return known == null || known.epoch() != epoch ? 0 : known.sequence();
    }

    private void purge() throws IOException {
        long now = System.nanoTime();
        long lowest = Long.MAX_VALUE;
        for (BackendHandle handle : backends.inService()) {
            lowest = Math.min(lowest, written(handle, handle.backend().markers().epoch()));
        }
        if (lowest == Long.MAX_VALUE || lowest == 0) {
            return;
        }
        if (history.isEmpty() || history.peekLast().sequence() < lowest) {
            history.addLast(new Settled(now, lowest));
        }
        Settled old = null;
        while (!history.isEmpty() && now - history.peekFirst().atNanos() > MARGIN_NANOS) {
            old = history.removeFirst();
        }
        if (old == null) {
            return;
        }
        history.addFirst(old);
        if (recoveryLog.sizeBytes() > retainBytes) {
            long freed = recoveryLog.purge(backends.redo().keepFrom(old.sequence() + 1));
            if (freed > 0) {
                log.info(
                        "{}: {} MB of the recovery log dropped; it begins with record {} now",
                        database,
                        freed >> 20,
                        recoveryLog.firstSequence());
            }
        }
    }

    @Override
    public void close() {
        rounds.cancel(false);
        thread.shutdown();
        try {
            thread.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
