package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Prints durable appends per second, of the log and of a plain file with one force per record, in
 * turns. Not a test: figures depend on the disk. Run its {@code main} with the test class path;
 * argument: a directory on the disk in question.
 */
final class RecoveryLogCost {
    private static final int RECORD_BYTES = 250;
    private static final int ROUNDS = 7;
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(700);
    private static final long FILE_BYTES = 64 << 20;

    private interface Target extends AutoCloseable {
        void append(byte[] record) throws IOException;

        @Override
        void close() throws IOException;
    }

    private static final class Log implements Target {
        private final RecoveryLog log;

        Log(Path directory) throws IOException {
            log = RecoveryLog.open(DiskDirectory.at(directory), LogOptions.DEFAULTS);
        }

        @Override
        public void append(byte[] record) throws IOException {
            log.force(log.append(LogRecord.Kind.COMMIT, 1, record, 0, record.length));
        }

        @Override
        public void close() throws IOException {
            log.close();
        }
    }

    private static final class Plain implements Target {
        private final FileChannel file;
        private final AtomicLong end = new AtomicLong();

        Plain(Path path) throws IOException {
            file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
            for (long at = 0; at < FILE_BYTES; at += zeros.capacity()) {
                file.write(zeros.clear(), at);
            }
            file.force(true);
        }

        @Override
        public void append(byte[] record) throws IOException {
            long at = end.getAndAdd(record.length);
            file.write(ByteBuffer.wrap(record), at % (FILE_BYTES - record.length));
            file.force(false);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private record Figures(double perSecond, double medianMicros) {}

    private RecoveryLogCost() {}

    public static void main(String[] arguments) throws Exception {
        Path parent = Path.of(arguments.length > 0 ? arguments[0] : ".");
        Path directory = Files.createTempDirectory(parent, "recovery-log-cost");
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Target log = new Log(directory.resolve("log"));
                Target plain = new Plain(directory.resolve("plain"))) {
            for (int writers : new int[] {1, 4, 16}) {
                List<Figures> ofLog = new ArrayList<>();
                List<Figures> ofPlain = new ArrayList<>();
                for (int round = 0; round <= ROUNDS; round++) {
                    ofLog.add(measure(threads, log, writers));
                    ofPlain.add(measure(threads, plain, writers));
                }
                print(writers, "log", ofLog);
                print(writers, "plain", ofPlain);
            }
        } finally {
            threads.shutdown();
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path each : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    private static Figures measure(ExecutorService threads, Target target, int writers)
            throws Exception {
        long end = System.nanoTime() + ROUND_NANOS;
        List<Callable<List<Long>>> tasks = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            tasks.add(() -> write(target, end));
        }
        List<Long> durations = new ArrayList<>();
        for (Future<List<Long>> each : threads.invokeAll(tasks)) {
            durations.addAll(each.get());
        }
        durations.sort(null);
        return new Figures(
                durations.size() * 1e9 / ROUND_NANOS, durations.get(durations.size() / 2) / 1e3);
    }

    private static List<Long> write(Target target, long end) throws IOException {
        List<Long> durations = new ArrayList<>();
        byte[] record = new byte[RECORD_BYTES];
        Arrays.fill(record, (byte) 'x');
        for (long begin = System.nanoTime(); begin < end; ) {
            target.append(record);
            long now = System.nanoTime();
            durations.add(now - begin);
            begin = now;
        }
        return durations;
    }

    /** Medians over the rounds but the first. */
    private static void print(int writers, String what, List<Figures> rounds) {
        List<Figures> counted = rounds.subList(1, rounds.size());
        System.out.printf(
                Locale.ROOT,
                "%2d writers %-5s %8.0f appends/s, each %7.0f us%n",
                writers,
                what,
                median(counted.stream().map(Figures::perSecond).sorted().toList()),
                median(counted.stream().map(Figures::medianMicros).sorted().toList()));
    }

    private static double median(List<Double> sorted) {
        return sorted.get(sorted.size() / 2);
    }
}
