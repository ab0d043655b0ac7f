package io.lockstep.controller.scheduler;

/** One resource that a request lacks. */
final class Need {
    final LockEntry entry;

    /** What the owner has on this resource already, or null. */
    final Hold own;

    /** Everything wanted and already held, as one mode. */
    LockMode target;

    /** Set when the request is complete. */
    Request request;

    Need(LockEntry entry, Hold own, LockMode target) {
        this.entry = entry;
        this.own = own;
        this.target = target;
    }

    boolean isBlockedByHolders() {
        return (entry.heldByOthers(own) & ModeTable.conflicts(target)) != 0;
    }

    boolean conflictsWith(Hold hold) {
        return hold != own && ModeTable.conflict(target, hold.mode);
    }
}
