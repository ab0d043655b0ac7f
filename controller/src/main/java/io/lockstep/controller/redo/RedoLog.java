package io.lockstep.controller.redo;

import io.lockstep.controller.recoverylog.LogException;
import io.lockstep.controller.recoverylog.LogReader;
import io.lockstep.controller.recoverylog.LogRecord;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
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
    private final AtomicLong newestEpoch;
    private final AtomicLong transactions;
    private final Outcomes outcomes;

    // Guards the fields below. Nothing else is done under it.
    private final Object watch = new Object();
    private final TreeMap<Long, Integer> underWay = new TreeMap<>(); // lower bounds of sequences
    private final TreeMap<Long, Integer> committing = new TreeMap<>(); // the same of commits only
    private final TreeMap<Long, Commit> unsettled = new TreeMap<>(); // nobody has answered them
    private final TreeMap<Long, Integer> pinned = new TreeMap<>(); // what must stay in the log
    private int open; // commits appended, or about to be, and neither ended nor unsettled
    private boolean paused; // nobody may append a commit

    /**
     * @param epoch of this reign; every record appended from now on carries it
     * @param outcomes what is known of earlier reigns' transactions; filled from here on
     */
    public RedoLog(RecoveryLog log, long epoch, Outcomes outcomes) {
        this.log = log;
        this.epoch = epoch;
        this.newestEpoch = new AtomicLong(epoch);
        this.outcomes = outcomes;
        this.transactions = new AtomicLong(epoch * TRANSACTIONS_PER_EPOCH);
        log.epoch(epoch);
    }

    /** With which this controller began. */
    public long epoch() {
        return epoch;
    }

    /** Higher than {@link #epoch} once a backend has come into service since. */
    public long newestEpoch() {
        return newestEpoch.get();
    }

    /**
     * One that no backend has seen, for one that is to come into service: nothing of its earlier
     * term can be committed there once its fence shows it. To be logged before it is used.
     */
    public long nextEpoch() {
        return newestEpoch.incrementAndGet();
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
     * @param bound what is held for its transaction, see {@link #settledUpTo}
     * @param entered what is held for the commit itself, see {@link #decidedUpTo}
     */
    public record Commit(long sequence, long bound, long entered, List<TransactionId> members) {}

    /**
     * Appends the commit record, not forced. Waits while commits are {@linkplain #pauseCommits
     * paused}: who is in service is to be looked at afterwards, and stays the same but for those
     * who leave until the commit has ended.
     *
     * @param members the transactions committed together
     */
    public Commit append(RedoWriter writer, List<TransactionId> members) throws LogException {
        long entered = enter();
        long bound = 0;
        boolean held = false;
        boolean appended = false;
        try {
            bound = writer.takeBound(); // before its sequence is known: it is not below
            held = true;
            Commit commit = new Commit(writer.commit(members), bound, entered, members);
            appended = true;
            return commit;
        } finally {
            if (!appended) {
                leave(entered);
                if (held) {
                    release(bound);
                }
            }
        }
    }

    private long enter() {
        boolean interrupted = false;
        synchronized (watch) {
            while (paused) {
                try {
                    watch.wait();
                } catch (InterruptedException e) {
                    interrupted = true; // whoever paused is bound by a deadline
                }
            }
            open++;
            long bound = log.lastSequence() + 1;
            committing.merge(bound, 1, Integer::sum);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return bound;
        }
    }

    private void leave(long entered) {
        synchronized (watch) {
            dropOne(committing, entered);
            open--;
            if (paused && open == 0) {
                watch.notifyAll();
            }
        }
    }

    private static void dropOne(Map<Long, Integer> bounds, long bound) {
        bounds.merge(bound, -1, (had, one) -> had + one == 0 ? null : had + one);
    }

    /**
     * Keeps every further commit from being appended, and waits until those under way have ended.
     * To be undone by {@link #resumeCommits}, soon: all writers wait.
     *
     * @return false if some took longer than {@code timeout}; nothing is paused then
     */
    public boolean pauseCommits(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (watch) {
            if (paused) {
                throw new IllegalStateException("commits are paused already");
            }
            paused = true;
            boolean empty = false;
            try {
                long left = deadline - System.nanoTime();
                while (open > 0 && left > 0) {
                    TimeUnit.NANOSECONDS.timedWait(watch, left);
                    left = deadline - System.nanoTime();
                }
                empty = open == 0;
                return empty;
            } finally {
                if (!empty) {
                    resumeCommits();
                }
            }
        }
    }

    /** Whoever waits to append a commit goes on. */
    public void resumeCommits() {
        synchronized (watch) {
            paused = false;
            watch.notifyAll();
        }
    }

    /**
     * What became of every commit up to here is known, and stands in the log: one without an abort
     * record is committed.
     */
    public long decidedUpTo() {
        synchronized (watch) {
            return committing.isEmpty() ? log.lastSequence() : committing.firstKey() - 1;
        }
    }

    /** Commits of this reign that nobody has answered, oldest first. */
    public List<Commit> unsettled() {
        synchronized (watch) {
            return List.copyOf(unsettled.values());
        }
    }

    /** Whether it is one of the {@link #unsettled}. */
    public boolean isUnsettled(long sequence) {
        synchronized (watch) {
            return unsettled.containsKey(sequence);
        }
    }

    /** One of the {@link #unsettled} has been found on a backend, or done there. */
    public void settled(Commit commit) {
        synchronized (watch) {
            if (unsettled.remove(commit.sequence()) == null) {
                return;
            }
            dropOne(committing, commit.entered());
        }
        outcomes.add(commit.members(), TransactionOutcome.COMMITTED);
        release(commit.bound());
    }

    /** One of the {@link #unsettled} is refused by every backend: taken back, durably. */
    public void refused(Commit commit) throws LogException {
        log.force(new AbortRecord(commit.sequence(), commit.members()).append(log));
        synchronized (watch) {
            if (unsettled.remove(commit.sequence()) == null) {
                return;
            }
            dropOne(committing, commit.entered());
        }
        outcomes.add(commit.members(), TransactionOutcome.ROLLED_BACK);
        release(commit.bound());
    }

    /** Keeps the log from this record on, until {@link #unpin}. */
    public void pin(long from) {
        synchronized (watch) {
            pinned.merge(from, 1, Integer::sum);
        }
    }

    public void unpin(long from) {
        synchronized (watch) {
            dropOne(pinned, from);
        }
    }

    /** The oldest record that must stay in the log; {@code otherwise} if that is older. */
    public long keepFrom(long otherwise) {
        synchronized (watch) {
            return pinned.isEmpty() ? otherwise : Math.min(otherwise, pinned.firstKey());
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
            dropOne(underWay, bound);
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
        leave(commit.entered());
        release(commit.bound());
    }

    /**
     * No backend has it and none ever will: rolled back. Returns when that is durable, since a
     * restart would find the commit record without it.
     */
    public void abort(Commit commit) throws LogException {
        try {
            log.force(new AbortRecord(commit.sequence(), commit.members()).append(log));
        } catch (LogException | RuntimeException | Error e) {
            undecided(commit);
            throw e;
        }
        outcomes.add(commit.members(), TransactionOutcome.ROLLED_BACK);
        leave(commit.entered());
        release(commit.bound());
    }

    /**
     * Nobody can say: it stays under way, so that no backend is believed to hold everything up to
     * it, until it is {@link #settled} or {@link #refused}, or the next start decides.
     */
    public void undecided(Commit commit) {
        outcomes.forget(commit.members());
        synchronized (watch) {
            if (unsettled.put(commit.sequence(), commit) == null) {
                open--;
                if (paused && open == 0) {
                    watch.notifyAll();
                }
            }
        }
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
