package io.lockstep.controller.frontend;

import io.netty.channel.EventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's loop as others see it: takes tasks at any time, and tells the connection if one
 * fails.
 */
final class SessionLoop implements Executor {
    private static final Logger log = LoggerFactory.getLogger(SessionLoop.class);

    private final EventLoop loop;
    private final EventLoop fallback;
    private final Consumer<Throwable> onFailure;

    /**
     * @param fallback runs what comes after the loop has ended, such as a lock granted to a session
     *     just gone: whoever hands that over must neither fail nor be made to run it
     */
    SessionLoop(EventLoop loop, EventLoop fallback, Consumer<Throwable> onFailure) {
        this.loop = loop;
        this.fallback = fallback;
        this.onFailure = onFailure;
    }

    @Override
    public void execute(Runnable task) {
        Runnable guarded = () -> run(task);
        try {
            loop.execute(guarded);
        } catch (RejectedExecutionException ended) {
            executeLate(guarded);
        }
    }

    private void executeLate(Runnable task) {
        try {
            fallback.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug(
                    "A task of a session came after the listener had been closed; it was dropped",
                    e);
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
        }
    }
}
