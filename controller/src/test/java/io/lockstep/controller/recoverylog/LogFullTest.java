package io.lockstep.controller.recoverylog;

import static io.lockstep.controller.recoverylog.LogScene.DEADLINE;
import static io.lockstep.controller.recoverylog.LogScene.SMALL;
import static io.lockstep.controller.recoverylog.LogScene.append;
import static io.lockstep.controller.recoverylog.LogScene.fillSegments;
import static io.lockstep.controller.recoverylog.LogScene.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lockstep.controller.recoverylog.LossyDirectory.Loss;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A disk without space: what is refused, what still works, and how it goes on. */
class LogFullTest {
    private final LossyDirectory directory = new LossyDirectory();

    /** Appends until there is no space; returns the last sequence. */
    private static long fill(RecoveryLog log) throws LogException {
        while (true) {
            try {
                append(log, LogRecord.Kind.STATEMENT, new byte[500]);
            } catch (LogFullException e) {
                assertThat(e).hasMessageContaining("No space left").hasMessageContaining("8192");
                return log.lastSequence();
            }
        }
    }

    @Test
    void appendingGoesOnWhenThereIsSpaceAgain() throws IOException {
        try (RecoveryLog log = RecoveryLog.open(directory, SMALL)) {
            directory.limitSpace(3 * SMALL.segmentBytes());
            long last = fill(log);
            assertThat(last).isGreaterThan(12);
            assertThat(log.failure()).isEmpty();
            log.force(last);
            assertThat(readAll(log)).hasSize((int) last);
            directory.limitSpace(Long.MAX_VALUE);
            await().atMost(DEADLINE).until(() -> accepts(log));
            assertThat(log.lastSequence()).isEqualTo(last + 1);
            log.force(last + 1);
        }
        directory.crash(Loss.ALL, new Random(1));
        try (RecoveryLog log = RecoveryLog.open(directory, SMALL)) {
            assertThat(readAll(log)).hasSize((int) log.lastSequence());
        }
    }

    private static boolean accepts(RecoveryLog log) throws LogException {
        try {
            append(log, "again");
            return true;
        } catch (LogFullException e) {
            return false;
        }
    }

    @Test
    void purgingMakesSpace() throws IOException {
        try (RecoveryLog log = RecoveryLog.open(directory, SMALL)) {
            directory.limitSpace(4 * SMALL.segmentBytes());
            long last = fill(log);
            log.force(last);
            assertThat(log.purge(last)).isPositive();
            await().atMost(DEADLINE).until(() -> accepts(log));
        }
    }

    @Test
    void outcomesAndMembershipHaveSpaceInReserve() throws IOException {
        try (RecoveryLog log = RecoveryLog.open(directory, SMALL)) {
            directory.limitSpace(2 * SMALL.segmentBytes());
            long last = fill(log);
            int inReserve = 0;
            for (LogRecord.Kind kind : LogRecord.Kind.values()) {
                if (kind.mayUseReserve()) {
                    append(log, kind, new byte[300]);
                    inReserve++;
                } else {
                    assertThatThrownBy(() -> append(log, kind, new byte[300]))
                            .as("%s", kind)
                            .isInstanceOf(LogFullException.class);
                }
            }
            assertThat(inReserve).isEqualTo(2);
            assertThat(log.lastSequence()).isEqualTo(last + inReserve);
            log.force(last + inReserve);
            assertThat(readAll(log)).hasSize((int) last + inReserve);
        }
    }

    @Test
    void evenTheReserveEnds() throws IOException {
        try (RecoveryLog log = RecoveryLog.open(directory, SMALL)) {
            directory.limitSpace(2 * SMALL.segmentBytes());
            fill(log);
            assertThatThrownBy(
                            () -> {
                                while (true) {
                                    append(log, LogRecord.Kind.ABORT, new byte[50]);
                                }
                            })
                    .isInstanceOf(LogFullException.class);
            directory.limitSpace(Long.MAX_VALUE);
            await().atMost(DEADLINE).until(() -> accepts(log));
        }
    }

    @Test
    void aFullDiskCanBeOpenedAndHasItsReserve() throws IOException {
        try (RecoveryLog log = RecoveryLog.open(directory, SMALL)) {
            fillSegments(log, 2);
            append(log, LogRecord.Kind.ABORT, new byte[900]); // begins the third
            append(log, LogRecord.Kind.ABORT, new byte[900]); // asks for the fourth
            await().atMost(DEADLINE).until(() -> log.sizeBytes() == 4 * SMALL.segmentBytes());
        }
        directory.limitSpace(directory.usedBytes());
        try (RecoveryLog log = RecoveryLog.open(directory, SMALL)) {
            assertThat(log.sizeBytes()).isEqualTo(4 * SMALL.segmentBytes());
            append(log, LogRecord.Kind.EPOCH, new byte[900]);
            fill(log);
            log.force(append(log, LogRecord.Kind.ABORT, new byte[900]));
        }
    }

    @Test
    void withoutSpaceForTheFirstFileThereIsNoLog() throws IOException {
        directory.limitSpace(100);
        assertThatThrownBy(() -> RecoveryLog.open(directory, SMALL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left");
        directory.limitSpace(Long.MAX_VALUE);
        try (RecoveryLog log = RecoveryLog.open(directory, SMALL)) {
            assertThat(append(log, "x")).isEqualTo(1);
        }
    }

    @Test
    void anAppendWaitsForTheNextFileWhileThereIsSpace() throws IOException {
        try (RecoveryLog log = RecoveryLog.open(directory, SMALL)) {
            Thread appender = Thread.currentThread();
            directory.beforeForce(
                    () -> {
                        if (Thread.currentThread().getName().equals("lockstep-log-segments")) {
                            await().atMost(DEADLINE)
                                    .until(() -> appender.getState() == Thread.State.TIMED_WAITING);
                        }
                    });
            fillSegments(log, 2);
            assertThat(readAll(log)).hasSize(8);
        }
    }
}
