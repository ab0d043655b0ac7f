package io.lockstep.controller.scheduler;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Calls back when a deadline passes. Most deadlines never do, so cancelling has to be cheap. */
@FunctionalInterface
public interface DeadlineTimer {
    /**
     * Runs {@code task} once, not before {@code delayNanos} have passed.
     *
     * @throws RejectedExecutionException when the timer has been shut down
     */
    Cancellable schedule(Runnable task, long delayNanos);

    /** A pending callback. */
    @FunctionalInterface
    interface Cancellable {
        /** No effect if the callback has begun. */
        void cancel();
    }

    /**
     * A timer on the threads of {@code executor}, which should remove cancelled tasks at once
     * ({@code setRemoveOnCancelPolicy(true)}); otherwise each wait's memory stays until its
     * deadline.
     */
    static DeadlineTimer on(ScheduledExecutorService executor) {
        return (task, delayNanos) -> {
            Future<?> scheduled = executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        };
    }
}
