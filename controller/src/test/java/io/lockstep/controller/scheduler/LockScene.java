package io.lockstep.controller.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A lock table on one thread with a clock that moves when told to, and owners by name. */
final class LockScene implements DeadlineTimer {
    static final long TIMEOUT = TimeUnit.SECONDS.toNanos(30);

    private final Map<String, LockOwner> owners = new LinkedHashMap<>();
    private final Map<String, LockResult> results = new LinkedHashMap<>();
    private final List<Pending> pending = new ArrayList<>();
    private long now;
    final LockTable table;

    private record Pending(long at, Runnable task) {}

    LockScene(int permits) {
        this(permits, LockTable.KEYS_MAX);
    }

    LockScene(int permits, int keysMax) {
        table = new LockTable(permits, this, () -> now, keysMax);
    }

    @Override
    public Cancellable schedule(Runnable task, long delayNanos) {
        Pending entry = new Pending(now + delayNanos, task);
        pending.add(entry);
        return () -> pending.remove(entry);
    }

    int pendingDeadlines() {
        return pending.size();
    }

    void advance(long millis) {
        advanceNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    void advanceNanos(long nanos) {
        now += nanos;
        List<Pending> due = pending.stream().filter(entry -> entry.at <= now).toList();
        pending.removeAll(due);
        due.forEach(entry -> entry.task.run());
    }

    LockOwner owner(String name) {
        return owners.computeIfAbsent(name, LockOwner::new);
    }

    /** {@code ask("A", "t:IX", "t/1:X")}: true if granted at once. */
    boolean ask(String owner, String... requests) {
        return ask(owner, options -> options, requests);
    }

    boolean askNoWait(String owner, String... requests) {
        return ask(owner, o -> new LockManager.Options(0, false), requests);
    }

    boolean askAdmission(String owner, String... requests) {
        return ask(owner, o -> new LockManager.Options(TIMEOUT, true), requests);
    }

    boolean ask(String owner, UnaryOperator<LockManager.Options> options, String... requests) {
        results.remove(owner);
        List<LockRequest> list = new ArrayList<>();
        for (String request : requests) {
            list.add(parse(request));
        }
        boolean granted =
                table.acquire(
                        owner(owner),
                        list,
                        options.apply(new LockManager.Options(TIMEOUT, false)),
                        result -> {
                            assertThat(results.put(owner, result)).as("called once").isNull();
                        });
        if (granted) {
            assertThat(results).as("no callback when granted at once").doesNotContainKey(owner);
        }
        return granted;
    }

    void release(String owner) {
        table.release(owner(owner));
    }

    /** How a request that was not granted at once ended, or null. */
    LockResult result(String owner) {
        return results.get(owner);
    }

    boolean isWaiting(String owner) {
        return owner(owner).waiting != null;
    }

    void assertGranted(String... names) {
        for (String name : names) {
            assertThat(result(name)).as(name).isEqualTo(LockResult.GRANTED);
        }
    }

    void assertWaiting(String... names) {
        for (String name : names) {
            assertThat(isWaiting(name)).as("%s waits", name).isTrue();
            assertThat(result(name)).as(name).isNull();
        }
    }

    void assertEmpty() {
        owners.keySet().forEach(this::release);
        assertThat(table.entryCount()).as("entries left").isZero();
        assertThat(pending).as("deadlines left").isEmpty();
        LockManager.Snapshot snapshot = table.snapshot();
        assertThat(snapshot.held()).isEmpty();
        assertThat(snapshot.waiting()).isEmpty();
        assertThat(snapshot.permitsInUse()).isZero();
    }

    static LockRequest parse(String text) {
        String[] parts = text.split(":", -1);
        int slash = parts[0].indexOf('/');
        Resource resource =
                parts[0].equals("*")
                        ? Resource.DATABASE
                        : slash < 0
                                ? Resource.table(parts[0])
                                : Resource.key(
                                        parts[0].substring(0, slash),
                                        parts[0].substring(slash + 1));
        return new LockRequest(resource, mode(parts[1]));
    }

    private static LockMode mode(String name) {
        return switch (name) {
            case "AS" -> LockMode.ACCESS_SHARE;
            case "IS" -> LockMode.INTENT_SHARE;
            case "KS" -> LockMode.KEY_SHARE;
            case "IX" -> LockMode.INTENT_EXCLUSIVE;
            case "S" -> LockMode.SHARE;
            case "SIX" -> LockMode.SHARE_INTENT_EXCLUSIVE;
            case "NKX" -> LockMode.NO_KEY_EXCLUSIVE;
            case "X" -> LockMode.EXCLUSIVE;
            case "AX" -> LockMode.ACCESS_EXCLUSIVE;
            default -> throw new IllegalArgumentException(name);
        };
    }
}
