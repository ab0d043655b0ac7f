package io.lockstep.controller.execution;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Numbers the commits sent to the backends and knows which backends have confirmed them, so that a
 * session that has seen a commit on one backend never reads from another that is still behind it.
 * Thread-safe.
 */
public final class CommitClock {
    private final Map<BackendHandle, TreeSet<Long>> underWay = new HashMap<>(); // guarded by this
    private long issued; // guarded by this

    /**
     * Before COMMIT is sent to {@code participants}.
     *
     * @param followers backends on which it will be done afterwards
     */
    synchronized long begin(List<FanOut.Participant> participants, List<BackendHandle> followers) {
        long number = ++issued;
        for (FanOut.Participant participant : participants) {
            begins(participant.handle(), number);
        }
        for (BackendHandle follower : followers) {
            begins(follower, number);
        }
        return number;
    }

    private void begins(BackendHandle handle, long number) {
        underWay.computeIfAbsent(handle, h -> new TreeSet<>()).add(number);
    }

    /** When the backend has answered that COMMIT, or has left service. */
    synchronized void end(BackendHandle handle, long number) {
        underWay.get(handle).remove(number);
    }

    /** The highest number issued: the most a read that ends now can have seen. */
    public synchronized long issued() {
        return issued;
    }

    /** True if the backend shows everything up to {@code number}. */
    public synchronized boolean shows(BackendHandle handle, long number) {
        TreeSet<Long> open = underWay.get(handle);
        return open == null || open.isEmpty() || open.first() > number;
    }
}
