package io.lockstep.driver.wire;

import java.time.Duration;

/** Durations as java.net wants them: milliseconds, 0 for "no limit". */
final class SocketTimeouts {
    private SocketTimeouts() {}

    /** A positive duration never becomes 0, which would mean something else. */
    static int millis(Duration timeout) {
        if (timeout.isZero()) {
            return 0;
        }
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
    }
}
