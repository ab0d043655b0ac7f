package io.lockstep.controller.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * Bounds the memory of transactions that touch very many keys: beyond {@code keysMax} keys of one
 * table the table is locked instead, if nobody is in the way, and beyond {@link #FORCED_FACTOR}
 * times as many even if that means waiting.
 */
final class Escalation {
    private static final int FORCED_FACTOR = 8;

    private final int keysMax;

    Escalation(int keysMax) {
        this.keysMax = keysMax;
    }

    /** How many keys of one table an owner holds, and one mode that includes them all. */
    static final class Tally {
        private int keys;
        private LockMode mode = LockMode.ACCESS_SHARE;

        private void add(LockMode key) {
            keys++;
            mode = ModeTable.join(mode, key);
        }

        private static Tally copy(Tally other) {
            Tally copy = new Tally();
            copy.keys = other.keys;
            copy.mode = other.mode;
            return copy;
        }
    }

    /** Whether there are so many keys that {@link #plan} has to look closer. */
    boolean isDue(LockOwner owner, List<LockRequest> requests) {
        return owner.holds().size() + requests.size() > keysMax;
    }

    /**
     * What to ask for instead: {@code requests}, or the same with the keys of a table replaced by
     * the table.
     *
     * @param isFree whether a table could be locked in a mode at once
     */
    List<LockRequest> plan(
            LockOwner owner, List<LockRequest> requests, BiPredicate<Resource, LockMode> isFree) {
        Map<String, Tally> wanted = new HashMap<>();
        tallies(owner).forEach((table, tally) -> wanted.put(table, Tally.copy(tally)));
        requests.forEach(request -> count(wanted, request.resource(), request.mode()));
        List<LockRequest> planned = requests;
        for (Map.Entry<String, Tally> entry : wanted.entrySet()) {
            Tally tally = entry.getValue();
            if (tally.keys <= keysMax) {
                continue;
            }
            Resource table = Resource.table(entry.getKey());
            LockMode mode = tableMode(tally.mode);
            if (tally.keys > (long) keysMax * FORCED_FACTOR || isFree.test(table, mode)) {
                planned = withoutKeys(planned, entry.getKey());
                planned.add(new LockRequest(table, mode));
            }
        }
        return planned;
    }

    /** Keeps the tally of an owner that has one. */
    static void granted(LockOwner owner, Resource resource, LockMode mode) {
        if (owner.keysPerTable != null) {
            count(owner.keysPerTable, resource, mode);
        }
    }

    /**
     * The key locks of an owner with a tally that {@code table}, just granted in {@code mode},
     * makes superfluous: all of the table's keys or none.
     */
    static List<Hold> superfluous(LockOwner owner, LockEntry table, LockMode mode) {
        if (table.resource.key() != null) {
            return List.of();
        }
        Tally tally = owner.keysPerTable.get(table.resource.table());
        if (tally == null || !ModeTable.coversKey(mode, tally.mode)) {
            return List.of();
        }
        owner.keysPerTable.remove(table.resource.table());
        List<Hold> keys = new ArrayList<>(tally.keys);
        for (Hold hold : owner.holds()) {
            if (isKeyOf(hold.entry.resource, table.resource.table())) {
                keys.add(hold);
            }
        }
        return keys;
    }

    private static Map<String, Tally> tallies(LockOwner owner) {
        if (owner.keysPerTable == null) {
            owner.keysPerTable = new HashMap<>();
            owner.holds()
                    .forEach(hold -> count(owner.keysPerTable, hold.entry.resource, hold.mode));
        }
        return owner.keysPerTable;
    }

    private static void count(Map<String, Tally> tallies, Resource resource, LockMode mode) {
        if (resource.key() != null) {
            tallies.computeIfAbsent(resource.table(), table -> new Tally()).add(mode);
        }
    }

    private static LockMode tableMode(LockMode keys) {
        return switch (keys) {
            case ACCESS_SHARE, INTENT_SHARE, SHARE -> LockMode.SHARE;
            case INTENT_EXCLUSIVE, SHARE_INTENT_EXCLUSIVE, EXCLUSIVE -> LockMode.EXCLUSIVE;
            case KEY_SHARE, NO_KEY_EXCLUSIVE, ACCESS_EXCLUSIVE -> keys;
        };
    }

    private static List<LockRequest> withoutKeys(List<LockRequest> requests, String table) {
        List<LockRequest> kept = new ArrayList<>();
        for (LockRequest request : requests) {
            if (!isKeyOf(request.resource(), table)) {
                kept.add(request);
            }
        }
        return kept;
    }

    private static boolean isKeyOf(Resource resource, String table) {
        return resource.key() != null && resource.table().equals(table);
    }
}
