package io.lockstep.controller.recoverylog;

import static io.lockstep.controller.recoverylog.LogScene.SMALL;
import static io.lockstep.controller.recoverylog.LogScene.append;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LogVerifierTest {
    private static final String FIRST = "segment-0000000001.log";

    private final LossyDirectory directory = new LossyDirectory();
    private UUID identity;

    private void write() throws IOException {
        RecoveryLog log = RecoveryLog.open(directory, SMALL);
        identity = log.identity();
        log.epoch(3);
        LogScene.fillSegments(log, 2);
        append(log, LogRecord.Kind.ABORT, new byte[500]);
        log.close();
    }

    @Test
    void aSoundLogIsDescribed() throws IOException {
        write();
        long steps = directory.steps();
        LogVerifier.Report report = LogVerifier.verify(directory);
        assertThat(report.damage()).isEmpty();
        assertThat(report.identity()).contains(identity);
        assertThat(report.records()).isEqualTo(9);
        assertThat(report.tailBytes()).isZero();
        assertThat(report.segments().subList(0, 3))
                .containsExactly(
                        new LogVerifier.SegmentReport(FIRST, 8192, true, 1, 4, 4),
                        new LogVerifier.SegmentReport(
                                "segment-0000000002.log", 8192, true, 5, 8, 4),
                        new LogVerifier.SegmentReport(
                                "segment-0000000003.log", 8192, true, 9, 9, 1));
        assertThat(directory.steps()).isEqualTo(steps);
        assertThat(directory.handles()).isZero();
    }

    @Test
    void damageInAnOldSegmentIsFound() throws IOException {
        write();
        byte[] bytes = directory.bytes(FIRST);
        int third = SegmentHeader.BYTES + 2 * RecordFormat.size(900);
        bytes[third + 60] ^= 1;
        directory.replace(FIRST, bytes);
        RecoveryLog.open(directory, SMALL).close(); // does not look there
        LogVerifier.Report report = LogVerifier.verify(directory);
        LogVerifier.Damage damage = report.damage().orElseThrow();
        assertThat(damage.file()).isEqualTo(FIRST);
        assertThat(damage.offset()).isEqualTo(third);
        assertThat(damage.message()).contains("record 3");
        assertThat(report.segments().get(0).lastSequence()).isEqualTo(2);
    }

    @Test
    void aDamagedHeaderIsFound() throws IOException {
        write();
        byte[] bytes = directory.bytes(FIRST);
        bytes[20] ^= 1;
        directory.replace(FIRST, bytes);
        LogVerifier.Report report = LogVerifier.verify(directory);
        assertThat(report.damage().orElseThrow().file()).isEqualTo(FIRST);
        assertThat(report.segments().get(0).inUse()).isFalse();
    }

    @Test
    void aTornTailIsNoDamage() throws IOException {
        write();
        String last = "segment-0000000003.log";
        byte[] bytes = directory.bytes(last);
        bytes[8000] = 1;
        directory.replace(last, bytes);
        LogVerifier.Report report = LogVerifier.verify(directory);
        assertThat(report.damage()).isEmpty();
        assertThat(report.tailBytes()).isPositive();
        assertThat(report.records()).isEqualTo(9);
    }

    @Test
    void anEmptyDirectoryHoldsNoLog() throws IOException {
        LogVerifier.Report report = LogVerifier.verify(directory);
        assertThat(report)
                .isEqualTo(
                        new LogVerifier.Report(Optional.empty(), List.of(), 0, Optional.empty()));
    }

    @Test
    void recordsAreDumpedALineEach() throws IOException {
        write();
        List<String> lines = new ArrayList<>();
        LogDump.dump(directory, 8, each -> "(" + each.kind().code() + ")", lines::add);
        assertThat(lines)
                .containsExactly(
                        "8 epoch 3 COMMIT transaction 7, 900 bytes (3)",
                        "9 epoch 3 ABORT transaction 7, 500 bytes (4)");
    }

    @Test
    void aDumpEndsWithTheDamageItMeets() throws IOException {
        write();
        byte[] bytes = directory.bytes(FIRST);
        bytes[SegmentHeader.BYTES + RecordFormat.size(900) + 60] ^= 1;
        directory.replace(FIRST, bytes);
        List<String> lines = new ArrayList<>();
        assertThatThrownBy(() -> LogDump.dump(directory, 1, each -> "", lines::add))
                .isInstanceOf(LogDamagedException.class);
        assertThat(lines).containsExactly("1 epoch 3 COMMIT transaction 7, 900 bytes");
    }
}
