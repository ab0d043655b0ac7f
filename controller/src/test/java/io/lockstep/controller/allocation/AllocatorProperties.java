package io.lockstep.controller.allocation;

import static io.lockstep.controller.allocation.FakeStore.SEQUENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.backends.counters.CounterPosition;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** No value twice, whoever asks, dies or moves the counter meanwhile; and in the order of steps. */
class AllocatorProperties {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private enum Step {
        TAKE,
        TAKE_BATCH,
        DATABASE_DRAWS,
        DATABASES_ALIGNED_DRAW,
        CLIENT_NAMES_ONE,
        CONTROLLER_DIES
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Arbitraries.of(Step.class).list().ofMaxSize(200);
    }

    private static Allocator allocator(FakeStore store) {
        return new Allocator(store, PATIENCE);
    }

    private static List<Long> take(Allocator allocator, int executions) throws SQLException {
        while (true) {
            Optional<Allocation> taken = allocator.take(List.of(SEQUENCE), executions);
            if (taken.isPresent()) {
                return taken.get().rows().stream().map(row -> row.get(0)).toList();
            }
            allocator.read(List.of(SEQUENCE));
        }
    }

    @Property(tries = 500)
    void noValueComesTwiceWhateverHappens(
            @ForAll("steps") List<Step> steps, @ForAll @IntRange(min = -3, max = 50) int by)
            throws SQLException {
        long increment = by == 0 ? 1 : by;
        long last = increment > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
        FakeStore store = new FakeStore(CounterPosition.of(5, increment, last));
        Allocator allocator = allocator(store);
        Set<Long> seen = new HashSet<>();
        long previous = 5 - increment;
        for (Step step : steps) {
            switch (step) {
                case TAKE, TAKE_BATCH -> {
                    for (long value : take(allocator, step == Step.TAKE ? 1 : 40)) {
                        assertThat(seen.add(value)).as("%d again", value).isTrue();
                        assertThat(Math.floorMod(value - 5, Math.abs(increment))).isZero();
                        assertThat((value - previous) * increment).isPositive();
                        previous = value;
                    }
                }
                case DATABASE_DRAWS -> {
                    // The controller knows of it: it ran the statement.
                    long drawn = store.draw();
                    allocator.movedUnseen(List.of(SEQUENCE));
                    assertThat(seen.add(drawn)).as("%d drawn again", drawn).isTrue();
                    previous = drawn;
                }
                case DATABASES_ALIGNED_DRAW -> {
                    allocator.align(SEQUENCE);
                    long drawn = store.draw();
                    allocator.movedUnseen(List.of(SEQUENCE));
                    assertThat(seen.add(drawn)).as("%d drawn again", drawn).isTrue();
                    previous = drawn;
                }
                case CLIENT_NAMES_ONE -> {
                    long named = previous + 7 * increment;
                    allocator.heard(SEQUENCE, named);
                    if (seen.add(named)) {
                        // A value not reserved is in the rows, which a new controller looks at.
                        store.reserve(SEQUENCE, named);
                        previous = named;
                    }
                }
                case CONTROLLER_DIES -> allocator = allocator(store);
            }
        }
    }

    @Property(tries = 20)
    void noValueComesTwiceToThoseWhoAskAtOnce(@ForAll @IntRange(min = 2, max = 8) int threads)
            throws Exception {
        FakeStore store = new FakeStore(CounterPosition.of(1, 1, Long.MAX_VALUE));
        Allocator allocator = allocator(store);
        allocator.read(List.of(SEQUENCE));
        ExecutorService sessions = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<List<Long>>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int own = i;
                tasks.add(
                        () -> {
                            List<Long> taken = new ArrayList<>();
                            for (int k = 0; k < 500; k++) {
                                taken.addAll(take(allocator, 1 + k % 3));
                                if (own == 0 && k % 50 == 0) {
                                    allocator.movedUnseen(List.of(SEQUENCE));
                                }
                            }
                            return taken;
                        });
            }
            List<Long> all = new ArrayList<>();
            for (Future<List<Long>> session : sessions.invokeAll(tasks)) {
                List<Long> taken = session.get();
                List<Long> sorted = new ArrayList<>(taken);
                Collections.sort(sorted);
                assertThat(taken).isEqualTo(sorted);
                all.addAll(taken);
            }
            assertThat(new HashSet<>(all)).hasSameSizeAs(all);
        } finally {
            sessions.shutdownNow();
        }
    }

    /** Round trips grow with the logarithm at first and are few thereafter. */
    @Example
    void databasesAreAskedOncePerBlock() throws SQLException {
        FakeStore store = new FakeStore(CounterPosition.of(1, 1, Long.MAX_VALUE));
        Allocator allocator = allocator(store);
        take(allocator, 1);
        for (int i = 0; i < 10_000; i++) {
            take(allocator, 1);
        }
        assertThat(store.reservations()).isBetween(2, 20);
    }

    @Example
    void whatFollowsTheRowsByItselfIsNeverReserved() throws SQLException {
        FakeStore store = new FakeStore(CounterPosition.of(1, 1, Long.MAX_VALUE), false);
        Allocator allocator = allocator(store);
        assertThat(take(allocator, 3)).containsExactly(1L, 2L, 3L);
        assertThat(store.reservations()).isZero();
    }

    @Example
    void aCounterAtItsEndSaysSo() throws SQLException {
        FakeStore store = new FakeStore(CounterPosition.of(8, 1, 10));
        Allocator allocator = allocator(store);
        assertThat(take(allocator, 3)).containsExactly(8L, 9L, 10L);
        assertThatThrownBy(() -> take(allocator, 1))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("2200H"));
    }

    @Example
    void valuesTakenBeforeTheCounterWasMovedAreNotCurrent() throws SQLException {
        FakeStore store = new FakeStore(CounterPosition.of(1, 1, Long.MAX_VALUE));
        Allocator allocator = allocator(store);
        allocator.read(List.of(SEQUENCE));
        Allocation moved = allocator.take(List.of(SEQUENCE), 1).orElseThrow();
        allocator.movedUnseen(List.of(SEQUENCE));
        assertThat(moved.isCurrent()).isFalse();
        allocator.read(List.of(SEQUENCE));
        Allocation reset = allocator.take(List.of(SEQUENCE), 1).orElseThrow();
        assertThat(reset.isCurrent()).isTrue();
        allocator.resetAll();
        assertThat(reset.isCurrent()).isFalse();
    }

    @Example
    void aCounterThatWasSetBackStartsFromThere() throws SQLException {
        FakeStore store = new FakeStore(CounterPosition.of(1, 1, Long.MAX_VALUE));
        Allocator allocator = allocator(store);
        take(allocator, 100);
        store.set(CounterPosition.of(5, 1, Long.MAX_VALUE));
        allocator.reset(List.of(SEQUENCE));
        assertThat(take(allocator, 1)).containsExactly(5L);
    }

    @Example
    void aValueThatTheCounterCannotReachDoesNotUseItUp() throws SQLException {
        FakeStore store = new FakeStore(CounterPosition.of(1, 1, 1000));
        Allocator allocator = allocator(store);
        allocator.heard(SEQUENCE, 5000);
        assertThat(take(allocator, 1)).containsExactly(1L);
        allocator.heard(SEQUENCE, Long.MAX_VALUE);
        assertThat(take(allocator, 1)).containsExactly(2L);
        allocator.heard(SEQUENCE, 10);
        assertThat(take(allocator, 1)).containsExactly(11L);
    }

    @Example
    void whoeverCannotReserveGetsAnErrorAndTheNextOneTriesAgain() throws SQLException {
        FakeStore store = new FakeStore(CounterPosition.of(1, 1, Long.MAX_VALUE));
        Allocator allocator = allocator(store);
        allocator.read(List.of(SEQUENCE));
        store.failing(true);
        assertThatThrownBy(() -> allocator.take(List.of(SEQUENCE), 1))
                .isInstanceOf(SQLException.class);
        store.failing(false);
        assertThat(take(allocator, 1)).containsExactly(1L);
    }

    @Property(tries = 300)
    void aPositionMovesBehindEveryValueOnItsGrid(
            @ForAll long next, @ForAll long used, @ForAll @IntRange(min = -5, max = 5) int by) {
        long increment = by == 0 ? 1 : by;
        long last = increment > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
        CounterPosition moved = CounterPosition.of(next, increment, last).past(used);
        if (!moved.exhausted()) {
            assertThat(moved.after(moved.next(), used)).isTrue();
            assertThat(moved.after(next, moved.next())).isFalse();
            assertThat(
                            Math.floorMod(
                                    Math.floorMod(moved.next(), Math.abs(increment))
                                            - Math.floorMod(next, Math.abs(increment)),
                                    Math.abs(increment)))
                    .isZero();
        }
    }
}
