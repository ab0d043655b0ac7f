package io.lockstep.controller.scheduler;

/** One owner's lock on one resource; a member of the entry's list of holders. */
final class Hold {
    final LockOwner owner;
    final LockEntry entry;

    /** Changed only through {@link LockEntry#changeMode}. */
    LockMode mode;

    /**
     * Of the request that was granted (or last strengthened) this lock: tells who overtook whom.
     */
    long ticket;

    Hold previous;
    Hold next;

    Hold(LockOwner owner, LockEntry entry, LockMode mode, long ticket) {
        this.owner = owner;
        this.entry = entry;
        this.mode = mode;
        this.ticket = ticket;
    }
}
