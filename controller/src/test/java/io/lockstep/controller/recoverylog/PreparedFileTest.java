package io.lockstep.controller.recoverylog;

import static io.lockstep.controller.recoverylog.LogScene.DEADLINE;
import static io.lockstep.controller.recoverylog.LogScene.append;
import static io.lockstep.controller.recoverylog.LogScene.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lockstep.controller.recoverylog.LossyDirectory.Loss;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The process is killed while it prepares a file; the next one goes on in that file. */
class PreparedFileTest {
    private static final String SECOND = "segment-0000000002.log";

    /** Larger, so that no third file is prepared while little is in the second. */
    private static final LogOptions OPTIONS = LogScene.SMALL.withSegmentBytes(16_384);

    private final LossyDirectory directory = new LossyDirectory();

    /**
     * @param force the one that is not reached: 1 the file's, 2 the directory's
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatIsWrittenThereIsDurable(int force) throws IOException {
        RecoveryLog log = RecoveryLog.open(directory, OPTIONS);
        AtomicInteger forces = new AtomicInteger();
        directory.beforeForce(
                () -> {
                    boolean preparing =
                            Thread.currentThread().getName().equals("lockstep-log-segments");
                    if (preparing && forces.incrementAndGet() == force) {
                        directory.stopAfter(0);
                    }
                });
        long written = 0;
        while (written == 0 || !wants(log)) {
            log.force(append(log, LogRecord.Kind.COMMIT, new byte[1000]));
            written++;
            assertThat(written).isLessThan(5);
        }
        append(log, LogRecord.Kind.COMMIT, new byte[1000]); // asks for the second file
        await().atMost(DEADLINE).until(directory::isStopped);
        LogScene.abandon(directory, log);
        directory.beforeForce(() -> {});
        directory.kill();
        goOn(written);
    }

    /** Whether the next record makes the log ask for another file. */
    private static boolean wants(RecoveryLog log) {
        long used = SegmentHeader.BYTES + (log.lastSequence() + 1) * RecordFormat.size(1000);
        return OPTIONS.segmentBytes() - used < OPTIONS.segmentBytes() / 2;
    }

    private void goOn(long written) throws IOException {
        assertThat(directory.bytes(SECOND)).hasSize((int) OPTIONS.segmentBytes());
        RecoveryLog log = RecoveryLog.open(directory, OPTIONS);
        assertThat(log.lastSequence()).isEqualTo(written);
        assertThat(log.sizeBytes()).isEqualTo(2 * OPTIONS.segmentBytes());
        directory.forgetGrowth();
        while (directory.bytes(SECOND)[0] == 0) {
            log.force(append(log, LogRecord.Kind.COMMIT, new byte[1000]));
        }
        assertThat(directory.grownByForcesOf(Thread.currentThread())).isZero();
        assertThat(directory.names()).hasSize(2);
        long last = log.forcedSequence();
        LogScene.abandon(directory, log);
        directory.crash(Loss.ALL, new Random(1));
        try (RecoveryLog again = RecoveryLog.open(directory, OPTIONS)) {
            assertThat(again.lastSequence()).isEqualTo(last);
            assertThat(readAll(again)).hasSize((int) last);
        }
    }
}
