package io.lockstep.controller.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HeartbeatTest {
    private static final Duration SOON = Duration.ofMillis(1);

    /** So long that no stall of the test machine counts as one. */
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final StallClock stalls = new StallClock();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final AtomicInteger probes = new AtomicInteger();
    private Heartbeat heartbeat;

    @AfterEach
    void close() {
        heartbeat.close();
        stalls.close();
    }

    private void start(Duration interval, Heartbeat.Probe probe) {
        Heartbeat.Listener listener =
                new Heartbeat.Listener() {
                    @Override
                    public void silent(String backend, Exception failure) {
                        heard.add(backend + " is silent: " + failure.getMessage());
                    }

                    @Override
                    public void answersAgain(String backend) {
                        heard.add(backend + " answers again");
                    }
                };
        heartbeat = new Heartbeat("a", probe, listener, interval, TIMEOUT, stalls);
        heartbeat.start();
    }

    private void awaitProbes(int count) {
        await().until(() -> probes.get() >= count);
    }

    private static void fail(int number) throws SQLException {
        throw new SQLException("probe " + number);
    }

    @Test
    void silenceIsReportedOnceAndSoIsItsEnd() {
        start(
                SOON,
                timeout -> {
                    int number = probes.incrementAndGet();
                    if (number > 2 && number <= 10) {
                        fail(number);
                    }
                });
        awaitProbes(20);
        assertThat(heard).containsExactly("a is silent: probe 3", "a answers again");
    }

    /** A database that is frozen afterwards would never be noticed. */
    @Test
    void itGoesOnWhenThisProcessIsShortOfThreadsForAMoment() {
        start(
                SOON,
                timeout -> {
                    int number = probes.incrementAndGet();
                    if (number == 2) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    if (number == 5) {
                        fail(number);
                    }
                });
        awaitProbes(10);
        assertThat(heard).containsExactly("a is silent: probe 5", "a answers again");
    }

    @Test
    void theProbeIsToldHowLongItMayTake() {
        List<Duration> told = new CopyOnWriteArrayList<>();
        start(SOON, told::add);
        await().until(() -> !told.isEmpty());
        assertThat(told.get(0)).isEqualTo(TIMEOUT);
    }

    @Test
    void itEndsAtOnceHoweverLongTheInterval() {
        start(Duration.ofHours(1), timeout -> probes.incrementAndGet());
        long begun = System.nanoTime();
        heartbeat.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
        assertThat(probes.get()).isZero();
    }

    @Test
    void nothingIsProbedAfterTheEnd() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        start(
                SOON,
                timeout -> {
                    probes.incrementAndGet();
                    first.countDown();
                });
        assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
        heartbeat.close();
        int atEnd = probes.get();
        Thread heartbeatThread =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("lockstep-heartbeat-a"))
                        .findFirst()
                        .orElse(null);
        assertThat(heartbeatThread).as("its thread has ended").isNull();
        assertThat(probes.get()).isEqualTo(atEnd);
    }
}
