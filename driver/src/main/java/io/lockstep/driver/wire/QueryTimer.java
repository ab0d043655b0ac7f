package io.lockstep.driver.wire;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Cancels statements whose query timeout is over, in case the controller, which knows the timeout
 * too, did not. One daemon thread for all connections of the JVM, started by the first statement
 * with a timeout.
 */
final class QueryTimer {
    /** The controller's own timeout gets this much more time, since its error says more. */
    private static final long GRACE_MILLIS = 1_000;

    private static final ScheduledThreadPoolExecutor TIMER = newTimer();

    private QueryTimer() {}

    private static ScheduledThreadPoolExecutor newTimer() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread thread = new Thread(task, "lockstep-driver-timer");
                            thread.setDaemon(true);
                            return thread;
                        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** Cancels after the timeout, unless the result is cancelled before. */
    static ScheduledFuture<?> cancelAfter(int queryTimeoutMillis, Runnable cancel) {
        return TIMER.schedule(cancel, queryTimeoutMillis + GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
