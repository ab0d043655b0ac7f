package io.lockstep.controller.recovery;

import io.lockstep.controller.execution.BackendHandle;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a database that is being brought level whether it lives, and cuts its connections when it
 * does not answer: whoever waits for it would wait for ever. But never once it is to serve. A
 * thread of its own, until closed.
 */
final class ContactWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ContactWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** One may be missed while the machine is busy. */
    private static final int MISSED_MAX = 2;

    private final BackendHandle handle;
    private final Duration timeout;
    private final Duration period;
    private final AtomicReference<State> state = new AtomicReference<>(State.WATCHING);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private enum State {
        WATCHING,
        /** At least once: this attempt has failed. */
        CUT,
        /** Nothing is cut any more. */
        STOOD_DOWN
    }

    ContactWatch(BackendHandle handle, Duration timeout) {
        this(handle, timeout, PERIOD);
    }

    ContactWatch(BackendHandle handle, Duration timeout, Duration period) {
        this.handle = handle;
        this.timeout = timeout;
        this.period = period;
        this.thread = new Thread(this::run, "lockstep-rejoin-watch-" + handle);
        this.thread.setDaemon(true);
        this.thread.start();
    }

    private void run() {
        int missed = 0;
        try {
            while (!closed.await(period.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    handle.backend().ping(timeout);
                    missed = 0;
                } catch (SQLException e) {
                    missed++;
                    if (missed >= MISSED_MAX && cut()) {
                        log.info(
                                "{}: no answer while it was brought level: {}",
                                handle,
                                e.getMessage());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Wakes whoever waits for the database, unless it is to serve. From any thread.
     *
     * @return false if it is
     */
    boolean cut() {
        state.compareAndSet(State.WATCHING, State.CUT);
        if (state.get() == State.STOOD_DOWN) {
            return false;
        }
        handle.backend().cutAll();
        return true;
    }

    /**
     * To be called right before the database comes into service: from when this returns its
     * connections are not cut from here.
     *
     * @throws SQLException if they have been, or are being cut: it must not serve then
     */
    void standDown() throws SQLException {
        if (!state.compareAndSet(State.WATCHING, State.STOOD_DOWN)) {
            throw new SQLException("it did not answer in time, and its connections were cut");
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
