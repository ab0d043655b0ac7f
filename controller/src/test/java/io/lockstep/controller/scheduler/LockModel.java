package io.lockstep.controller.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a lock table must agree with, written down without any cleverness. */
final class LockModel {
    final int permits;
    final Map<String, Map<Resource, LockMode>> held = new LinkedHashMap<>();
    final Map<String, Wait> waiting = new LinkedHashMap<>();
    final Set<String> admitted = new HashSet<>();

    record Wait(List<LockRequest> requests, boolean admission) {}

    LockModel(int permits) {
        this.permits = permits;
    }

    Map<Resource, LockMode> heldBy(String owner) {
        return held.computeIfAbsent(owner, key -> new HashMap<>());
    }

    void granted(String owner, Wait wait) {
        wants(owner, wait).forEach(heldBy(owner)::put);
        if (wait.admission) {
            admitted.add(owner);
        }
        waiting.remove(owner);
    }

    void released(String owner) {
        held.remove(owner);
        admitted.remove(owner);
        waiting.remove(owner);
    }

    /** The mode the owner would end with on each resource it asks for. */
    Map<Resource, LockMode> wants(String owner, Wait wait) {
        Map<Resource, LockMode> wants = new HashMap<>();
        for (LockRequest request : wait.requests) {
            if (isCovered(owner, request)) {
                continue;
            }
            LockMode before =
                    wants.getOrDefault(request.resource(), heldBy(owner).get(request.resource()));
            wants.put(
                    request.resource(),
                    before == null ? request.mode() : ModeTable.join(before, request.mode()));
        }
        return wants;
    }

    private boolean isCovered(String owner, LockRequest request) {
        if (request.resource().key() == null) {
            return false;
        }
        LockMode table = heldBy(owner).get(Resource.table(request.resource().table()));
        return table != null && ModeTable.coversKey(table, request.mode());
    }

    Set<String> holdersInTheWay(String owner, Wait wait) {
        Set<String> blockers = new HashSet<>();
        wants(owner, wait)
                .forEach(
                        (resource, mode) ->
                                held.forEach(
                                        (other, locks) -> {
                                            LockMode theirs = locks.get(resource);
                                            if (!other.equals(owner)
                                                    && theirs != null
                                                    && ModeTable.conflict(mode, theirs)) {
                                                blockers.add(other);
                                            }
                                        }));
        return blockers;
    }

    boolean lacksPermit(String owner, Wait wait) {
        return wait.admission && !admitted.contains(owner) && admitted.size() >= permits;
    }

    /** Those who could not go on even if everybody who is not waiting gave everything back. */
    Set<String> deadlocked() {
        Set<String> stuck = new HashSet<>(waiting.keySet());
        boolean progress = true;
        while (progress) {
            progress = false;
            for (String owner : new ArrayList<>(stuck)) {
                Wait wait = waiting.get(owner);
                boolean free = holdersInTheWay(owner, wait).stream().noneMatch(stuck::contains);
                if (free && (!lacksPermit(owner, wait) || !stuck.containsAll(admitted))) {
                    stuck.remove(owner);
                    progress = true;
                }
            }
        }
        return stuck;
    }

    /** Waits although nobody, holding or waiting, wants anything that conflicts. */
    Set<String> idlers() {
        Set<String> idlers = new HashSet<>();
        waiting.forEach(
                (owner, wait) -> {
                    boolean blocked =
                            !holdersInTheWay(owner, wait).isEmpty() || lacksPermit(owner, wait);
                    for (Map.Entry<String, Wait> other : waiting.entrySet()) {
                        blocked |=
                                !other.getKey().equals(owner)
                                        && conflict(owner, wait, other.getKey(), other.getValue());
                    }
                    if (!blocked) {
                        idlers.add(owner);
                    }
                });
        return idlers;
    }

    private boolean conflict(String owner, Wait wait, String other, Wait theirs) {
        Map<Resource, LockMode> wanted = wants(other, theirs);
        return wants(owner, wait).entrySet().stream()
                .anyMatch(
                        entry ->
                                wanted.containsKey(entry.getKey())
                                        && ModeTable.conflict(
                                                entry.getValue(), wanted.get(entry.getKey())));
    }
}
