package io.lockstep.controller.recoverylog;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** A thread that waits for records to be forced, or to be told to force them itself. */
final class Waiter {

    /** What it has been told. */
    enum Signal {
        WAITING,
        /** What it waits for is forced, or the log has failed. */
        DONE,
        /** It is to write and force what has gathered, its own record included. */
        LEAD,
        /** It has given up waiting. */
        GONE
    }

    private final Thread thread = Thread.currentThread();
    private final AtomicReference<Signal> signal = new AtomicReference<>(Signal.WAITING);

    /** Tells it, unless it has been told something, or has gone. */
    boolean tell(Signal what) {
        if (signal.compareAndSet(Signal.WAITING, what)) {
            LockSupport.unpark(thread);
            return true;
        }
        return false;
    }

    /** What it is told within this time; {@link Signal#GONE} after it. Interrupts are kept. */
    Signal await(long nanos) {
        long deadline = System.nanoTime() + nanos;
        boolean interrupted = false;
        while (signal.get() == Signal.WAITING) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                signal.compareAndSet(Signal.WAITING, Signal.GONE);
            } else {
                LockSupport.parkNanos(this, left);
                interrupted |= Thread.interrupted(); // else it would spin from now on
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return signal.get();
    }
}
