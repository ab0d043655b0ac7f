package io.lockstep.controller.recovery;

import io.lockstep.controller.execution.BackendHandle;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a database that is being brought level whether it lives, and cuts its connections when it
 * does not answer: whoever waits for it would wait for ever. A thread of its own, until closed.
 */
final class ContactWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ContactWatch.class);
    private static final long PERIOD_MILLIS = 1_000;

    /** One may be missed while the machine is busy. */
    private static final int MISSED_MAX = 2;

    private final BackendHandle handle;
    private final Duration timeout;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    ContactWatch(BackendHandle handle, Duration timeout) {
        this.handle = handle;
        this.timeout = timeout;
        this.thread = new Thread(this::run, "lockstep-rejoin-watch-" + handle);
        this.thread.setDaemon(true);
        this.thread.start();
    }

    private void run() {
        int missed = 0;
        try {
            while (!closed.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    handle.backend().ping(timeout);
                    missed = 0;
                } catch (SQLException e) {
                    missed++;
                    if (missed >= MISSED_MAX) {
                        log.info(
                                "{}: no answer while it was brought level: {}",
                                handle,
                                e.getMessage());
                        handle.backend().cutAll();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
