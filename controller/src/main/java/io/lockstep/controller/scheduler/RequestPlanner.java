package io.lockstep.controller.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * From what an owner asks for to what it lacks: duplicates joined, what it holds left out, very
 * many keys escalated to their table. Guarded by the lock table's mutex, whose entries it shares.
 */
final class RequestPlanner {
    private final Map<Resource, LockEntry> entries;
    private final Escalation escalation;

    RequestPlanner(Map<Resource, LockEntry> entries, int keysMax) {
        this.entries = entries;
        this.escalation = new Escalation(keysMax);
    }

    /** Finds out what the owner lacks. Entries it creates are in the table, though still unused. */
    List<Need> plan(LockOwner owner, List<LockRequest> requests) {
        List<Need> needs = new ArrayList<>(requests.size());
        for (LockRequest wanted : escalated(owner, requests)) {
            if (isCoveredByTable(owner, wanted)) {
                continue;
            }
            LockEntry entry = entries.computeIfAbsent(wanted.resource(), LockEntry::new);
            if (entry.planned != null) {
                entry.planned.target = ModeTable.join(entry.planned.target, wanted.mode());
                continue;
            }
            Hold own = owner.holdOn(entry);
            if (own != null && ModeTable.includes(own.mode, wanted.mode())) {
                continue;
            }
            LockMode target = own == null ? wanted.mode() : ModeTable.join(own.mode, wanted.mode());
            entry.planned = new Need(entry, own, target);
            needs.add(entry.planned);
        }
        for (Need need : needs) {
            need.entry.planned = null;
        }
        return needs;
    }

    private boolean isCoveredByTable(LockOwner owner, LockRequest wanted) {
        if (owner.coveringTables == 0 || wanted.resource().key() == null) {
            return false;
        }
        LockEntry table = entries.get(Resource.table(wanted.resource().table()));
        Hold own = table == null ? null : owner.holdOn(table);
        return own != null && ModeTable.coversKey(own.mode, wanted.mode());
    }

    private List<LockRequest> escalated(LockOwner owner, List<LockRequest> requests) {
        return escalation.isDue(owner, requests)
                ? escalation.plan(owner, requests, (table, mode) -> isFree(owner, table, mode))
                : requests;
    }

    private boolean isFree(LockOwner owner, Resource table, LockMode mode) {
        LockEntry entry = entries.get(table);
        if (entry == null) {
            return true;
        }
        Hold own = owner.holdOn(entry);
        LockMode target = own == null ? mode : ModeTable.join(own.mode, mode);
        return entry.queue().isEmpty() && !new Need(entry, own, target).isBlockedByHolders();
    }
}
