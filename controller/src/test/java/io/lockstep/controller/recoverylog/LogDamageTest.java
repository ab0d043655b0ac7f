package io.lockstep.controller.recoverylog;

import static io.lockstep.controller.recoverylog.LogScene.SMALL;
import static io.lockstep.controller.recoverylog.LogScene.abandon;
import static io.lockstep.controller.recoverylog.LogScene.append;
import static io.lockstep.controller.recoverylog.LogScene.appendAndForce;
import static io.lockstep.controller.recoverylog.LogScene.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every byte of a log's last segment cut off or changed: either what was certainly durable is
 * missed, and the log refused, or the end is cut off; never a record that was not written.
 */
class LogDamageTest {
    private static final String FIRST = "segment-0000000001.log";
    private static final String TAIL = "segment-0000000002.log";

    private final LossyDirectory directory = new LossyDirectory();
    private final Random random = new Random(7);
    private final List<LogRecord> records = new ArrayList<>();

    /** A record of the tail: its bytes, and what it says was forced. */
    private record Place(long sequence, int from, int to, long knownForced) {}

    private List<Place> places;

    /** Two segments; the last batch has three records, those before it have one each. */
    @BeforeEach
    void write() throws IOException {
        RecoveryLog log = RecoveryLog.open(directory, SMALL);
        LogScene.fillSegments(log, 1);
        log.force(append(log, LogRecord.Kind.COMMIT, LogScene.payload(random, 400)));
        for (int i = 0; i < 4; i++) {
            log.force(append(log, LogRecord.Kind.COMMIT, LogScene.payload(random, 30 + i)));
        }
        for (int i = 0; i < 3; i++) {
            append(log, LogRecord.Kind.VALUE, LogScene.payload(random, 10 * i));
        }
        log.force(log.lastSequence());
        records.addAll(readAll(log));
        abandon(directory, log);
        directory.kill();
        deletePrepared();
        places = places();
    }

    private void deletePrepared() throws IOException {
        for (String name : directory.names()) {
            if (name.compareTo(TAIL) > 0) {
                directory.delete(name);
            }
        }
        directory.force();
    }

    private List<Place> places() throws IOException {
        List<Place> found = new ArrayList<>();
        try (SegmentBytes bytes = SegmentBytes.open(directory, TAIL)) {
            SegmentHeader header = SegmentHeader.read(directory, bytes).orElseThrow();
            RecordFormat format = new RecordFormat(header.identity());
            int at = SegmentHeader.BYTES;
            while (true) {
                RecordFormat.View view = format.at(bytes, 2, at, SMALL.segmentBytes());
                if (view == null) {
                    return found;
                }
                int to = at + view.size();
                found.add(new Place(view.sequence(), at, to, view.knownForced()));
                at = to;
            }
        }
    }

    @Test
    void theSceneIsAsDescribed() {
        assertThat(directory.names()).containsExactly(FIRST, TAIL);
        assertThat(places).hasSize(8);
        long last = records.size();
        assertThat(places.get(7)).matches(each -> each.sequence() == last);
        assertThat(places.subList(5, 8)).allMatch(each -> each.knownForced() == last - 3);
    }

    private LossyDirectory with(String name, byte[] bytes) throws IOException {
        LossyDirectory copy = directory.copy();
        copy.replace(name, bytes);
        return copy;
    }

    @Test
    void cutAnywhereItKeepsTheWholeRecordsAndGoesOn() throws IOException {
        byte[] whole = directory.bytes(TAIL);
        int end = places.get(7).to();
        for (int cut = SegmentHeader.BYTES; cut <= whole.length; cut += cut <= end ? 1 : 100) {
            LossyDirectory copy = with(TAIL, Arrays.copyOf(whole, cut));
            int limit = cut;
            long lost = places.stream().filter(each -> !survives(each, whole, limit)).count();
            long kept = records.size() - lost;
            long next;
            try (RecoveryLog log = RecoveryLog.open(copy, SMALL)) {
                assertThat(readAll(log))
                        .as("cut=%d", cut)
                        .isEqualTo(records.subList(0, (int) kept));
                next = appendAndForce(log, "new");
                assertThat(next).isEqualTo(kept + 1);
                assertThat(copy.bytes(TAIL)).hasSize(whole.length);
            }
            try (RecoveryLog log = RecoveryLog.open(copy, SMALL)) {
                assertThat(log.lastSequence()).as("cut=%d", cut).isEqualTo(next);
            }
        }
    }

    @Test
    void changedAnywhereItIsCutOrRefused() throws IOException {
        byte[] whole = directory.bytes(TAIL);
        int end = places.get(7).to();
        int refused = 0;
        for (int at = 0; at < end; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) (1 + random.nextInt(255));
            int place = at;
            Place hit =
                    places.stream()
                            .filter(each -> each.from() <= place && place < each.to())
                            .findAny()
                            .orElse(null);
            LossyDirectory copy = with(TAIL, changed);
            if (hit != null && hit.sequence() > records.size() - 3) {
                try (RecoveryLog log = RecoveryLog.open(copy, SMALL)) {
                    assertThat(readAll(log))
                            .as("byte %d", at)
                            .isEqualTo(records.subList(0, (int) hit.sequence() - 1));
                }
            } else {
                assertRefused(copy, TAIL, hit == null ? 0 : hit.from());
                assertThat(copy.bytes(TAIL)).isEqualTo(changed);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(SegmentHeader.BYTES);
    }

    /** Whether such a cut takes nothing from it but zeros, as which the missing bytes are read. */
    private static boolean survives(Place place, byte[] whole, int cut) {
        for (int at = Math.max(cut, place.from()); at < place.to(); at++) {
            if (whole[at] != 0) {
                return false;
            }
        }
        return true;
    }

    @Test
    void whatWasCutOffNeverComesBack() throws IOException {
        byte[] changed = directory.bytes(TAIL);
        Place cut = places.get(5);
        changed[cut.from()] ^= 1;
        LossyDirectory copy = with(TAIL, changed);
        RecoveryLog log = RecoveryLog.open(copy, SMALL);
        byte[] asLong = new byte[records.get((int) cut.sequence() - 1).payload().length];
        log.force(append(log, LogRecord.Kind.ABORT, asLong)); // ends where the next one began
        abandon(copy, log);
        copy.kill();
        try (RecoveryLog again = RecoveryLog.open(copy, SMALL)) {
            assertThat(again.lastSequence()).isEqualTo(cut.sequence());
        }
    }

    private static void assertRefused(LossyDirectory directory, String file, long offset) {
        assertThatThrownBy(() -> RecoveryLog.open(directory, SMALL))
                .as("%s %d", file, offset)
                .isInstanceOfSatisfying(
                        LogDamagedException.class,
                        damage -> {
                            assertThat(damage.file()).isEqualTo(file);
                            assertThat(damage.offset()).isEqualTo(offset);
                            assertThat(damage).hasMessageContaining("--verify-log");
                        });
    }

    @Test
    void afterAnOrderlyEndNothingIsCut() throws IOException {
        RecoveryLog.open(directory, SMALL).close();
        deletePrepared();
        byte[] whole = directory.bytes(TAIL);
        assertThat(places()).hasSize(9); // the note that all is forced
        for (Place each : places) {
            byte[] changed = whole.clone();
            changed[each.from() + random.nextInt(each.to() - each.from())] ^= 1;
            assertRefused(with(TAIL, changed), TAIL, each.from());
        }
        byte[] noNote = whole.clone();
        noNote[places.get(7).to() + 3] ^= 1;
        try (RecoveryLog log = RecoveryLog.open(with(TAIL, noNote), SMALL)) {
            assertThat(readAll(log)).isEqualTo(records);
        }
    }

    @Test
    void whatIsDamagedBeforeTheTailIsFoundByReading() throws IOException {
        byte[] whole = directory.bytes(FIRST);
        for (int at = SegmentHeader.BYTES; at < whole.length; at += 13) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) (1 + random.nextInt(255));
            int size = RecordFormat.size(900);
            int hit = (at - SegmentHeader.BYTES) / size;
            try (RecoveryLog log = RecoveryLog.open(with(FIRST, changed), SMALL);
                    LogReader reader = log.read(1)) {
                if (hit >= 4) { // the rest, which is not used
                    assertThat(readAll(log)).isEqualTo(records);
                    continue;
                }
                for (int i = 0; i < hit; i++) {
                    assertThat(reader.next()).isEqualTo(records.get(i));
                }
                assertThatThrownBy(reader::next)
                        .isInstanceOfSatisfying(
                                LogDamagedException.class,
                                damage -> {
                                    assertThat(damage.file()).isEqualTo(FIRST);
                                    assertThat(damage.offset())
                                            .isEqualTo(SegmentHeader.BYTES + (long) hit * size);
                                });
            }
        }
    }

    @Test
    void aMissingFileIsRefused() throws IOException {
        LossyDirectory withoutTail = directory.copy();
        withoutTail.delete(TAIL);
        try (RecoveryLog log = RecoveryLog.open(withoutTail, SMALL)) {
            assertThat(log.lastSequence()).isEqualTo(4); // nothing left says that there was more
        }
        RecoveryLog log = RecoveryLog.open(directory, SMALL);
        LogScene.fillSegments(log, 2);
        log.close();
        LossyDirectory withGap = directory.copy();
        withGap.delete(TAIL);
        assertRefused(withGap, TAIL, 0);
    }

    @Test
    void aFileOfAnotherLogOrPlaceIsRefused() throws IOException {
        LossyDirectory other = new LossyDirectory();
        RecoveryLog log = RecoveryLog.open(other, SMALL);
        LogScene.fillSegments(log, 2);
        log.close();
        assertRefused(with(TAIL, other.bytes(TAIL)), TAIL, 0);
        assertRefused(with(TAIL, directory.bytes(FIRST)), TAIL, 0);
        assertRefused(with(FIRST, new byte[(int) SMALL.segmentBytes()]), FIRST, 0);
    }

    @Test
    void aRecordInsideAPayloadIsNotTakenForOne() throws IOException {
        byte[] whole = directory.bytes(TAIL);
        Place last = places.get(7);
        RecoveryLog log = RecoveryLog.open(directory, SMALL);
        log.close(); // appends the note that record `last` is forced
        byte[] noted = Arrays.copyOfRange(directory.bytes(TAIL), last.to(), last.to() + 48);
        deletePrepared();
        LossyDirectory copy = with(TAIL, whole);
        RecoveryLog again = RecoveryLog.open(copy, SMALL);
        again.force(append(again, LogRecord.Kind.VALUE, noted));
        abandon(copy, again);
        copy.kill();
        byte[] changed = copy.bytes(TAIL);
        changed[last.to() + 1] ^= 1;
        copy.replace(TAIL, changed);
        try (RecoveryLog third = RecoveryLog.open(copy, SMALL)) {
            assertThat(readAll(third)).isEqualTo(records);
        }
    }
}
