package io.lockstep.controller.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whoever holds and waits for locks: one transaction (an auto-commit statement is one too).
 * Identity is object identity. The lock manager keeps its bookkeeping of an owner in here.
 */
public class LockOwner {
    /** Up to here a scan of the list is cheaper than a map. */
    private static final int SCAN_MAX = 12;

    private final String label;

    // All of what follows is guarded by the lock table's mutex.
    private final List<Hold> holds = new ArrayList<>(4);
    private Map<LockEntry, Hold> index;

    /** Undecided request, or null. */
    Request waiting;

    boolean hasPermit;

    /** Tables held in a mode that makes (some) locks on their keys superfluous. */
    int coveringTables;

    /** Keys held per table; kept only once there are many keys, see {@link Escalation}. */
    Map<String, Escalation.Tally> keysPerTable;

    /**
     * Holds nothing yet.
     *
     * @param label what {@code lockstep locks} shows, for instance the session and transaction id
     */
    public LockOwner(String label) {
        this.label = label;
    }

    public final String label() {
        return label;
    }

    final List<Hold> holds() {
        return holds;
    }

    final Hold holdOn(LockEntry entry) {
        if (entry.holders == null) {
            return null;
        }
        if (index != null) {
            return index.get(entry);
        }
        for (int i = 0; i < holds.size(); i++) {
            if (holds.get(i).entry == entry) {
                return holds.get(i);
            }
        }
        return null;
    }

    final void add(Hold hold) {
        holds.add(hold);
        if (index != null) {
            index.put(hold.entry, hold);
        } else if (holds.size() > SCAN_MAX) {
            index = new HashMap<>();
            holds.forEach(held -> index.put(held.entry, held));
        }
    }

    /** Forgets the holds that {@code dropped} names, without touching their entries. */
    final void removeAll(List<Hold> dropped) {
        if (index == null) {
            holds.removeAll(dropped);
            return;
        }
        dropped.forEach(hold -> index.remove(hold.entry));
        holds.removeIf(hold -> !index.containsKey(hold.entry));
    }

    final void clear() {
        holds.clear();
        index = null;
        keysPerTable = null;
        coveringTables = 0;
        hasPermit = false;
    }
}
