package io.lockstep.driver.wire;

import java.net.SocketTimeoutException;
import java.time.Duration;

/** A moment on the monotonic clock by which something must be done, or never. */
final class Deadline {
    private final long nanoTime;
    private final boolean limited;

    private Deadline(long nanoTime, boolean limited) {
        this.nanoTime = nanoTime;
        this.limited = limited;
    }

    /** From now on; a zero timeout means there is no limit. */
    static Deadline in(Duration timeout) {
        return new Deadline(System.nanoTime() + timeout.toNanos(), !timeout.isZero());
    }

    /** True once nothing is left. */
    boolean isOver() {
        return limited && nanoTime - System.nanoTime() <= 0;
    }

    /**
     * A deadline that leaves the rest of the time to others: one of {@code shares} equal parts from
     * now.
     */
    Deadline share(int shares) {
        long now = System.nanoTime();
        return new Deadline(now + (nanoTime - now) / shares, limited);
    }

    /**
     * What is left, or {@code atMost} if that is shorter; zero means "no limit", as in both
     * arguments.
     *
     * @throws SocketTimeoutException if nothing is left
     */
    Duration remaining(Duration atMost) throws SocketTimeoutException {
        if (!limited) {
            return atMost;
        }
        long left = nanoTime - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("no time left");
        }
        Duration remaining = Duration.ofNanos(left);
        return atMost.isZero() || remaining.compareTo(atMost) < 0 ? remaining : atMost;
    }
}
