package io.lockstep.controller.recoverylog;

import static io.lockstep.controller.recoverylog.LogScene.DEADLINE;
import static io.lockstep.controller.recoverylog.LogScene.SMALL;
import static io.lockstep.controller.recoverylog.LogScene.append;
import static io.lockstep.controller.recoverylog.LogScene.appendAndForce;
import static io.lockstep.controller.recoverylog.LogScene.readAll;
import static io.lockstep.controller.recoverylog.LogScene.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lockstep.controller.recoverylog.LossyDirectory.Loss;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing or forcing fails, or never returns. */
class LogFailureTest {
    private final LossyDirectory directory = new LossyDirectory();
    private final List<Thread> threads = new ArrayList<>();
    private final ExecutorService executor =
            Executors.newCachedThreadPool(
                    task -> {
                        Thread thread = new Thread(task, "writer");
                        threads.add(thread);
                        return thread;
                    });

    @AfterEach
    void end() throws InterruptedException {
        executor.shutdown();
        assertThat(executor.awaitTermination(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** A log whose files are all there, so that the next force is that of a record. */
    private RecoveryLog settled(LogOptions options) throws IOException {
        RecoveryLog log = RecoveryLog.open(directory, options);
        appendAndForce(log, "first");
        await().atMost(DEADLINE).until(() -> log.sizeBytes() == 2 * SMALL.segmentBytes());
        return log;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterOneFailureNothingIsWrittenOrForcedAgain(boolean atForce) throws IOException {
        RecoveryLog log = settled(SMALL);
        if (atForce) {
            directory.failForce(1);
        } else {
            directory.failWrite(1);
        }
        long sequence = append(log, "second");
        assertThatThrownBy(() -> log.force(sequence))
                .isInstanceOf(LogFailedException.class)
                .hasMessageContaining("Input/output error")
                .hasRootCauseMessage("Input/output error");
        long steps = directory.steps();
        assertThat(log.failure()).isPresent();
        assertThatThrownBy(() -> log.force(sequence)).isInstanceOf(LogFailedException.class);
        assertThatThrownBy(() -> append(log, "third")).isInstanceOf(LogFailedException.class);
        log.forceSoon(sequence);
        assertThat(log.forcedSequence()).isEqualTo(1);
        log.force(1); // is durable, and stays so
        assertThat(texts(log)).containsExactly("first");
        assertThatThrownBy(log::close).isInstanceOf(LogFailedException.class);
        assertThat(directory.steps()).isEqualTo(steps);
        assertThat(directory.handles()).isZero();
        directory.crash(Loss.ALL, new Random(1));
        try (RecoveryLog again = RecoveryLog.open(directory, SMALL)) {
            assertThat(texts(again)).containsExactly("first");
        }
    }

    @Test
    void allWhoWaitAreTold() throws Exception {
        RecoveryLog log = settled(SMALL);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        directory.beforeForce(
                () -> {
                    reached.countDown();
                    awaitLatch(go);
                });
        directory.failForce(1);
        List<Future<Long>> writers = new ArrayList<>();
        writers.add(executor.submit(() -> appendAndForce(log, "leads")));
        awaitLatch(reached);
        for (int i = 0; i < 8; i++) {
            writers.add(executor.submit(() -> appendAndForce(log, "waits")));
        }
        awaitWaiting(8);
        go.countDown();
        for (Future<Long> each : writers) {
            assertThatThrownBy(() -> each.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(LogFailedException.class);
        }
        assertThatThrownBy(log::close).isInstanceOf(LogFailedException.class);
    }

    private void awaitWaiting(int count) {
        await().atMost(DEADLINE)
                .until(
                        () ->
                                threads.stream()
                                                .filter(
                                                        each ->
                                                                each.getState()
                                                                        == Thread.State
                                                                                .TIMED_WAITING)
                                                .count()
                                        == count);
    }

    private static void awaitLatch(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void oneForceServesAllWhoWait() throws Exception {
        RecoveryLog log = settled(SMALL);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        AtomicInteger forces = new AtomicInteger();
        directory.beforeForce(
                () -> {
                    forces.incrementAndGet();
                    reached.countDown();
                    awaitLatch(go);
                });
        List<Future<Long>> writers = new ArrayList<>();
        writers.add(executor.submit(() -> appendAndForce(log, "leads")));
        awaitLatch(reached);
        for (int i = 0; i < 10; i++) {
            writers.add(executor.submit(() -> appendAndForce(log, "waits")));
        }
        awaitWaiting(10);
        assertThat(log.forcedSequence()).isEqualTo(1);
        go.countDown();
        for (Future<Long> each : writers) {
            each.get(20, TimeUnit.SECONDS);
        }
        assertThat(forces).hasValue(2);
        log.close();
    }

    @Test
    void theBufferIsBounded() throws Exception {
        RecoveryLog log = settled(SMALL);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        directory.beforeForce(
                () -> {
                    if (Thread.currentThread().getName().equals("writer")) {
                        reached.countDown();
                        awaitLatch(go);
                    }
                });
        Future<Long> leader = executor.submit(() -> appendAndForce(log, "leads"));
        awaitLatch(reached);
        Future<Long> appender =
                executor.submit(
                        () -> {
                            long last = 0;
                            for (int i = 0; i < 100; i++) {
                                last = append(log, LogRecord.Kind.VALUE, new byte[1000]);
                            }
                            return last;
                        });
        awaitWaiting(1);
        assertThat(log.lastSequence() * 1000).isLessThan(SMALL.bufferBytes());
        go.countDown();
        assertThat(leader.get(20, TimeUnit.SECONDS)).isEqualTo(2);
        assertThat(appender.get(20, TimeUnit.SECONDS)).isEqualTo(102);
        log.force(102);
        assertThat(readAll(log)).hasSize(102);
        log.close();
    }

    @Test
    void withoutAnyForceTheBufferIsWrittenWhenFull() throws IOException {
        try (RecoveryLog log = settled(SMALL)) {
            for (int i = 0; i < 100; i++) {
                append(log, LogRecord.Kind.VALUE, new byte[1000]);
            }
            assertThat(log.forcedSequence()).isGreaterThan(30);
        }
    }

    @Test
    void aForceThatDoesNotReturnHasFailed() throws Exception {
        RecoveryLog log = settled(LogScene.forceWithin(100));
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        directory.beforeForce(
                () -> {
                    reached.countDown();
                    awaitLatch(go);
                });
        Future<Long> leader = executor.submit(() -> appendAndForce(log, "leads"));
        awaitLatch(reached);
        assertThatThrownBy(() -> appendAndForce(log, "waits"))
                .isInstanceOf(LogFailedException.class)
                .hasMessageContaining("PT0.1S");
        assertThatThrownBy(() -> append(log, "late")).isInstanceOf(LogFailedException.class);
        go.countDown();
        assertThatThrownBy(() -> leader.get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(LogFailedException.class);
        assertThat(log.forcedSequence()).isEqualTo(1);
        assertThatThrownBy(log::close).isInstanceOf(LogFailedException.class);
    }

    @Test
    void aDirectoryThatCannotBeForcedFailsTheLog() throws IOException {
        RecoveryLog log = RecoveryLog.open(directory, SMALL);
        AtomicInteger forces = new AtomicInteger();
        directory.beforeForce(
                () -> {
                    boolean preparing =
                            Thread.currentThread().getName().equals("lockstep-log-segments");
                    if (preparing && forces.incrementAndGet() == 2) { // the file, the directory
                        directory.failForce(1);
                    }
                });
        append(log, "x");
        await().atMost(DEADLINE).until(() -> log.failure().isPresent());
        assertThat(log.failure().orElseThrow()).hasMessageContaining("directory");
        assertThatThrownBy(log::close).isInstanceOf(LogFailedException.class);
    }

    @Test
    void aPreparedFileThatCannotBeForcedIsThrownAway() throws IOException {
        try (RecoveryLog log = RecoveryLog.open(directory, SMALL)) {
            directory.failForce(1);
            append(log, "x"); // asks for the next file
            await().atMost(DEADLINE).until(() -> log.sizeBytes() == 2 * SMALL.segmentBytes());
            assertThat(log.failure()).isEmpty();
            LogScene.fillSegments(log, 3);
        }
        directory.crash(Loss.ALL, new Random(1));
        try (RecoveryLog log = RecoveryLog.open(directory, SMALL)) {
            assertThat(readAll(log)).hasSize(13);
        }
    }
}
