package io.lockstep.controller.execution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Named places between the steps of the write and commit path, at which a test can have something
 * die. The system property {@code lockstep.fault=NAME:N:halt:FILE} lets the N-th passage end the
 * controller's process as if it had been killed, with nothing flushed and no hook run; {@code
 * NAME:N:hold:FILE} lets the thread that passes wait, ten seconds at most, until FILE is deleted,
 * so that the test can kill a database meanwhile. FILE is made at that moment, and where it is
 * already there nothing happens: so it happens once, and not again after a restart. Without the
 * property a passage costs the reading of a constant.
 */
public enum FaultPoint {
    /** A write is about to go to one backend. */
    BACKEND_WRITES,
    /** One backend has done a write. */
    BACKEND_WROTE,
    /** All backends have done a write; it is about to be logged. */
    BACKENDS_WROTE,
    /** A commit record is appended, not forced. */
    COMMIT_RECORD_APPENDED,
    /** A commit record is forced; no backend has been told. */
    COMMIT_RECORD_FORCED,
    /** COMMIT is about to go to one backend. */
    BACKEND_COMMITS,
    /** One backend has committed. */
    BACKEND_COMMITTED,
    /** All have; nobody has been told. */
    BACKENDS_COMMITTED,
    /** All have refused; the abort record is yet to be written. */
    COMMIT_REFUSED,
    /** A commit group has failed and is rolled back; its abort record is yet to be written. */
    GROUP_FAILED,
    /** DDL that some engine commits by itself has been done; its marker has not. */
    DEFINITION_DONE,
    /** A backend comes back: no commit is under way, and it lacks a few. */
    COMMITS_PAUSED,
    /** It is in service, durably. */
    BACKEND_ENTERED;

    /** What kill -9 leaves as exit code. */
    private static final int KILLED = 137;

    private static final Fault FAULT = Fault.of(System.getProperty("lockstep.fault"));

    /** Ends the process, or waits, if a test wants it here. */
    public void reached() {
        if (FAULT != null && FAULT.isAt(this)) {
            FAULT.happen();
        }
    }

    /** What happens there. */
    private enum Action {
        HALT,
        HOLD
    }

    /** What the property asks for. */
    private static final class Fault {
        private static final long HOLD_NANOS = 10_000_000_000L;
        private static final long LOOK_NANOS = 2_000_000;

        private final FaultPoint point;
        private final Action action;
        private final Path fired;
        private final AtomicInteger passages;

        private Fault(FaultPoint point, int passages, Action action, Path fired) {
            this.point = point;
            this.passages = new AtomicInteger(passages);
            this.action = action;
            this.fired = fired;
        }

        static Fault of(String property) {
            if (property == null) {
                return null;
            }
            String[] parts = property.split(":", 4);
            Path fired = Path.of(parts[3]);
            return Files.exists(fired)
                    ? null
                    : new Fault(
                            valueOf(parts[0]),
                            Integer.parseInt(parts[1]),
                            Action.valueOf(parts[2].toUpperCase(Locale.ROOT)),
                            fired);
        }

        boolean isAt(FaultPoint place) {
            return point == place && passages.decrementAndGet() == 0;
        }

        void happen() {
            try {
                Files.createFile(fired);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            switch (action) {
                case HALT -> Runtime.getRuntime().halt(KILLED);
                case HOLD -> {
                    long end = System.nanoTime() + HOLD_NANOS;
                    while (Files.exists(fired) && System.nanoTime() < end) {
                        LockSupport.parkNanos(LOOK_NANOS);
                    }
                }
            }
        }
    }
}
