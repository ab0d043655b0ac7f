package io.lockstep.controller.recoverylog;

import static io.lockstep.controller.recoverylog.LogScene.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many threads on a log on a real disk, some of them interrupted now and then. */
class ConcurrentLogTest {
    private static final int WRITERS = 8;
    private static final int EACH = Boolean.getBoolean("lockstep.full") ? 20_000 : 1_500;
    private static final LogOptions OPTIONS =
            LogScene.SMALL.withSegmentBytes(1 << 16).withMaxPayload(4_000);

    @TempDir Path folder;

    private final AtomicInteger writing = new AtomicInteger(WRITERS);

    @Test
    void everyRecordIsThereOnceInItsWritersOrder() throws Exception {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.println("ConcurrentLogTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        DiskDirectory directory = DiskDirectory.at(folder.resolve("log"));
        ExecutorService threads = Executors.newCachedThreadPool();
        try (RecoveryLog log = RecoveryLog.open(directory, OPTIONS)) {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                SplittableRandom mine = random.split();
                tasks.add(() -> write(log, writer, mine));
            }
            tasks.add(() -> follow(log));
            tasks.add(() -> follow(log));
            for (Future<Void> each :
                    threads.invokeAll(tasks, 5 * DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                each.get();
            }
            assertThat(log.failure()).isEmpty();
        } finally {
            threads.shutdownNow();
        }
        try (RecoveryLog log = RecoveryLog.open(directory, OPTIONS)) {
            assertThat(check(log)).isEqualTo(WRITERS * (long) EACH);
        }
    }

    private Void write(RecoveryLog log, int writer, SplittableRandom random) throws IOException {
        try {
            long last = 0;
            for (int i = 0; i < EACH; i++) {
                int length = 4 + (random.nextInt(50) == 0 ? random.nextInt(3_900) : 20);
                byte[] payload = ByteBuffer.allocate(length).putInt(i).array();
                long sequence = log.append(LogRecord.Kind.STATEMENT, writer, payload, 0, length);
                assertThat(sequence).isGreaterThan(last);
                last = sequence;
                if (random.nextInt(40) == 0) {
                    Thread.currentThread().interrupt();
                }
                if (random.nextInt(3) == 0) {
                    log.forceSoon(sequence);
                }
                if (random.nextInt(4) > 0) {
                    log.force(sequence);
                    assertThat(log.forcedSequence()).isGreaterThanOrEqualTo(sequence);
                }
                Thread.interrupted();
            }
            log.force(last);
        } finally {
            writing.decrementAndGet();
        }
        return null;
    }

    private Void follow(RecoveryLog log) throws IOException {
        long expected = 1;
        try (LogReader reader = log.read(1)) {
            while (true) {
                boolean end = writing.get() == 0;
                LogRecord record = reader.next();
                if (record != null) {
                    assertThat(record.sequence()).isEqualTo(expected++);
                } else if (end) {
                    assertThat(expected).isEqualTo(log.lastSequence() + 1);
                    return null;
                } else {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private static long check(RecoveryLog log) throws IOException {
        int[] next = new int[WRITERS];
        long count = 0;
        for (LogRecord each : LogScene.readAll(log)) {
            int writer = (int) each.transaction();
            assertThat(ByteBuffer.wrap(each.payload()).getInt()).isEqualTo(next[writer]++);
            assertThat(each.sequence()).isEqualTo(++count);
        }
        return count;
    }
}
