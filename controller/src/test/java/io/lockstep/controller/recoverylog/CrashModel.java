package io.lockstep.controller.recoverylog;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.recoverylog.LossyDirectory.Loss;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A log on a directory that loses things, and what it promises: whatever was forced is there after
 * a crash, in order, and nothing follows it but what was appended after it, in order.
 */
final class CrashModel {
    final LossyDirectory directory = new LossyDirectory();
    private final LogOptions options;
    private final Random random;
    private final List<LogRecord> appended = new ArrayList<>();
    private long promised;
    private long purgedBelow = 1;
    private RecoveryLog log;

    CrashModel(LogOptions options, long seed) {
        this.options = options;
        this.random = new Random(seed);
    }

    RecoveryLog log() {
        return log;
    }

    long last() {
        return appended.size();
    }

    long promised() {
        return promised;
    }

    /** Opens and checks. What a log shows once it is open, it must show after every later crash. */
    void open() throws IOException {
        log = RecoveryLog.open(directory, options);
        promised = check();
        while (appended.size() > promised) {
            appended.remove(appended.size() - 1);
        }
    }

    private long check() throws IOException {
        long last = log.lastSequence();
        assertThat(last).as("last record").isBetween(promised, (long) appended.size());
        assertThat(log.forcedSequence()).isEqualTo(last);
        assertThat(log.firstSequence()).as("first record").isBetween(1L, purgedBelow);
        List<LogRecord> found = LogScene.readAll(log);
        assertThat(found).isEqualTo(appended.subList((int) log.firstSequence() - 1, (int) last));
        return last;
    }

    void append(int length) throws IOException {
        LogRecord.Kind[] kinds = LogRecord.Kind.values();
        LogRecord.Kind kind = kinds[random.nextInt(kinds.length)];
        byte[] payload = LogScene.payload(random, length);
        long transaction = random.nextLong();
        long sequence = log.append(kind, transaction, payload, 0, length);
        assertThat(sequence).isEqualTo(appended.size() + 1);
        appended.add(new LogRecord(sequence, 0, kind, transaction, payload));
    }

    void force(long sequence) throws IOException {
        log.force(sequence);
        promised = Math.max(promised, sequence);
    }

    void purge(long keepFrom) throws IOException {
        purgedBelow = Math.max(purgedBelow, keepFrom);
        log.purge(keepFrom);
    }

    /** Orderly: everything appended is durable. */
    void close() throws IOException {
        log.close();
        promised = appended.size();
    }

    /** Ends the log without its help; the machine runs on. */
    void kill() {
        abandon();
        directory.kill();
    }

    void crash(Loss loss) {
        abandon();
        directory.crash(loss, random);
    }

    private void abandon() {
        if (log != null) {
            LogScene.abandon(directory, log);
            log = null;
        }
    }

    /** Opens, however often the machine stops while that is going on: later each time. */
    void openDespiteCrashes() throws IOException {
        for (int steps = 0; ; steps++) {
            directory.stopAfter(steps);
            try {
                open();
                directory.stopAfter(Long.MAX_VALUE / 2);
                return;
            } catch (IOException e) {
                if (!directory.isStopped()) {
                    throw e;
                }
            }
            abandon();
            directory.crash(random.nextInt(3) == 0 ? Loss.ALL : Loss.SOME, random);
        }
    }
}
