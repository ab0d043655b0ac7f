package io.lockstep.controller.redo;

import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
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
    /** At 16 bytes and an entry each, some megabytes. */
    static final int KEPT = 50_000;

    private final Map<TransactionId, TransactionOutcome> known =
            new LinkedHashMap<>(); // guarded by this; oldest first
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
