package io.lockstep.controller.request;

import io.lockstep.controller.execution.CommitGroups;
import io.lockstep.controller.scheduler.LockManager;
import io.lockstep.controller.scheduler.LockOwner;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Lets commit groups use an admission permit that no transaction needs at the moment, so that an
 * extra lane never waits for a connection while it holds its members' locks. Thread-safe.
 */
public final class PermitLanes implements CommitGroups.ExtraLanes {
    private static final LockManager.Options AT_ONCE = new LockManager.Options(0, true);

    private final LockManager locks;
    private final ReadSlots readSlots;
    private final Deque<LockOwner> taken = new ArrayDeque<>(); // guarded by itself

    public PermitLanes(LockManager locks, ReadSlots readSlots) {
        this.locks = locks;
        this.readSlots = readSlots;
    }

    @Override
    public boolean take() {
        LockOwner owner = new LockOwner("extra lane of commit groups");
        // Refused at once, the request is gone: nothing is left to be told.
        if (!locks.acquire(owner, List.of(), AT_ONCE, refused -> {})) {
            return false;
        }
        readSlots.transactionBegins();
        synchronized (taken) {
            taken.push(owner);
        }
        return true;
    }

    @Override
    public void giveBack() {
        LockOwner owner;
        synchronized (taken) {
            owner = taken.pop();
        }
        readSlots.transactionEnds();
        locks.release(owner);
    }
}
