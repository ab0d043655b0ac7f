package io.lockstep.controller.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Which groups run beside each other, on a clock and with threads that move when told. */
class CommitLanesTest {
    private static final long LATE_MILLIS = 5;
    private static final long SLOW_MILLIS = 50;

    private final ExtraLaneCount permits = ExtraLaneCount.of(1);
    private final Deque<Runnable> sessions = new ArrayDeque<>(); // handed to them, not begun
    private final List<Runnable> alarms = new ArrayList<>();
    private final List<List<String>> ran = new ArrayList<>();
    private final Deque<Runnable> meanwhile = new ArrayDeque<>();
    private long now = 1_000_000_000;
    private final CommitLanes lanes =
            new CommitLanes(permits, (nanos, task) -> alarms.add(task), () -> now, this::run);

    /** What the next group to start is to see happen while it runs; the last one ends first. */
    private void meanwhile(Runnable happening) {
        meanwhile.addLast(happening);
    }

    private List<Runnable> run(List<CommitGroups.Member> group) {
        ran.add(group.stream().map(CommitLanesTest::nameOf).toList());
        Runnable happening = meanwhile.pollFirst();
        if (happening != null) {
            happening.run();
        }
        return List.of();
    }

    private static String nameOf(CommitGroups.Member member) {
        try {
            return (String) member.call.rendering().render(null).parameterRows().get(0).get(0);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void submit(String... names) {
        for (String name : names) {
            lanes.submit(new Probe(Scene.call("INSERT", name), 1, sessions::addLast));
        }
    }

    private void pass(long millis) {
        now += millis * 1_000_000;
    }

    private void ring() {
        List<Runnable> due = List.copyOf(alarms);
        alarms.clear();
        due.forEach(Runnable::run);
    }

    /** All that was handed to sessions, and what follows from it. */
    private void finish() {
        while (!sessions.isEmpty()) {
            sessions.removeFirst().run();
        }
    }

    @Test
    void whoComesWhileAGroupRunsMakesTheNextOne() {
        meanwhile(() -> submit("b", "c", "d"));
        submit("a");
        finish();
        assertThat(ran).containsExactly(List.of("a"), List.of("b", "c", "d"));
    }

    @Test
    void whoComesWhileAllGroupsAreLateGoesAtOnce() {
        meanwhile(
                () -> {
                    pass(LATE_MILLIS);
                    submit("b");
                    assertThat(ran).as("beside a").hasSize(2);
                });
        submit("a");
    }

    @Test
    void whoGatheredIsFetchedWhenTheGroupTurnsOutToBeLate() {
        meanwhile(
                () -> {
                    submit("b", "c");
                    pass(LATE_MILLIS - 1);
                    ring();
                    assertThat(sessions).as("not late yet").isEmpty();
                    pass(1);
                    ring();
                    finish();
                    assertThat(ran).containsExactly(List.of("a"), List.of("b", "c"));
                });
        submit("a");
        assertThat(ran).hasSize(2);
    }

    @Test
    void theSecondLaneClosesWhenTheFirstIsQuickAgain() {
        meanwhile(
                () -> {
                    submit("b");
                    pass(LATE_MILLIS);
                    ring(); // b is with its session, on the second lane
                });
        meanwhile(
                () -> {
                    submit("c"); // to gather: b has just begun
                    meanwhile(() -> submit("d"));
                });
        submit("a"); // ends while b has not run: it is quick, so the first lane closes
        finish();
        assertThat(ran).containsExactly(List.of("a"), List.of("b"), List.of("c"), List.of("d"));
        submit("e");
        assertThat(ran).as("all lanes are free").hasSize(5);
    }

    @Test
    void extraLanesOpenWhenTheUsualOnesAreSlowAndGiveTheirPermitBack() {
        Predicate<String> isRunning = name -> ran.contains(List.of(name));
        meanwhile(
                () -> {
                    pass(LATE_MILLIS);
                    submit("b");
                });
        meanwhile(
                () -> {
                    pass(SLOW_MILLIS - 1);
                    submit("c");
                    assertThat(isRunning).rejects("c");
                    pass(1);
                    submit("d"); // takes c along
                });
        meanwhile(
                () -> {
                    assertThat(permits.free()).as("held while it runs").isZero();
                    pass(SLOW_MILLIS);
                    submit("e"); // no permit is left
                    assertThat(isRunning).rejects("e");
                });
        submit("a");
        finish();
        assertThat(ran)
                .containsExactly(List.of("a"), List.of("b"), List.of("c", "d"), List.of("e"));
        assertThat(permits.free()).isEqualTo(1);
    }

    @Test
    void whoseSessionsHaveGoneRunsAllTheSame() {
        Probe gone =
                new Probe(
                        Scene.call("INSERT", "b"),
                        1,
                        task -> {
                            throw new RejectedExecutionException("session closed");
                        });
        meanwhile(() -> lanes.submit(gone));
        submit("a");
        assertThat(ran).containsExactly(List.of("a"), List.of("b"));
    }
}
