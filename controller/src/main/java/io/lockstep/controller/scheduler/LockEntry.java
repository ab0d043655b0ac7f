package io.lockstep.controller.scheduler;

import java.util.ArrayList;
import java.util.List;

/** One locked or waited-for resource: who holds it, and who is queued in order of arrival. */
final class LockEntry {
    final Resource resource;

    /** Intrusive list, newest first. */
    Hold holders;

    private int heldMask;
    private int waitingMask;
    private List<Need> queue = List.of();

    /** Scratch of the request being planned: its need of this entry. Null between operations. */
    Need planned;

    LockEntry(Resource resource) {
        this.resource = resource;
    }

    boolean isUnused() {
        return holders == null && queue.isEmpty();
    }

    List<Need> queue() {
        return queue;
    }

    void addHolder(Hold hold) {
        hold.next = holders;
        if (holders != null) {
            holders.previous = hold;
        }
        holders = hold;
        heldMask |= ModeTable.bit(hold.mode);
    }

    void removeHolder(Hold hold) {
        heldMask = heldByOthers(hold);
        if (hold.previous == null) {
            holders = hold.next;
        } else {
            hold.previous.next = hold.next;
        }
        if (hold.next != null) {
            hold.next.previous = hold.previous;
        }
        hold.previous = null;
        hold.next = null;
    }

    void changeMode(Hold hold, LockMode mode) {
        heldMask = heldByOthers(hold) | ModeTable.bit(mode);
        hold.mode = mode;
    }

    /** The modes held by everybody but {@code own} (which may be null), as bits. */
    int heldByOthers(Hold own) {
        if (own == null) {
            return heldMask;
        }
        for (Hold hold = holders; hold != null; hold = hold.next) {
            if (hold != own && hold.mode == own.mode) {
                return heldMask;
            }
        }
        return heldMask & ~ModeTable.bit(own.mode);
    }

    void enqueue(Need need) {
        if (queue.isEmpty()) {
            queue = new ArrayList<>(2);
        }
        queue.add(need); // tickets only grow, so the end is its place
        waitingMask |= ModeTable.bit(need.target);
    }

    void dequeue(Need need) {
        queue.remove(need);
        if (queue.isEmpty()) {
            queue = List.of();
        }
        waitingMask = 0;
        for (Need other : queue) {
            waitingMask |= ModeTable.bit(other.target);
        }
    }

    /**
     * Whether {@code need} has to stand behind somebody queued here before it.
     *
     * <p>A request ahead counts only while it could not have this resource now or has missed its
     * turn once ({@link Request#reserving}): one that waits for something else entirely would only
     * keep a free resource idle.
     *
     * @param ahead receives those requests, without those that one of them waits behind anyway; or
     *     null to stop at the first
     */
    boolean isHeldBack(Need need, List<Request> ahead) {
        int conflicts = ModeTable.conflicts(need.target);
        if ((waitingMask & conflicts) == 0) {
            return false;
        }
        boolean heldBack = false;
        int begin = ahead == null ? 0 : ahead.size();
        int inForce = 0;
        for (Need other : queue) {
            if (other.request.ticket >= need.request.ticket) {
                break;
            }
            if (!other.request.reserving
                    && !other.isBlockedByHolders()
                    && (inForce & ModeTable.conflicts(other.target)) == 0) {
                continue;
            }
            inForce |= ModeTable.bit(other.target);
            if ((conflicts & ModeTable.bit(other.target)) != 0
                    && !need.request.mayPass(other.request)) {
                heldBack = true;
                if (ahead == null) {
                    break;
                }
                if (!other.request.passesAnybody()
                        && (conflicts & ~ModeTable.conflicts(other.target)) == 0) {
                    ahead.subList(begin, ahead.size()).clear(); // keeps long queues a chain
                }
                ahead.add(other.request);
            }
        }
        return heldBack;
    }
}
