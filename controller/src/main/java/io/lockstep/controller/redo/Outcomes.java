package io.lockstep.controller.redo;

import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import io.lockstep.protocol.UpdateCounts;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What became of transactions, for clients that lost their connection in a commit. Holds the newest
 * {@link #KEPT}; a session that asks about an older one is told that nobody knows. Thread-safe.
 */
public final class Outcomes {
    /** At 16 bytes and an entry each, some megabytes; an explicit transaction has two. */
    static final int KEPT = 100_000;

    /** Update counts kept, of all transactions together. */
    static final int COUNTS_KEPT = 200_000;

    /** Longer batches have theirs forgotten. */
    static final int COUNTS_MAX = 10_000;

    private final Map<TransactionId, TransactionOutcome> known =
            new LinkedHashMap<>(); // guarded by this; oldest first
    private final Map<TransactionId, UpdateCounts> counts =
            new LinkedHashMap<>(); // guarded by this; oldest first
    private int countsKept; // guarded by this
    private final Set<Integer> runs = new HashSet<>(); // guarded by this
    private boolean overflown; // guarded by this

    /** Remembers, in place of what was known before. */
    public synchronized void add(List<TransactionId> members, TransactionOutcome outcome) {
        for (TransactionId member : members) {
            known.remove(member);
            known.put(member, outcome);
        }
        Iterator<TransactionId> oldest = known.keySet().iterator();
        while (known.size() > KEPT) {
            oldest.next();
            oldest.remove();
            overflown = true;
        }
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

    /** The log knows what became of all transactions of sessions whose ids begin with this. */
    public synchronized void addRun(int run) {
        runs.add(run);
    }

    /**
     * What became of a transaction whose session is over. One that has left no trace was never
     * committed, if its session's commits would have been logged here and nothing has been dropped.
     */
    public synchronized TransactionOutcome of(TransactionId transaction) {
        TransactionOutcome outcome = known.get(transaction);
        if (outcome != null) {
            return outcome;
        }
        boolean ours = runs.contains((int) (transaction.sessionId() >>> Integer.SIZE));
        return ours && !overflown ? TransactionOutcome.ROLLED_BACK : TransactionOutcome.UNKNOWN;
    }
}
