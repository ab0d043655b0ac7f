package io.lockstep.controller.redo;

import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import io.lockstep.protocol.UpdateCounts;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of transactions, for clients that lost their connection in a commit. Holds the newest
 * {@link #KEPT}. Whoever asks about an older one is told that nobody knows; about one without a
 * trace that is newer than all that was dropped of its session, that it was never committed.
 * Thread-safe.
 */
public final class Outcomes {
    /** At 16 bytes and an entry each, some megabytes; an explicit transaction has two. */
    static final int KEPT = 100_000;

    /** Update counts kept, of all transactions together. */
    static final int COUNTS_KEPT = 200_000;

    /** Longer batches have theirs forgotten. */
    static final int COUNTS_MAX = 10_000;

    /** Sessions of which it is remembered what was dropped; some times those open at once. */
    static final int SESSIONS_KEPT = 10_000;

    private final Map<TransactionId, TransactionOutcome> known =
            new LinkedHashMap<>(); // guarded by this; oldest first
    private final Map<TransactionId, UpdateCounts> counts =
            new LinkedHashMap<>(); // guarded by this; oldest first
    private int countsKept; // guarded by this

    /**
     * The highest number of each session up to which outcomes have been dropped. Guarded by this;
     * least recently raised first.
     */
    private final Map<Long, Integer> dropped = new LinkedHashMap<>();

    /**
     * Runs of controllers of which the log knows everything, each with the newest of its sessions
     * that went out of {@link #dropped}. Guarded by this.
     */
    private final Map<Integer, Integer> runs = new HashMap<>();

    /** Remembers, in place of what was known before. */
    public synchronized void add(List<TransactionId> members, TransactionOutcome outcome) {
        for (TransactionId member : members) {
            if (!runs.containsKey(run(member.sessionId()))
                    && !dropped.containsKey(member.sessionId())) {
                drop(member.sessionId(), member.sequence() - 1); // the log may have lost those
            }
            known.remove(member);
            known.put(member, outcome);
        }
        Iterator<TransactionId> oldest = known.keySet().iterator();
        while (known.size() > KEPT) {
            TransactionId old = oldest.next();
            oldest.remove();
            drop(old.sessionId(), old.sequence());
        }
    }

    private static int run(long sessionId) {
        return (int) (sessionId >>> Integer.SIZE);
    }

    private void drop(long sessionId, int upTo) {
        Integer before = dropped.remove(sessionId);
        dropped.put(sessionId, before == null ? upTo : higher(before, upTo));
        if (dropped.size() > SESSIONS_KEPT) {
            Iterator<Long> oldest = dropped.keySet().iterator();
            long session = oldest.next();
            oldest.remove();
            runs.computeIfPresent(run(session), (run, newest) -> higher(newest, (int) session));
        }
    }

    /** Numbers are unsigned. */
    private static int higher(int a, int b) {
        return Integer.compareUnsigned(a, b) > 0 ? a : b;
    }

    synchronized void forget(List<TransactionId> members) {
        members.forEach(known::remove);
        members.forEach(member -> known.put(member, TransactionOutcome.UNKNOWN));
    }

    /**
     * What the client of an auto-commit statement or batch will be told if it is committed. Not in
     * the log: a restart forgets it.
     */
    public synchronized void counts(TransactionId transaction, UpdateCounts answer) {
        if (answer.size() > COUNTS_MAX) {
            return;
        }
        UpdateCounts before = counts.remove(transaction);
        counts.put(transaction, answer);
        countsKept += answer.size() - (before == null ? 0 : before.size());
        Iterator<UpdateCounts> oldest = counts.values().iterator();
        while (countsKept > COUNTS_KEPT || counts.size() > KEPT) {
            countsKept -= oldest.next().size();
            oldest.remove();
        }
    }

    /** Null if they are not known. */
    public synchronized UpdateCounts countsOf(TransactionId transaction) {
        return counts.get(transaction);
    }

    /**
     * The log knows what became of all transactions of sessions whose ids begin with this; the
     * second halves of the ids rise.
     */
    public synchronized void addRun(int run) {
        runs.putIfAbsent(run, 0);
    }

    /**
     * What became of a transaction whose session is over. Since the numbers of a session rise, one
     * that has left no trace was never committed if it is newer than all that was dropped.
     */
    public synchronized TransactionOutcome of(TransactionId transaction) {
        TransactionOutcome outcome = known.get(transaction);
        if (outcome != null) {
            return outcome;
        }
        long session = transaction.sessionId();
        Integer droppedUpTo = dropped.get(session);
        boolean newer;
        if (droppedUpTo != null) {
            newer = Integer.compareUnsigned(transaction.sequence(), droppedUpTo) > 0;
        } else {
            Integer droppedSession = runs.get(run(session));
            newer =
                    droppedSession != null
                            && Integer.compareUnsigned((int) session, droppedSession) > 0;
        }
        return newer ? TransactionOutcome.ROLLED_BACK : TransactionOutcome.UNKNOWN;
    }
}
