package io.lockstep.controller.recoverylog;

import java.util.concurrent.locks.Condition;

/** Waits that an interrupt does not end; it is kept for the caller. */
final class Uninterrupted {
    private Uninterrupted() {}

    /**
     * Waits on a condition whose lock is held.
     *
     * @return false if the time is over
     */
    static boolean await(Condition condition, long nanos) {
        long deadline = System.nanoTime() + nanos;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return condition.awaitNanos(deadline - System.nanoTime()) > 0;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
