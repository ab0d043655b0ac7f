package io.lockstep.controller.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One call of {@link LockManager#acquire}, from its arrival to its decision. */
final class Request {
    final LockOwner owner;

    /** Order of arrival over the whole lock table. */
    final long ticket;

    final List<Need> needs;
    final LockManager.Options options;
    final Consumer<LockResult> whenDone;
    final long arrivedNanos;

    /**
     * Missed its turn: everything it waited for at first has been released, but meanwhile others
     * took what it also needs. From now on nobody overtakes it anywhere, so it misses one turn at
     * most.
     */
    boolean reserving;

    /** Has all locks within reach and stands in the queue for a permit. */
    boolean queuedForPermit;

    /** How it ended; null while it is undecided. */
    LockResult result;

    DeadlineTimer.Cancellable deadline;

    private List<Request> passes = List.of();

    Request(
            LockOwner owner,
            long ticket,
            List<Need> needs,
            LockManager.Options options,
            Consumer<LockResult> whenDone,
            long arrivedNanos) {
        this.owner = owner;
        this.ticket = ticket;
        this.needs = needs;
        this.options = options;
        this.whenDone = whenDone;
        this.arrivedNanos = arrivedNanos;
        for (Need need : needs) {
            need.request = this;
        }
    }

    boolean isWaiting() {
        return owner.waiting == this;
    }

    boolean needsPermit() {
        return options.admission() && !owner.hasPermit;
    }

    /** Lets this request overtake {@code other}, which cannot proceed before this one has. */
    void pass(Request other) {
        if (passes.isEmpty()) {
            passes = new ArrayList<>(2);
        }
        passes.add(other);
    }

    boolean mayPass(Request other) {
        return passes.contains(other); // identity: Request does not define equals
    }

    boolean passesAnybody() {
        return !passes.isEmpty();
    }

    Need firstBlockedByHolders() {
        for (Need need : needs) {
            if (need.isBlockedByHolders()) {
                return need;
            }
        }
        return null;
    }

    Need firstHeldBack() {
        for (Need need : needs) {
            if (need.entry.isHeldBack(need, null)) {
                return need;
            }
        }
        return null;
    }

    /** Everybody still in the way arrived later than this request. */
    boolean wasOvertaken() {
        for (Need need : needs) {
            for (Hold hold = need.entry.holders; hold != null; hold = hold.next) {
                if (hold.ticket < ticket && need.conflictsWith(hold)) {
                    return false;
                }
            }
        }
        return true;
    }
}
