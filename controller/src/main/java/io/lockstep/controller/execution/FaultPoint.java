package io.lockstep.controller.execution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Named places between the steps of the write and commit path, at which a test can have the
 * controller's process end as if it had been killed: with the system property {@code
 * lockstep.fault=NAME:N:FILE} the N-th passage halts it, with nothing flushed and no hook run,
 * unless FILE exists, which is made at that moment: so it happens once, and not again after a
 * restart. Without the property a passage costs the reading of a constant.
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
    DEFINITION_DONE;

    /** What kill -9 leaves as exit code. */
    private static final int KILLED = 137;

    private static final Fault FAULT = Fault.of(System.getProperty("lockstep.fault"));

    /** Ends the process if a test wants it to end here. */
    public void reached() {
        if (FAULT != null && FAULT.isAt(this)) {
            Runtime.getRuntime().halt(KILLED);
        }
    }

    /** What the property asks for. */
    private static final class Fault {
        private final FaultPoint point;
        private final Path fired;
        private final AtomicInteger passages;

        private Fault(FaultPoint point, int passages, Path fired) {
            this.point = point;
            this.passages = new AtomicInteger(passages);
            this.fired = fired;
        }

        static Fault of(String property) {
            if (property == null) {
                return null;
            }
            String[] parts = property.split(":", 3);
            Path fired = Path.of(parts[2]);
            return Files.exists(fired)
                    ? null
                    : new Fault(valueOf(parts[0]), Integer.parseInt(parts[1]), fired);
        }

        boolean isAt(FaultPoint place) {
            if (point != place || passages.decrementAndGet() != 0) {
                return false;
            }
            try {
                Files.createFile(fired);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return true;
        }
    }
}
