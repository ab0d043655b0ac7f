package io.lockstep.tests.divergence.workload;

import java.util.concurrent.atomic.AtomicInteger;

/** Numbers that no other client of a run uses, in its own process or another. Thread-safe. */
final class Numbers {
    private final AtomicInteger last;

    /** {@code before}: the first number is the next one. */
    Numbers(int before) {
        last = new AtomicInteger(before);
    }

    int next() {
        return last.incrementAndGet();
    }

    /** The newest so far. */
    int last() {
        return last.get();
    }
}
