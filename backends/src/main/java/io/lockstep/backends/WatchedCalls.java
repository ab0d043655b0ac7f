package io.lockstep.backends;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Calls into drivers that may never return, each with a deadline. One helper thread at most: while
 * an abandoned call keeps it, further calls run into their deadlines instead of piling up threads.
 */
final class WatchedCalls implements AutoCloseable {
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor helper;
    private final String what;

    /** Held from before a call is handed over until the helper has ended it. */
    private final Semaphore helperFree = new Semaphore(1, true);

    /**
     * @param threadName of the helper
     * @param what the kind of call, for messages: "the login at backend a"
     */
    WatchedCalls(String threadName, String what) {
        this.what = what;
        helper =
                new ThreadPoolExecutor(
                        1,
                        1,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(1),
                        Threads.daemons(threadName));
        helper.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs the call on the helper thread and waits for it.
     *
     * @param late is given the result, on the helper thread, if nobody waits for it any more
     * @throws SQLTimeoutException 08001 if there was no answer in time
     */
    <T> T call(Callable<T> call, Duration timeout, Consumer<T> late) throws SQLException {
        long deadline = System.nanoTime() + timeout.toNanos();
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            if (!helperFree.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new SQLTimeoutException(
                        what + " was not tried: an earlier one still has no answer", "08001");
            }
            submit(call, answer, late);
            return answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            SQLException tooLate =
                    new SQLTimeoutException(
                            what + " got no answer within " + timeout.toMillis() + " ms", "08001");
            if (answer.completeExceptionally(tooLate)) {
                throw tooLate;
            }
            return finished(answer);
        } catch (ExecutionException e) {
            throw asSqlException(e.getCause());
        } catch (InterruptedException e) {
            answer.completeExceptionally(e);
            Thread.currentThread().interrupt();
            throw new SQLTimeoutException(what + " was interrupted", "08001", e);
        }
    }

    private <T> void submit(Callable<T> call, CompletableFuture<T> answer, Consumer<T> late)
            throws SQLException {
        try {
            helper.execute(
                    () -> {
                        try {
                            run(call, answer, late);
                        } finally {
                            helperFree.release();
                        }
                    });
        } catch (RejectedExecutionException e) {
            helperFree.release();
            throw new SQLException(what + " was not tried: the backend is closed", "08003", e);
        }
    }

    private static <T> void run(Callable<T> call, CompletableFuture<T> answer, Consumer<T> late) {
        try {
            T result = call.call();
            if (!answer.complete(result)) {
                late.accept(result);
            }
        } catch (Exception | LinkageError e) {
            answer.completeExceptionally(e);
        }
    }

    private <T> T finished(CompletableFuture<T> answer) throws SQLException {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw asSqlException(e.getCause());
        }
    }

    private SQLException asSqlException(Throwable failure) {
        return failure instanceof SQLException sql
                ? sql
                : new SQLException(what + " failed: " + failure, "08001", failure);
    }

    @Override
    public void close() {
        helper.shutdownNow();
    }
}
