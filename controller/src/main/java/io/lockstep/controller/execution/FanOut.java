package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.FailureClass;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
            for (int i = 1; i < count; i++) {
                int index = i;
                participants
                        .get(i)
                        .handle()
                        .workers()
                        .execute(() -> flight.land(index, attempt(participants.get(index), work)));
            }
            flight.land(0, attempt(participants.get(0), work));
            return flight.await();
        } finally {
            watch.remove(flight);
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
        } catch (RuntimeException e) {
            // A driver that breaks leaves the statement's fate open.
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
    static final class Flight<T> {
        private final List<Participant> participants;
        private final AtomicReferenceArray<Outcome<T>> outcomes;
        private final AtomicInteger missing;
        private final Thread waiter = Thread.currentThread();
        private final long startNanos = System.nanoTime();
        private volatile long firstLandedNanos; // 0 = none yet
        private volatile boolean cut;

        Flight(List<Participant> participants) {
            this.participants = participants;
            this.outcomes = new AtomicReferenceArray<>(participants.size());
            this.missing = new AtomicInteger(participants.size());
        }

        void land(int index, Outcome<T> outcome) {
            outcomes.set(index, outcome);
            if (firstLandedNanos == 0) {
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
                boolean late = cut && outcome instanceof Outcome.Unknown<T>;
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
        void cutLate(long nowNanos, long limitNanos) {
            long first = firstLandedNanos;
            if (first == 0) {
                return;
            }
            long tolerated = Math.max(limitNanos, first - startNanos);
            if (nowNanos - first < tolerated) {
                return;
            }
            cut = true;
            for (int i = 0; i < participants.size(); i++) {
                if (outcomes.get(i) == null) {
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
