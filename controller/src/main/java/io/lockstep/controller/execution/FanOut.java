package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.FailureClass;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the same work on several backends at the same time: the first on the calling thread, the
 * others on their workers. With one backend there is no hand-off at all.
 */
public final class FanOut {
    private static final Logger log = LoggerFactory.getLogger(FanOut.class);

    private final LatenessWatch watch;

    public FanOut(LatenessWatch watch) {
        this.watch = watch;
    }

    /** What is to be done on each backend. Runs on several threads at once. */
    @FunctionalInterface
    public interface Work<T> {
        T run(BackendConnection connection) throws SQLException;
    }

    /**
     * Blocks until every backend has answered or was cut off for being late; outcomes in the order
     * given.
     */
    public <T> List<Outcome<T>> run(List<Participant> participants, Work<T> work) {
        int count = participants.size();
        if (count == 1) {
            Participant only = participants.get(0);
            return List.of(attempt(only, work));
        }
        Flight<T> flight = new Flight<>(participants);
        watch.add(flight);
        try {
            // Last, so that one that hangs does not keep the others from being asked.
            List<Runnable> left = new ArrayList<>();
            for (int i = 1; i < count; i++) {
                int index = i;
                Runnable task = () -> flight.land(index, attempt(participants.get(index), work));
                if (!handOver(participants.get(i).handle(), task)) {
                    left.add(task);
                }
            }
            flight.land(0, attempt(participants.get(0), work));
            left.forEach(Runnable::run);
            return flight.await();
        } finally {
            watch.remove(flight);
        }
    }

    /**
     * False if no worker takes it: all are busy, none can be made, or the controller is stopping.
     */
    private static boolean handOver(BackendHandle handle, Runnable task) {
        try {
            handle.workers().execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        } catch (OutOfMemoryError e) {
            // So the limit of threads is reported; the task has not been taken.
            log.warn("{}: no thread can be made for it: {}", handle, e.getMessage());
            return false;
        }
    }

    /**
     * On one backend, on this thread, after others have done it.
     *
     * @param tookNanos how long they took: it may take as long, or {@code backendTimeout}
     */
    <T> Outcome<T> runAfterOthers(Participant participant, long tookNanos, Work<T> work) {
        try (Deadline deadline = deadline(participant, tookNanos)) {
            Outcome<T> outcome = attempt(participant, work);
            return deadline.passed && outcome instanceof Outcome.Unknown<T> unknown
                    ? new Outcome.Unknown<>(unknown.cause(), true)
                    : outcome;
        }
    }

    /**
     * Cuts the connection unless it is closed within {@code backendTimeout}, or {@code nanos} if
     * that is longer.
     */
    Deadline deadline(Participant participant, long nanos) {
        Deadline deadline =
                new Deadline(
                        watch,
                        participant,
                        System.nanoTime() + Math.max(nanos, watch.limitNanos()));
        watch.add(deadline);
        return deadline;
    }

    /** One connection's; see {@link #deadline}. */
    static final class Deadline implements LatenessWatch.Watched, AutoCloseable {
        private final LatenessWatch watch;
        private final Participant participant;
        private final long endNanos;
        private volatile boolean passed;

        private Deadline(LatenessWatch watch, Participant participant, long endNanos) {
            this.watch = watch;
            this.participant = participant;
            this.endNanos = endNanos;
        }

        @Override
        public void cutLate(long nowNanos, long limitNanos) {
            if (nowNanos - endNanos > 0) {
                passed = true;
                log.warn(
                        "{}: no answer in time while work was repeated; its connection is cut",
                        participant.handle());
                participant.connection().abort();
            }
        }

        @Override
        public void close() {
            watch.remove(this);
        }
    }

    /** On one backend, on this thread. */
    static <T> Outcome<T> attempt(Participant participant, Work<T> work) {
        BackendHandle handle = participant.handle();
        handle.writeBegins();
        try {
            return new Outcome.Applied<>(work.run(participant.connection()));
        } catch (SQLException e) {
            FailureClass failure = handle.backend().dialect().classify(e);
            return failure == FailureClass.CONNECTION
                    ? new Outcome.Unknown<>(e, false)
                    : new Outcome.Rejected<>(e, failure);
        } catch (RuntimeException | Error e) {
            // A driver that breaks leaves the statement's fate open. An Error too must land: the
            // others wait for it, and while they run nobody may touch their connections.
            log.error("{}: the driver failed with an unexpected exception", handle, e);
            return new Outcome.Unknown<>(
                    new SQLException("unexpected failure on " + handle + ": " + e, e), false);
        } finally {
            handle.writeEnds();
        }
    }

    /** One backend's part in a transaction. */
    public record Participant(BackendHandle handle, BackendConnection connection) {}

    /** One fan-out under way. */
    static final class Flight<T> implements LatenessWatch.Watched {
        private final List<Participant> participants;
        private final AtomicReferenceArray<Outcome<T>> outcomes;
        private final AtomicInteger missing;
        private final Thread waiter = Thread.currentThread();
        private final long startNanos = System.nanoTime();
        private volatile long firstLandedNanos; // 0 = none yet
        private final AtomicIntegerArray cut; // 1 = was too late

        Flight(List<Participant> participants) {
            this.participants = participants;
            this.outcomes = new AtomicReferenceArray<>(participants.size());
            this.missing = new AtomicInteger(participants.size());
            this.cut = new AtomicIntegerArray(participants.size());
        }

        void land(int index, Outcome<T> outcome) {
            outcomes.set(index, outcome);
            // A broken connection is no answer that others could be late after.
            if (firstLandedNanos == 0 && !(outcome instanceof Outcome.Unknown<T>)) {
                firstLandedNanos = System.nanoTime();
            }
            if (missing.decrementAndGet() == 0) {
                LockSupport.unpark(waiter);
            }
        }

        List<Outcome<T>> await() {
            boolean interrupted = false;
            while (missing.get() > 0) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            List<Outcome<T>> landed = new ArrayList<>(participants.size());
            for (int i = 0; i < participants.size(); i++) {
                Outcome<T> outcome = outcomes.get(i);
                boolean late = cut.get(i) == 1 && outcome instanceof Outcome.Unknown<T>;
                landed.add(
                        late
                                ? new Outcome.Unknown<>(
                                        ((Outcome.Unknown<T>) outcome).cause(), true)
                                : outcome);
            }
            return landed;
        }

        /**
         * Cuts off those that are later than {@code limitNanos}, or twice as late as the first was.
         */
        @Override
        public void cutLate(long nowNanos, long limitNanos) {
            long first = firstLandedNanos;
            if (first == 0) {
                return;
            }
            long tolerated = Math.max(limitNanos, first - startNanos);
            if (nowNanos - first < tolerated) {
                return;
            }
            for (int i = 0; i < participants.size(); i++) {
                if (outcomes.get(i) == null) {
                    cut.set(i, 1);
                    Participant late = participants.get(i);
                    log.warn(
                            "{}: no answer {} ms after another backend had answered; its connection is cut",
                            late.handle(),
                            (nowNanos - first) / 1_000_000);
                    late.handle().lastError("later than backendTimeout with a statement");
                    late.connection().abort();
                }
            }
        }
    }
}
