package io.lockstep.controller.recovery;

import io.lockstep.controller.allocation.Allocator;
import io.lockstep.controller.execution.BackendGroup;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.membership.View;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings lost databases back while clients work, as soon as they answer; those that the operator
 * has disabled, when the operator says so; and settles commits that nobody has answered. One thread
 * for a virtual database, one backend at a time.
 */
public final class Rejoiner implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Rejoiner.class);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Whoever leaves again sooner is flapping, and waits longer each time. */
    private static final long STEADY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String database;
    private final BackendGroup group;
    private final boolean automatic;
    private final Duration pingTimeout;
    private final Resync resync;
    private final Settling settling;
    private final Thread thread;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Map<BackendHandle, Patience> patience = new HashMap<>(); // this thread's

    private final ReentrantLock lock = new ReentrantLock(); // guards the fields below
    private final Condition news = lock.newCondition();
    private final Map<BackendHandle, Wish> requested = new HashMap<>();
    private boolean awake;
    private boolean closed;
    private BackendHandle underWay;

    /**
     * The operator's.
     *
     * @param from what the operator saw
     */
    private record Wish(View.Standing from, CompletableFuture<Void> fulfilled) {}

    /** How long to leave one backend alone. */
    private static final class Patience {
        long notBefore = System.nanoTime();
        long pause = FIRST_PAUSE_NANOS;
        long entered;
        boolean serves;
        String lastReason = "";
    }

    /**
     * Does nothing before {@link #start}.
     *
     * @param automatic whether lost backends come back without being asked for
     * @param timer cuts what hangs; its tasks only hand over
     */
    public Rejoiner(
            String database,
            BackendGroup group,
            Allocator allocator,
            ScheduledExecutorService timer,
            Incarnation incarnation,
            boolean automatic,
            Duration pingTimeout) {
        this.database = database;
        this.group = group;
        this.automatic = automatic;
        this.pingTimeout = pingTimeout;
        this.resync = new Resync(database, group, allocator, timer, incarnation, stopped);
        this.settling = new Settling(database, group);
        this.thread = new Thread(this::run, "lockstep-rejoin-" + database);
        this.thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /**
     * Brings a backend that is disabled or lost into service, at once, unless its standing is
     * changed meanwhile. Several who ask at the same time share one attempt.
     *
     * @return completed when it is in service; exceptionally if this attempt failed
     */
    public CompletableFuture<Void> enable(BackendHandle handle) {
        Wish wish;
        Wish outdated = null;
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(
                        new SQLException("the controller is stopping", "57P01"));
            }
            wish = requested.get(handle);
            if (wish == null || isOutdated(wish, handle)) {
                outdated = wish;
                wish = new Wish(standing(handle), new CompletableFuture<>());
                requested.put(handle, wish);
            }
            awake = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
        if (outdated != null) {
            outdated.fulfilled().completeExceptionally(decidedOtherwise(handle));
        }
        return wish.fulfilled();
    }

    private void run() {
        try {
            while (awaitNews()) {
                settle();
                for (BackendHandle handle : group.all()) {
                    look(handle);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever goes wrong, this thread must not end: nobody else brings anything back. */
    private void look(BackendHandle handle) throws InterruptedException {
        try {
            Wish wish = wish(handle);
            if (wish != null || toBeTried(handle)) {
                attempt(handle, wish);
            }
        } catch (RuntimeException | Error e) {
            log.error("{}: {} could not be looked after; tried again", database, handle, e);
        }
    }

    /** False when it is closed. */
    private boolean awaitNews() throws InterruptedException {
        lock.lock();
        try {
            long left = LOOK_NANOS;
            while (!closed && !awake && left > 0) {
                left = news.awaitNanos(left);
            }
            awake = false;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void settle() {
        try {
            settling.run();
        } catch (IOException | SQLException | RuntimeException | Error e) {
            log.warn("{}: a commit cannot be settled; tried again", database, e);
        }
    }

    private Wish wish(BackendHandle handle) {
        lock.lock();
        try {
            return requested.get(handle);
        } finally {
            lock.unlock();
        }
    }

    private View.Standing standing(BackendHandle handle) {
        return group.membership().view().standings().get(handle.name());
    }

    @SuppressWarnings("ReferenceEquality") // an equal one may be another decision
    private boolean isOutdated(Wish wish, BackendHandle handle) {
        return wish.from() != standing(handle);
    }

    private SQLException decidedOtherwise(BackendHandle handle) {
        return new SQLException(
                "it has become %s meanwhile"
                        .formatted(standing(handle).state().name().toLowerCase(Locale.ROOT)));
    }

    /** Notes if it has left; asks it, if it may be tried, whether it answers. */
    private boolean toBeTried(BackendHandle handle) {
        Patience known = patience.computeIfAbsent(handle, h -> new Patience());
        boolean suspended = group.isSuspended(handle);
        if (!suspended && standing(handle).state() != BackendState.LOST) {
            return false;
        }
        if (known.serves) {
            known.serves = false;
            boolean steady = System.nanoTime() - known.entered > STEADY_NANOS;
            known.pause = steady ? FIRST_PAUSE_NANOS : known.pause;
            known.notBefore = System.nanoTime() + (steady ? 0 : known.pause);
        }
        return (automatic || suspended)
                && System.nanoTime() - known.notBefore >= 0
                && group.redo().failure().isEmpty()
                && group.answers(handle);
    }

    private void attempt(BackendHandle handle, Wish wish) throws InterruptedException {
        Patience known = patience.computeIfAbsent(handle, h -> new Patience());
        String failure = null;
        Throwable cause = null;
        begins(handle);
        try {
            if (group.serves(handle)) {
                return;
            }
            if (wish != null && isOutdated(wish, handle)) {
                throw decidedOtherwise(handle);
            }
            View.Standing from = wish != null ? wish.from() : standing(handle);
            if (from.state() == BackendState.DISAGREED) {
                throw new DisagreedException("its data are in doubt: it needs a full copy");
            }
            resync.run(handle, from, pingTimeout);
            known.serves = true;
            known.entered = System.nanoTime();
            known.lastReason = "";
        } catch (DisagreedException e) {
            failure = e.getMessage();
            cause = e;
            disagreed(handle, failure);
        } catch (SQLException | IOException | RuntimeException | Error e) {
            failure = String.valueOf(e.getMessage());
            cause = e;
        } finally {
            ends(handle, wish, cause);
        }
        known.notBefore = System.nanoTime() + known.pause;
        known.pause = Math.min(LONGEST_PAUSE_NANOS, 2 * known.pause);
        if (failure != null) {
            handle.lastError(failure);
            if (!failure.equals(known.lastReason)) {
                known.lastReason = failure;
                log.warn("{}: backend {} stays out of service: {}", database, handle, failure);
            }
            log.debug("{}: backend {} could not be brought level", database, handle, cause);
        }
    }

    private void disagreed(BackendHandle handle, String reason) {
        try {
            group.judge(handle, BackendState.DISAGREED, reason);
        } catch (SQLException e) {
            log.error("{}: what {} is could not be recorded", database, handle, e);
        }
    }

    private void begins(BackendHandle handle) {
        lock.lock();
        try {
            underWay = handle;
        } finally {
            lock.unlock();
        }
    }

    private void ends(BackendHandle handle, Wish wish, Throwable cause) {
        lock.lock();
        try {
            underWay = null;
            requested.remove(handle, wish);
        } finally {
            lock.unlock();
        }
        if (cause != null && !group.serves(handle)) {
            handle.backend().cutAll();
        }
        if (wish != null && cause == null) {
            wish.fulfilled().complete(null);
        } else if (wish != null) {
            wish.fulfilled().completeExceptionally(cause);
        }
    }

    @Override
    public void close() {
        BackendHandle busy;
        lock.lock();
        try {
            closed = true;
            busy = underWay;
            news.signalAll();
        } finally {
            lock.unlock();
        }
        stopped.countDown(); // not interrupted: that would close files of the log under others
        if (busy != null && !group.serves(busy)) {
            busy.backend().cutAll(); // wakes it from whatever it waits for
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
