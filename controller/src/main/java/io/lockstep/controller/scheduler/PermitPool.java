package io.lockstep.controller.scheduler;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Admission permits: how many transactions may have a connection on every backend. */
final class PermitPool {
    private final int size;
    private final Set<LockOwner> holders = new LinkedHashSet<>();

    /** Requests that lack nothing but a permit when last looked at, in order of arrival. */
    private final List<Request> queue = new ArrayList<>();

    private int seekers;

    PermitPool(int size) {
        if (size < 1) {
            throw new IllegalArgumentException(size + " admission permits, expected at least 1");
        }
        this.size = size;
    }

    int size() {
        return size;
    }

    Set<LockOwner> holders() {
        return holders;
    }

    boolean isExhausted() {
        return holders.size() >= size;
    }

    /** No permit is free, and whoever has one waits for a lock. */
    boolean allHoldersWait() {
        if (!isExhausted()) {
            return false;
        }
        for (LockOwner owner : holders) {
            if (owner.waiting == null) {
                return false;
            }
        }
        return true;
    }

    void take(LockOwner owner) {
        owner.hasPermit = true;
        holders.add(owner);
    }

    void giveBack(LockOwner owner) {
        owner.hasPermit = false;
        holders.remove(owner);
    }

    /** A request that will need a permit, whatever else it lacks, begins to wait. */
    void seek(Request request) {
        if (request.needsPermit()) {
            seekers++;
        }
    }

    /** Such a request stops waiting, for whatever reason. */
    void stopSeeking(Request request) {
        if (request.needsPermit()) {
            seekers--;
        }
        if (request.queuedForPermit) {
            request.queuedForPermit = false;
            queue.remove(request);
        }
    }

    /** Somebody needs a permit, and nobody who has one can return it without getting a lock. */
    boolean mayBeDeadlocked() {
        return seekers > 0 && allHoldersWait();
    }

    List<Request> queue() {
        return queue;
    }

    void enqueue(Request request) {
        if (request.queuedForPermit) {
            return;
        }
        request.queuedForPermit = true;
        int at = queue.size();
        while (at > 0 && queue.get(at - 1).ticket > request.ticket) {
            at--;
        }
        queue.add(at, request);
    }
}
