package io.lockstep.controller.bootstrap;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns SIGTERM and SIGINT into a clean end with exit code 0, at any moment from {@link #install}
 * on. A JVM that ends by a signal exits with 128 + its number whatever its hooks do, which service
 * managers take for a failure; so the hook itself ends the process once everything is closed, and
 * with 1 if something could not be closed.
 *
 * <p>Where the main thread ends the process (bad configuration, failed start, {@code --check}), it
 * says so by {@link #endsByItself} before it does, and that exit code stands.
 */
final class Shutdown {
    private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

    /** Longer than any one step of a start. They are not interrupted: that could harm a file. */
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch startEnded = new CountDownLatch(1);
    private volatile Controller running; // null: not started, or ended again
    private volatile Integer ownCode; // null: the main thread does not end the process

    private Shutdown() {}

    /** From now on a signal ends the process cleanly. */
    static Shutdown install() {
        Shutdown shutdown = new Shutdown();
        Runtime.getRuntime().addShutdownHook(new Thread(shutdown::hook, "lockstep-shutdown"));
        return shutdown;
    }

    /** A start under way should end soon. */
    boolean isRequested() {
        return requested.getCount() == 0;
    }

    /**
     * Waits for so long, or until a stop is requested.
     *
     * @return whether it is requested
     */
    boolean awaitRequest(Duration atMost) throws InterruptedException {
        return requested.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The controller serves; the hook closes it when the time has come. */
    void started(Controller controller) {
        running = controller;
        startEnded.countDown();
    }

    /** The start was given up because a stop is requested; what it had started is closed again. */
    void startAbandoned() {
        startEnded.countDown();
    }

    /** The main thread ends the process now, with this exit code. */
    void endsByItself(int code) {
        ownCode = code;
        startEnded.countDown();
    }

    private void hook() {
        if (ownCode != null) {
            return;
        }
        requested.countDown();
        log.info("stopping");
        int code = stop();
        log.info("stopped, exit code {}", code);
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().halt(code);
    }

    private int stop() {
        try {
            if (!startEnded.await(START_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                log.error("the start under way did not end within {}", START_PATIENCE);
                return Main.FAILED;
            }
            if (ownCode != null) {
                return ownCode;
            }
            Controller controller = running;
            return controller == null || close(controller) ? Main.OK : Main.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.error("interrupted while stopping", e);
            return Main.FAILED;
        }
    }

    /** On a thread of its own, so that a database that hangs cannot keep the process alive. */
    private static boolean close(Controller controller) throws InterruptedException {
        AtomicReference<Boolean> clean = new AtomicReference<>(false);
        Thread closing = new Thread(() -> clean.set(controller.stop()), "lockstep-closing");
        closing.setDaemon(true);
        closing.start();
        closing.join(CLOSE_PATIENCE.toMillis());
        if (closing.isAlive()) {
            log.error(
                    "the {} did not close; {} have passed, the process ends without it",
                    controller.beingClosed(),
                    CLOSE_PATIENCE);
        }
        return clean.get();
    }
}
