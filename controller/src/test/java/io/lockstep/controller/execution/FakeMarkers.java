package io.lockstep.controller.execution;

import io.lockstep.backends.markers.FencedException;
import io.lockstep.backends.markers.Marker;
import io.lockstep.backends.markers.Markers;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a {@link FakeBackend} holds of Lockstep's own. Thread-safe. */
public final class FakeMarkers implements Markers {
    private final FakeBackend backend;
    private final TreeSet<Long> markers = new TreeSet<>(); // guarded by this
    private long watermark; // guarded by this
    private Claim claim; // guarded by this
    private Claim own; // guarded by this
    private volatile Term term = new Term();
    private final List<Long> raisedAt = new CopyOnWriteArrayList<>();
    private volatile Runnable beforeAdvance = () -> {};

    /** From one taking over to the next. */
    static final class Term {
        private volatile long epoch = -1;
        private volatile boolean forgotten;

        long epoch() {
            return epoch;
        }

        boolean hasForgotten() {
            return forgotten;
        }
    }

    FakeMarkers(FakeBackend backend) {
        this.backend = backend;
    }

    /** Whoever has it, from before the story begins. */
    public synchronized void claimed(Claim holder) {
        claim = holder;
    }

    synchronized void forget() {
        markers.clear();
        watermark = 0;
        term.forgotten = true;
    }

    Term term() {
        return term;
    }

    void newTerm() {
        term = new Term();
    }

    /** One for each time its fence was raised; grows. */
    List<Long> raisedAtNanos() {
        return Collections.unmodifiableList(raisedAt);
    }

    /** Runs in front of each change of the watermark. */
    void beforeAdvance(Runnable task) {
        beforeAdvance = task;
    }

    /** Whoever commits under another epoch than the claim's is refused. */
    synchronized void checkFence(List<Marker> inserted) throws FencedException {
        Claim holder = claim;
        if (holder != null && inserted.stream().anyMatch(m -> m.epoch() != holder.epoch())) {
            throw new FencedException(backend.name(), holder, null);
        }
    }

    synchronized boolean has(long sequence) {
        return sequence <= watermark || markers.contains(sequence);
    }

    /** With the rest of its transaction. */
    synchronized void commit(List<Marker> inserted) {
        inserted.forEach(marker -> markers.add(marker.sequence()));
    }

    private void contact() throws SQLException {
        if (backend.isDead()) {
            throw new FakeConnection(backend).lost();
        }
    }

    @Override
    public void create() throws SQLException {
        contact();
    }

    @Override
    public synchronized Optional<Claim> claim() throws SQLException {
        contact();
        return Optional.ofNullable(claim);
    }

    @Override
    public synchronized void raise(Claim expected, Claim next) throws SQLException {
        contact();
        if (claim != null && !claim.equals(expected)) {
            throw new FencedException(backend.name(), claim, null);
        }
        claim = next;
        own = next;
        term.epoch = next.epoch();
        raisedAt.add(System.nanoTime());
    }

    @Override
    public long epoch() {
        return term.epoch();
    }

    @Override
    public synchronized boolean isOwn(Claim other) {
        return own != null && own.log().equals(other.log()) && own.holder().equals(other.holder());
    }

    @Override
    public synchronized Position position() throws SQLException {
        contact();
        return new Position(
                watermark,
                markers.tailSet(watermark, false).stream().mapToLong(Long::longValue).toArray());
    }

    @Override
    public void advance(long sequence, long epoch) throws SQLException {
        beforeAdvance.run();
        contact();
        synchronized (this) {
            if (epoch != term.epoch()) {
                throw new SQLException(backend.name() + " is in another term");
            }
            watermark = Math.max(watermark, sequence);
        }
    }

    @Override
    public List<String> nonDurableTables() {
        return List.of();
    }
}
