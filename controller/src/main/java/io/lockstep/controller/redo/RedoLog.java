package io.lockstep.controller.redo;

import io.lockstep.controller.recoverylog.LogException;
import io.lockstep.controller.recoverylog.LogReader;
import io.lockstep.controller.recoverylog.LogRecord;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The commits of one virtual database: what goes into its recovery log, which of them are still
 * under way, and what became of those that are not. Thread-safe.
 *
 * <p>A commit record is an intent until a backend has committed it. Whoever has appended one calls
 * exactly one of {@link #committed}, {@link #abort} and {@link #undecided}.
 */
public final class RedoLog implements AutoCloseable {
    private static final long TRANSACTIONS_PER_EPOCH = 1L << 40;

    private final RecoveryLog log;
    private final long epoch;
    private final AtomicLong transactions;
    private final Outcomes outcomes;

    // Guards underWay. Nothing else is done under it.
    private final Object watch = new Object();
    private final TreeMap<Long, Integer> underWay = new TreeMap<>(); // lower bounds of sequences

    /**
     * @param epoch of this reign; every record appended from now on carries it
     * @param outcomes what is known of earlier reigns' transactions; filled from here on
     */
    public RedoLog(RecoveryLog log, long epoch, Outcomes outcomes) {
        this.log = log;
        this.epoch = epoch;
        this.outcomes = outcomes;
        this.transactions = new AtomicLong(epoch * TRANSACTIONS_PER_EPOCH);
        log.epoch(epoch);
    }

    public long epoch() {
        return epoch;
    }

    public RecoveryLog log() {
        return log;
    }

    public Outcomes outcomes() {
        return outcomes;
    }

    /** A transaction that has written nothing yet. */
    public RedoWriter begin() {
        return new RedoWriter(this, transactions.incrementAndGet());
    }

    /**
     * A commit under way.
     *
     * @param sequence its number, by which the backends' markers name it
     */
    public record Commit(long sequence, long bound, List<TransactionId> members) {}

    /**
     * Appends the commit record, not forced.
     *
     * @param members the transactions committed together
     */
    public Commit append(RedoWriter writer, List<TransactionId> members) throws LogException {
        long bound = writer.takeBound(); // before its sequence is known: it is not below
        boolean appended = false;
        try {
            Commit commit = new Commit(writer.commit(members), bound, members);
            appended = true;
            return commit;
        } finally {
            if (!appended) {
                release(bound);
            }
        }
    }

    /** Keeps what is appended from now on from being taken for settled. */
    long hold() {
        synchronized (watch) {
            long bound = log.lastSequence() + 1;
            underWay.merge(bound, 1, Integer::sum);
            return bound;
        }
    }

    void release(long bound) {
        synchronized (watch) {
            underWay.merge(bound, -1, (had, one) -> had + one == 0 ? null : had + one);
        }
    }

    /**
     * Reads a commit record back.
     *
     * @throws IOException if it cannot be read
     */
    public CommitRecord find(Commit commit) throws IOException {
        try (LogReader reader = log.read(commit.sequence())) {
            LogRecord record = reader.next();
            if (record == null || record.sequence() != commit.sequence()) {
                throw new DamagedRedoException(
                        "commit record " + commit.sequence() + " is not in the log");
            }
            return CommitRecord.of(record);
        }
    }

    /** Starts forcing without waiting. */
    public void forceSoon(Commit commit) {
        log.forceSoon(commit.sequence());
    }

    /** Returns when the commit record is durable. */
    public void force(Commit commit) throws LogException {
        log.force(commit.sequence());
    }

    /** Every backend in service has confirmed it. */
    public void committed(Commit commit) {
        outcomes.add(commit.members(), TransactionOutcome.COMMITTED);
        release(commit.bound());
    }

    /**
     * No backend has it and none ever will: rolled back. The abort record is in front of whatever
     * is appended next.
     *
     * @param durable whether to wait until it is forced: before anybody hears of the failure
     */
    public void abort(Commit commit, boolean durable) throws LogException {
        try {
            long record = new AbortRecord(commit.sequence(), commit.members()).append(log);
            if (durable) {
                log.force(record);
            }
            outcomes.add(commit.members(), TransactionOutcome.ROLLED_BACK);
            release(commit.bound());
        } catch (LogException e) {
            undecided(commit);
            throw e;
        }
    }

    /**
     * Nobody can say: it stays under way, so that no backend is believed to hold everything up to
     * it, until the next start decides.
     */
    public void undecided(Commit commit) {
        outcomes.forget(commit.members());
    }

    /**
     * Every commit up to here has ended: backends that have been in service since hold them all.
     */
    public long settledUpTo() {
        synchronized (watch) {
            return underWay.isEmpty() ? log.lastSequence() : underWay.firstKey() - 1;
        }
    }

    /** Why nothing can be committed any more; empty if all is well. */
    public Optional<LogException> failure() {
        return log.failure();
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
