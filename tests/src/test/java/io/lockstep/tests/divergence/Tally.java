package io.lockstep.tests.divergence;

import io.lockstep.protocol.SqlState;
import java.sql.SQLException;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** What became of the steps of a run. Thread-safe. */
final class Tally {
    private static final int FAILURES_KEPT = 20;

    private final Set<String> tolerated;
    private final ConcurrentMap<String, LongAdder> states = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, LongAdder> succeeded = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, LongAdder> refused = new ConcurrentHashMap<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final LongAdder failureCount = new LongAdder();
    private final Slowest slowest = new Slowest();

    private static final class Slowest {
        private long nanos; // guarded by this
        private String what = ""; // guarded by this

        synchronized void offer(long took, String name) {
            if (took > nanos) {
                nanos = took;
                what = name;
            }
        }

        @Override
        public synchronized String toString() {
            return nanos / 1_000_000 + " ms (" + what + ")";
        }
    }

    /** {@code tolerated}: states that a client may be told in this run besides 40001 and 0ALS1. */
    Tally(Set<String> tolerated) {
        this.tolerated = tolerated;
    }

    /** Whether clients may lose their connections in this run. */
    boolean connectionsMayBreak() {
        return tolerated.contains(SqlState.CONNECTION_LOST.code());
    }

    void succeeded(String workload, long nanos) {
        add(succeeded, workload);
        slowest.offer(nanos, workload);
    }

    /** A step ended with an exception: a failure of the run unless it is one that may happen. */
    void failed(String workload, SQLException e, long nanos) {
        String state = String.valueOf(e.getSQLState());
        add(states, state);
        slowest.offer(nanos, workload + ", ended with " + state);
        if (state.equals(SqlState.NOT_REPLICABLE.code())) {
            add(refused, workload);
        } else if (!state.equals(SqlState.ROLLED_BACK.code()) && !tolerated.contains(state)) {
            failed(workload, (Throwable) e);
        }
    }

    void failed(String workload, Throwable e) {
        failureCount.increment();
        if (failures.size() < FAILURES_KEPT) {
            failures.add(new AssertionError(workload + ": " + e, e));
        }
    }

    private static void add(ConcurrentMap<String, LongAdder> counts, String key) {
        counts.computeIfAbsent(key, k -> new LongAdder()).increment();
    }

    long count(SqlState state) {
        LongAdder count = states.get(state.code());
        return count == null ? 0 : count.sum();
    }

    /** Fails with everything unexpected that clients met, and for work that was never done. */
    void check(Set<String> workloads) {
        AssertionError error = null;
        for (Throwable failure : failures) {
            if (error == null) {
                error =
                        new AssertionError(
                                failureCount + " steps failed, the first: " + failure.getMessage(),
                                failure);
            } else {
                error.addSuppressed(failure);
            }
        }
        if (error != null) {
            throw error;
        }
        for (String workload : workloads) {
            if (!succeeded.containsKey(workload)) {
                throw new AssertionError("nothing of " + workload + " succeeded: " + this);
            }
        }
    }

    @Override
    public String toString() {
        return "steps %s%n  errors %s, refused %s%n  slowest step %s"
                .formatted(text(succeeded), text(states), text(refused), slowest);
    }

    private static String text(Map<String, LongAdder> counts) {
        return new TreeMap<>(counts)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", ", "[", "]"));
    }
}
