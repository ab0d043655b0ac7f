package io.lockstep.controller.membership;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of one virtual database and who of them is in service. Thread-safe.
 *
 * <p>A backend that leaves is out of {@link #view} at once, so that nothing new is sent to it;
 * {@link #leave} returns when that is durable, and only then may a client hear of a success the
 * departed backend has no part in. The last backend in service is put out neither for silence nor
 * by the operator: it alone holds every acknowledged write.
 */
public final class Membership implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Membership.class);

    private final String virtualDatabase;
    private final MembershipFile file;
    private final long epoch;
    private final ExecutorService writer;

    private final ReentrantLock changing =
            new ReentrantLock(); // guards writes of `view`; no I/O under it
    private volatile View view;
    private volatile long durableView; // written by the writer thread only
    private volatile IOException failure;

    private Membership(String virtualDatabase, MembershipFile file, long epoch, View view) {
        this.virtualDatabase = virtualDatabase;
        this.file = file;
        this.epoch = epoch;
        this.view = view;
        this.writer =
                Executors.newSingleThreadExecutor(
                        task -> {
                            Thread thread =
                                    new Thread(task, "lockstep-membership-" + virtualDatabase);
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * Reads the last durable view, or starts the first one with every declared backend in service,
     * and begins a new epoch, durably. A backend that is declared for the first time while others
     * have a history stays out.
     *
     * @param declared names in declaration order
     * @param changed standings that are others from this start on, with the reason; they become
     *     durable together with the new epoch. Some backend must be left in service
     * @param epoch of this reign; higher than any before
     */
    public static Membership open(
            String virtualDatabase,
            List<String> declared,
            MembershipFile file,
            Map<String, View.Standing> changed,
            long epoch)
            throws IOException {
        Optional<MembershipFile.Stored> stored = file.read();
        long now = System.currentTimeMillis();
        Map<String, View.Standing> standings = new LinkedHashMap<>();
        for (String name : declared) {
            standings.put(
                    name,
                    changed.getOrDefault(
                            name,
                            stored.map(s -> s.view().standings().get(name))
                                    .orElse(firstStanding(stored, now))));
        }
        long number = stored.map(s -> s.view().number()).orElse(0L) + 1;
        Membership membership =
                new Membership(virtualDatabase, file, epoch, new View(number, standings));
        membership.awaitDurable(number);
        changed.forEach((name, standing) -> logChanged(virtualDatabase, name, standing, number));
        return membership;
    }

    private static View.Standing firstStanding(Optional<MembershipFile.Stored> stored, long now) {
        return stored.isEmpty()
                ? new View.Standing(BackendState.ENABLED, "", now)
                : new View.Standing(
                        BackendState.DISABLED,
                        "declared after this virtual database had started: its contents were never compared",
                        now);
    }

    public View view() {
        return view;
    }

    public long epoch() {
        return epoch;
    }

    /**
     * Takes a backend out of service and returns when that is durable. If it has left already, only
     * waits for that.
     *
     * @param left called before that is durable, by the one call that takes it out
     * @return false if it stays because it is the last one in service and {@code state} is not
     *     {@link BackendState#DISAGREED}
     * @throws IOException if the change could not be made durable: no write may be acknowledged any
     *     more
     */
    public boolean leave(String backend, BackendState state, String reason, Runnable left)
            throws IOException {
        long number;
        boolean leaves = false;
        changing.lock();
        try {
            View now = view;
            if (now.serves(backend)) {
                if (state != BackendState.DISAGREED && now.inService().size() == 1) {
                    return false;
                }
                view =
                        now.with(
                                backend,
                                new View.Standing(state, reason, System.currentTimeMillis()));
                leaves = true;
            }
            number = view.number();
        } finally {
            changing.unlock();
        }
        if (durableView < number) {
            logLeft(virtualDatabase, backend, view.standings().get(backend), number);
        }
        if (leaves) {
            left.run();
        }
        awaitDurable(number);
        return true;
    }

    /**
     * Puts a backend into service that holds everything committed so far, and returns when that is
     * durable. The caller sees to it that nothing is committed meanwhile.
     *
     * @param from its standing when that was begun
     * @return false if it was given another one since, even of the same state, and stays in that
     * @throws IOException as {@link #leave}
     */
    public boolean enter(String backend, View.Standing from) throws IOException {
        return change(
                backend,
                from,
                new View.Standing(BackendState.ENABLED, "", System.currentTimeMillis()));
    }

    /**
     * Records what a backend that is not in service has turned out to be; returns when that is
     * durable. Does nothing if it serves.
     *
     * @throws IOException as {@link #leave}
     */
    public void judge(String backend, BackendState state, String reason) throws IOException {
        if (state == BackendState.ENABLED) {
            throw new IllegalArgumentException("only enter puts " + backend + " into service");
        }
        change(backend, null, new View.Standing(state, reason, System.currentTimeMillis()));
    }

    /** Null: from whatever standing that is not in service. */
    @SuppressWarnings("ReferenceEquality") // an equal one may be another decision
    private boolean change(String backend, View.Standing from, View.Standing standing)
            throws IOException {
        long number;
        boolean changed = false;
        changing.lock();
        try {
            View.Standing now = view.standings().get(backend);
            if (from == null ? now.state() != BackendState.ENABLED : now == from) {
                view = view.with(backend, standing);
                changed = true;
            }
            number = view.number();
        } finally {
            changing.unlock();
        }
        awaitDurable(number);
        if (changed) {
            logChanged(virtualDatabase, backend, standing, number);
        }
        return changed;
    }

    private static void logChanged(
            String virtualDatabase, String backend, View.Standing standing, long number) {
        if (standing.state() == BackendState.ENABLED) {
            log.info("{}: backend {} is in service in view {}", virtualDatabase, backend, number);
        } else {
            logLeft(virtualDatabase, backend, standing, number);
        }
    }

    private static void logLeft(
            String virtualDatabase, String backend, View.Standing standing, long number) {
        log.warn(
                "{}: backend {} leaves service as {} in view {}: {}",
                virtualDatabase,
                backend,
                standing.state(),
                number,
                standing.reason());
    }

    /** Set once a view could not be made durable; from then on writes must be refused. */
    public Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Returns when the present view is durable; at once if it is. Whoever saw that a backend had
     * left, and did without it, must call this before a client hears of success.
     *
     * @throws IOException as {@link #leave}
     */
    public void awaitRecorded() throws IOException {
        long number = view.number();
        if (durableView < number) {
            awaitDurable(number);
        }
    }

    private void awaitDurable(long number) throws IOException {
        try {
            writer.submit(() -> writeUpTo(number)).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(
                    "interrupted while view " + number + " was being made durable", e);
        } catch (RejectedExecutionException e) {
            throw new IOException(
                    "view "
                            + number
                            + " of "
                            + virtualDatabase
                            + " is not durable: the controller is stopping",
                    e);
        } catch (ExecutionException e) {
            throw new IOException(
                    "view "
                            + number
                            + " of "
                            + virtualDatabase
                            + " is not durable: "
                            + e.getCause().getMessage(),
                    e);
        }
    }

    private Void writeUpTo(long number) throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
        if (durableView >= number) {
            return null;
        }
        View latest = view;
        try {
            file.write(new MembershipFile.Stored(epoch, latest));
        } catch (IOException e) {
            failure = e;
            log.error(
                    "{}: cannot write {}: writes stop until the controller is restarted on a healthy disk",
                    virtualDatabase,
                    file.path(),
                    e);
            throw e;
        }
        durableView = latest.number();
        return null;
    }

    @Override
    public void close() {
        writer.shutdown();
    }
}
