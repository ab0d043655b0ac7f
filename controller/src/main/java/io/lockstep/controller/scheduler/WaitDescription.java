package io.lockstep.controller.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Says of a waiting request, for messages and the operator, what is in its way. */
final class WaitDescription {
    /** How many of those in the way are named. */
    private static final int NAMED_MAX = 5;

    private WaitDescription() {}

    /** What the request waits for first, and whom. */
    static LockManager.Waiting describe(Request request, PermitPool permits, long nowNanos) {
        Need need = request.firstBlockedByHolders();
        List<String> waitsFor = new ArrayList<>();
        if (need != null) {
            for (Hold hold = need.entry.holders; hold != null; hold = hold.next) {
                if (need.conflictsWith(hold)) {
                    waitsFor.add(hold.owner.label());
                }
            }
        } else {
            need = request.firstHeldBack();
            if (need != null) {
                List<Request> ahead = new ArrayList<>();
                need.entry.isHeldBack(need, ahead);
                ahead.forEach(other -> waitsFor.add(other.owner.label()));
            } else {
                permits.holders().forEach(owner -> waitsFor.add(owner.label()));
            }
        }
        return new LockManager.Waiting(
                request.owner.label(),
                need == null ? "admission" : need.entry.resource.toString(),
                need == null ? null : need.target,
                (nowNanos - request.arrivedNanos) / 1_000_000,
                abridged(waitsFor));
    }

    private static List<String> abridged(List<String> labels) {
        if (labels.size() <= NAMED_MAX) {
            return Collections.unmodifiableList(labels);
        }
        List<String> some = new ArrayList<>(labels.subList(0, NAMED_MAX));
        some.add((labels.size() - NAMED_MAX) + " more");
        return some;
    }
}
