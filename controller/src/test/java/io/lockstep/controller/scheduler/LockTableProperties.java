package io.lockstep.controller.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** Random histories of a few owners over a few resources, each step compared with the model. */
class LockTableProperties {
    private static final long TIMEOUT = 1_000_000_000L;

    /** Small, so that escalation happens. */
    private static final int KEYS_MAX = 4;

    sealed interface Step {
        record Acquire(
                int owner,
                List<LockRequest> requests,
                boolean noWait,
                boolean admission,
                boolean rerunnable)
                implements Step {}

        record Release(int owner) implements Step {}

        record Cancel(int owner) implements Step {}

        record Advance(long nanos) implements Step {}
    }

    @Property(tries = 1000)
    void aRandomHistoryAgreesWithTheModel(@ForAll("histories") List<Step> history) {
        new History(2, LockTable.KEYS_MAX).run(history);
    }

    @Property(tries = 500)
    void theSameWithOnePermit(@ForAll("histories") List<Step> history) {
        new History(1, LockTable.KEYS_MAX).run(history);
    }

    @Property(tries = 500)
    void conflictingLocksAreNeverHeldTogetherWhenKeysEscalate(
            @ForAll("histories") List<Step> history) {
        new History(3, KEYS_MAX).runWithoutModel(history);
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(8, acquires()),
                        net.jqwik.api.Tuple.of(
                                3, Arbitraries.integers().between(0, 5).map(Step.Release::new)),
                        net.jqwik.api.Tuple.of(
                                1, Arbitraries.integers().between(0, 5).map(Step.Cancel::new)),
                        net.jqwik.api.Tuple.of(
                                1, Arbitraries.longs().between(1, TIMEOUT).map(Step.Advance::new)))
                .list()
                .ofMinSize(5)
                .ofMaxSize(60);
    }

    private static Arbitrary<Step> acquires() {
        Arbitrary<List<LockRequest>> requests =
                accesses()
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(3)
                        .map(lists -> lists.stream().flatMap(List::stream).toList());
        return Combinators.combine(
                        Arbitraries.integers().between(0, 5),
                        requests,
                        Arbitraries.integers().between(0, 9).map(n -> n == 0),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false))
                .as(Step.Acquire::new);
    }

    /** A table, or a key with the intention on its table. */
    private static Arbitrary<List<LockRequest>> accesses() {
        Arbitrary<String> tables = Arbitraries.of("t", "u");
        Arbitrary<List<LockRequest>> keys =
                Combinators.combine(
                                tables,
                                Arbitraries.of("1", "2", "3", "4", "5", "6"),
                                Arbitraries.of(
                                        LockMode.KEY_SHARE,
                                        LockMode.SHARE,
                                        LockMode.NO_KEY_EXCLUSIVE,
                                        LockMode.EXCLUSIVE,
                                        LockMode.EXCLUSIVE))
                        .as(
                                (table, key, mode) ->
                                        List.of(
                                                new LockRequest(
                                                        Resource.table(table),
                                                        mode == LockMode.KEY_SHARE
                                                                        || mode == LockMode.SHARE
                                                                ? LockMode.INTENT_SHARE
                                                                : LockMode.INTENT_EXCLUSIVE),
                                                new LockRequest(Resource.key(table, key), mode)));
        Arbitrary<List<LockRequest>> wholeTables =
                Combinators.combine(tables, Arbitraries.of(LockMode.class))
                        .as((table, mode) -> List.of(new LockRequest(Resource.table(table), mode)));
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(4, keys), net.jqwik.api.Tuple.of(1, wholeTables));
    }

    /** Runs one history and keeps the model in step. */
    private static final class History {
        private final LockScene scene;
        private final LockModel model;
        private final Map<String, LockModel.Wait> asked = new HashMap<>();
        private boolean compare = true;
        private int deadlocks;
        private int waits;

        History(int permits, int keysMax) {
            scene = new LockScene(permits, keysMax);
            model = new LockModel(permits);
        }

        void runWithoutModel(List<Step> history) {
            compare = false;
            run(history);
        }

        void run(List<Step> history) {
            for (Step step : history) {
                take(step);
                check();
            }
            drain();
            Statistics.label("deadlocks").collect(Math.min(deadlocks, 3));
            Statistics.label("waits").collect(Math.min(waits, 9) / 3 * 3);
        }

        private void take(Step step) {
            if (step instanceof Step.Acquire acquire) {
                acquire(acquire);
            } else if (step instanceof Step.Release release) {
                release("o" + release.owner());
            } else if (step instanceof Step.Cancel cancel) {
                String name = "o" + cancel.owner();
                boolean waits = asked.containsKey(name);
                assertThat(scene.table.cancel(scene.owner(name))).isEqualTo(waits);
            } else if (step instanceof Step.Advance advance) {
                scene.advanceNanos(advance.nanos());
            }
        }

        private void acquire(Step.Acquire step) {
            String name = "o" + step.owner();
            if (asked.containsKey(name)) {
                return; // its client is waiting, so it cannot ask
            }
            LockModel.Wait wait = new LockModel.Wait(step.requests(), step.admission());
            asked.put(name, wait);
            model.waiting.put(name, wait);
            boolean granted =
                    scene.table.acquire(
                            scene.owner(name),
                            step.requests(),
                            new LockManager.Options(
                                    step.noWait() ? 0 : TIMEOUT,
                                    step.admission(),
                                    step.rerunnable()),
                            result -> decided(name, result));
            if (granted) {
                decided(name, LockResult.GRANTED);
            } else if (asked.containsKey(name)) {
                waits++;
            }
        }

        private void decided(String name, LockResult result) {
            LockModel.Wait wait = asked.remove(name);
            assertThat(wait).as("decided once: %s", name).isNotNull();
            if (result instanceof LockResult.Granted) {
                if (compare) {
                    assertThat(model.holdersInTheWay(name, wait)).as("granted %s", name).isEmpty();
                    assertThat(model.lacksPermit(name, wait)).isFalse();
                }
                model.granted(name, wait);
                return;
            }
            if (result instanceof LockResult.Deadlock) {
                deadlocks++;
                if (compare) {
                    assertThat(model.deadlocked()).as("really deadlocked").contains(name);
                }
            }
            model.waiting.remove(name);
        }

        private void release(String name) {
            model.released(name); // first, because the release grants locks to others
            scene.table.release(scene.owner(name));
        }

        private void check() {
            LockManager.Snapshot snapshot = scene.table.snapshot();
            assertThat(snapshot.permitsInUse()).isLessThanOrEqualTo(snapshot.permits());
            assertThat(snapshot.permitsInUse()).isEqualTo(model.admitted.size());
            noConflict(snapshot.held());
            assertThat(
                            snapshot.waiting().stream()
                                    .map(LockManager.Waiting::owner)
                                    .collect(Collectors.toSet()))
                    .isEqualTo(asked.keySet());
            if (compare) {
                assertThat(heldOf(snapshot)).isEqualTo(heldOf(model));
                assertThat(model.deadlocked()).as("deadlocks not found").isEmpty();
                assertThat(model.idlers()).as("waits for nothing").isEmpty();
            }
        }

        private static void noConflict(List<LockManager.Held> held) {
            for (LockManager.Held one : held) {
                for (LockManager.Held other : held) {
                    if (one.resource().equals(other.resource())
                            && !one.owner().equals(other.owner())) {
                        assertThat(ModeTable.conflict(one.mode(), other.mode()))
                                .as("%s and %s", one, other)
                                .isFalse();
                    }
                }
            }
        }

        private static Set<String> heldOf(LockManager.Snapshot snapshot) {
            return snapshot.held().stream()
                    .map(held -> held.owner() + " " + held.resource() + " " + held.mode())
                    .collect(Collectors.toSet());
        }

        private static Set<String> heldOf(LockModel model) {
            return model.held.entrySet().stream()
                    .flatMap(
                            owner ->
                                    owner.getValue().entrySet().stream()
                                            .map(
                                                    lock ->
                                                            owner.getKey()
                                                                    + " "
                                                                    + lock.getKey()
                                                                    + " "
                                                                    + lock.getValue()))
                    .collect(Collectors.toSet());
        }

        /** Whoever is not waiting ends its transaction: then nobody may be left waiting. */
        private void drain() {
            List<String> owners = new ArrayList<>(List.of("o0", "o1", "o2", "o3", "o4", "o5"));
            while (!owners.isEmpty()) {
                String running =
                        owners.stream()
                                .filter(name -> !asked.containsKey(name))
                                .findFirst()
                                .orElse(null);
                assertThat(running).as("everybody left waits: %s", asked.keySet()).isNotNull();
                release(running);
                owners.remove(running);
                check();
            }
            scene.assertEmpty();
        }
    }
}
