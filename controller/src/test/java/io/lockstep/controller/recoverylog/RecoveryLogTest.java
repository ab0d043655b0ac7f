package io.lockstep.controller.recoverylog;

import static io.lockstep.controller.recoverylog.LogScene.DEADLINE;
import static io.lockstep.controller.recoverylog.LogScene.SMALL;
import static io.lockstep.controller.recoverylog.LogScene.abandon;
import static io.lockstep.controller.recoverylog.LogScene.append;
import static io.lockstep.controller.recoverylog.LogScene.appendAndForce;
import static io.lockstep.controller.recoverylog.LogScene.fillSegments;
import static io.lockstep.controller.recoverylog.LogScene.readAll;
import static io.lockstep.controller.recoverylog.LogScene.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lockstep.controller.recoverylog.LossyDirectory.Loss;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RecoveryLogTest {
    private final LossyDirectory directory = new LossyDirectory();
    private final Random random = new Random(1);

    private RecoveryLog open() throws IOException {
        return RecoveryLog.open(directory, SMALL);
    }

    @Test
    void whatWasForcedIsReadBackInOrder() throws IOException {
        List<LogRecord> expected = new ArrayList<>();
        try (RecoveryLog log = open()) {
            for (LogRecord.Kind kind : LogRecord.Kind.values()) {
                for (int length : new int[] {0, 1, 7, 8, 9, 100, SMALL.maxPayload()}) {
                    byte[] payload = LogScene.payload(random, length);
                    long transaction = random.nextLong();
                    log.epoch(expected.size() / 10);
                    long sequence = log.append(kind, transaction, payload, 0, length);
                    expected.add(
                            new LogRecord(
                                    sequence, expected.size() / 10, kind, transaction, payload));
                }
            }
            assertThat(expected.get(0).sequence()).isEqualTo(1);
            log.force(log.lastSequence());
            assertThat(readAll(log)).isEqualTo(expected);
            assertThat(log.failure()).isEmpty();
        }
        assertThat(directory.names()).hasSizeGreaterThan(3);
        assertThat(directory.handles()).isZero();
        try (RecoveryLog log = open()) {
            assertThat(readAll(log)).isEqualTo(expected);
        }
    }

    @Test
    void aPartOfAnArrayIsAppended() throws IOException {
        try (RecoveryLog log = open()) {
            log.force(log.append(LogRecord.Kind.VALUE, 1, "abcdef".getBytes(UTF_8), 2, 3));
            assertThat(texts(log)).containsExactly("cde");
        }
    }

    @Test
    void openedAgainItGoesOn() throws IOException {
        UUID identity;
        try (RecoveryLog log = open()) {
            identity = log.identity();
            log.epoch(5);
            append(log, "one");
            append(log, "two"); // closing forces them
        }
        directory.crash(Loss.ALL, random);
        try (RecoveryLog log = open()) {
            assertThat(log.identity()).isEqualTo(identity);
            assertThat(log.firstSequence()).isEqualTo(1);
            assertThat(log.lastSequence()).isEqualTo(2);
            assertThat(log.forcedSequence()).isEqualTo(2);
            assertThat(appendAndForce(log, "three")).isEqualTo(3);
            assertThat(texts(log)).containsExactly("one", "two", "three");
            assertThat(readAll(log)).allMatch(each -> each.epoch() == 5);
        }
    }

    @Test
    void itsIdentityIsDurableWhenItIsOpen() throws IOException {
        RecoveryLog log = open();
        UUID identity = log.identity();
        abandon(directory, log);
        directory.crash(Loss.ALL, random);
        try (RecoveryLog again = open()) {
            assertThat(again.identity()).isEqualTo(identity);
            assertThat(readAll(again)).isEmpty();
        }
    }

    @Test
    void onlyDurableRecordsAreRead() throws IOException {
        try (RecoveryLog log = open()) {
            append(log, "one");
            append(log, "two");
            assertThat(log.lastSequence()).isEqualTo(2);
            assertThat(log.forcedSequence()).isZero();
            try (LogReader reader = log.read(1)) {
                assertThat(reader.next()).isNull();
                log.force(1); // with it goes what has gathered
                assertThat(log.forcedSequence()).isEqualTo(2);
                assertThat(reader.next().sequence()).isEqualTo(1);
                assertThat(reader.next().sequence()).isEqualTo(2);
                assertThat(reader.next()).isNull();
            }
        }
    }

    @Test
    void aReaderFollowsFromSegmentToSegment() throws IOException {
        try (RecoveryLog log = open();
                LogReader reader = log.read(1)) {
            for (int i = 1; i <= 40; i++) {
                appendAndForce(log, "x".repeat(random.nextInt(900)));
                assertThat(reader.next().sequence()).isEqualTo(i);
                assertThat(reader.next()).isNull();
            }
            assertThat(directory.names()).hasSizeGreaterThan(4);
            assertThat(directory.handles()).isLessThanOrEqualTo(3); // tail, prepared, reader
        }
    }

    @Test
    void readingBeginsAnywhere() throws IOException {
        try (RecoveryLog log = open()) {
            fillSegments(log, 3);
            for (long from = 1; from <= log.lastSequence(); from++) {
                try (LogReader reader = log.read(from)) {
                    assertThat(reader.next().sequence()).isEqualTo(from);
                }
            }
            try (LogReader reader = log.read(log.lastSequence() + 1)) {
                assertThat(reader.next()).isNull();
                long sequence = appendAndForce(log, "new");
                assertThat(reader.next().sequence()).isEqualTo(sequence);
            }
            assertThatThrownBy(() -> log.read(log.lastSequence() + 2))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whatWasReadOnceIsFoundAgainFromTheMiddle() throws IOException {
        try (RecoveryLog log = RecoveryLog.open(directory, SMALL.withSegmentBytes(4 << 20))) {
            for (int i = 0; i < 5000; i++) {
                append(log, LogRecord.Kind.COMMIT, LogScene.payload(random, 500 + i % 500));
            }
            log.force(log.lastSequence());
            List<LogRecord> all = readAll(log);
            for (int i = 0; i < 300; i++) {
                int from = random.nextInt(all.size() - 2);
                try (LogReader reader = log.read(from + 1)) {
                    assertThat(reader.next()).isEqualTo(all.get(from));
                    assertThat(reader.next()).isEqualTo(all.get(from + 1));
                }
            }
        }
    }

    @Test
    void purgingDeletesWholeSegmentsBelow() throws IOException {
        try (RecoveryLog log = open()) {
            fillSegments(log, 3);
            String fourth = "4".repeat(900); // does not fit into the third
            long last = appendAndForce(log, fourth);
            assertThat(log.purge(1)).isZero();
            assertThat(log.purge(4)).isZero(); // four records fill a segment
            long before = log.sizeBytes();
            assertThat(log.purge(5)).isEqualTo(SMALL.segmentBytes());
            assertThat(log.sizeBytes()).isEqualTo(before - SMALL.segmentBytes());
            assertThat(log.firstSequence()).isEqualTo(5);
            assertThat(directory.names()).doesNotContain("segment-0000000001.log");
            assertThat(log.purge(Long.MAX_VALUE)).isEqualTo(2 * SMALL.segmentBytes());
            assertThat(log.firstSequence()).isEqualTo(last);
            assertThat(texts(log)).containsExactly(fourth);
            assertThat(appendAndForce(log, "more")).isEqualTo(last + 1);
        }
        try (RecoveryLog log = open()) {
            assertThat(texts(log)).containsExactly("4".repeat(900), "more");
        }
    }

    @Test
    void aSegmentStaysUntilTheNextOneIsDurable() throws IOException {
        RecoveryLog log = open();
        for (int i = 0; i < 4; i++) {
            appendAndForce(log, "x".repeat(900));
        }
        append(log, "begins the second segment, not forced");
        assertThat(log.purge(5)).isZero();
        abandon(directory, log);
        directory.crash(Loss.ALL, random);
        try (RecoveryLog again = open()) {
            assertThat(readAll(again)).hasSize(4);
        }
    }

    @Test
    void aReaderIsToldWhatHasBeenPurged() throws IOException {
        try (RecoveryLog log = open()) {
            fillSegments(log, 4);
            try (LogReader early = log.read(1);
                    LogReader late = log.read(1)) {
                assertThat(early.next().sequence()).isEqualTo(1);
                log.purge(10);
                for (int i = 2; i <= 4; i++) { // it has that file open
                    assertThat(early.next().sequence()).isEqualTo(i);
                }
                assertThatThrownBy(early::next).isInstanceOf(LogPurgedException.class);
                assertThatThrownBy(late::next).isInstanceOf(LogPurgedException.class);
            }
            assertThatThrownBy(() -> log.read(8))
                    .isInstanceOf(LogPurgedException.class)
                    .hasMessageContaining("begins with 9");
        }
    }

    @Test
    void whatCannotBeIsRefused() throws IOException {
        RecoveryLog log = open();
        byte[] payload = new byte[SMALL.maxPayload() + 1];
        assertThatThrownBy(() -> append(log, LogRecord.Kind.VALUE, payload))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1001");
        assertThatThrownBy(() -> log.append(LogRecord.Kind.VALUE, 1, payload, 1000, 2))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> log.force(1)).isInstanceOf(IllegalArgumentException.class);
        log.force(0);
        assertThat(log.lastSequence()).isZero();
        log.close();
        log.close();
        assertThatThrownBy(() -> append(log, "late"))
                .isInstanceOf(LogFailedException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> SMALL.withSegmentBytes(8191))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SMALL.withMaxPayload(4000))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aForceAskedForAheadNeedsNobodyWhoWaits() throws IOException {
        try (RecoveryLog log = open()) {
            long sequence = append(log, "x");
            log.forceSoon(sequence);
            await().atMost(DEADLINE).until(() -> log.forcedSequence() == sequence);
            long forces = directory.forces();
            log.forceSoon(sequence);
            log.force(sequence);
            assertThat(directory.forces()).isEqualTo(forces);
        }
    }

    @Test
    void forcingAfterAForceAheadWaitsForIt() throws IOException {
        try (RecoveryLog log = open()) {
            for (int i = 0; i < 500; i++) {
                long sequence = append(log, "x");
                log.forceSoon(sequence);
                log.force(sequence);
                assertThat(log.forcedSequence()).isGreaterThanOrEqualTo(sequence);
            }
        }
    }

    @Test
    void aQuietLogNotesOnceWhatIsForced() throws IOException {
        try (RecoveryLog log = RecoveryLog.open(directory, LogScene.quietAfter(20))) {
            appendAndForce(log, "x");
            long noted = SegmentHeader.BYTES + (long) RecordFormat.size(1) + RecordFormat.size(0);
            await().atMost(DEADLINE).until(() -> scan().equals(new Noted(noted, 1)));
            await().during(Duration.ofMillis(200)).until(() -> scan().equals(new Noted(noted, 1)));
            assertThat(appendAndForce(log, "y")).isEqualTo(2);
            assertThat(texts(log)).containsExactly("x", "y");
        }
    }

    private record Noted(long end, long knownForced) {}

    private Noted scan() throws IOException {
        try (SegmentBytes bytes = SegmentBytes.open(directory, "segment-0000000001.log")) {
            SegmentHeader header = SegmentHeader.read(directory, bytes).orElseThrow();
            SegmentScan scan = SegmentScan.of(bytes, header);
            return new Noted(scan.end(), scan.knownForced());
        }
    }

    @Test
    void aForceNeverHasToExtendAFile() throws IOException {
        try (RecoveryLog log = open()) {
            directory.forgetGrowth();
            fillSegments(log, 5);
            assertThat(directory.names()).hasSizeGreaterThan(4);
            assertThat(directory.grownByForcesOf(Thread.currentThread())).isZero();
        }
    }

    @Test
    void aFirstStartThatDidNotFinishIsBegunAgain() throws IOException {
        int step = 0;
        while (true) {
            LossyDirectory fresh = new LossyDirectory();
            fresh.stopAfter(step++);
            try {
                RecoveryLog.open(fresh, SMALL).close();
                break;
            } catch (IOException e) {
                assertThat(fresh.isStopped()).isTrue();
            }
            fresh.crash(step % 2 == 0 ? Loss.ALL : Loss.SOME, random);
            try (RecoveryLog log = RecoveryLog.open(fresh, SMALL)) {
                assertThat(appendAndForce(log, "x")).isEqualTo(1);
            }
        }
        assertThat(step).isGreaterThan(5);
    }
}
