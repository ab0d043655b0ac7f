package io.lockstep.controller.execution;

import java.util.concurrent.atomic.AtomicInteger;

/** Permits for extra lanes, counted. */
final class ExtraLaneCount implements CommitGroups.ExtraLanes {
    private final AtomicInteger free;
    private final AtomicInteger taken = new AtomicInteger();

    private ExtraLaneCount(int permits) {
        free = new AtomicInteger(permits);
    }

    static ExtraLaneCount none() {
        return new ExtraLaneCount(0);
    }

    static ExtraLaneCount of(int permits) {
        return new ExtraLaneCount(permits);
    }

    @Override
    public boolean take() {
        if (free.getAndUpdate(n -> Math.max(0, n - 1)) == 0) {
            return false;
        }
        taken.incrementAndGet();
        return true;
    }

    @Override
    public void giveBack() {
        free.incrementAndGet();
    }

    /** How often one was given. */
    int taken() {
        return taken.get();
    }

    int free() {
        return free.get();
    }
}
