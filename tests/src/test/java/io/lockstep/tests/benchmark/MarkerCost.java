package io.lockstep.tests.benchmark;

import io.lockstep.backends.Backend;
import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.BackendSettings;
import io.lockstep.backends.Backends;
import io.lockstep.backends.markers.Marker;
import io.lockstep.backends.markers.Markers.Claim;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Databases;
import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a marker costs: transactions of one INSERT that end with a marker against the same that end
 * without, in turns, straight on one database of each engine.
 *
 * <p>Arguments: seconds of each round, rounds. Prints a line for each engine and number of threads.
 */
final class MarkerCost {
    private static final int[] THREADS = {1, 16};
    private static final long EPOCH = 1;

    private final AtomicLong sequence = new AtomicLong();
    private final long nanos;
    private final int rounds;

    private MarkerCost(int seconds, int rounds) {
        this.nanos = TimeUnit.SECONDS.toNanos(seconds);
        this.rounds = rounds;
    }

    public static void main(String[] arguments)
            throws SQLException, InterruptedException, ExecutionException {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        MarkerCost cost = new MarkerCost(seconds, rounds);
        System.out.println("engine, threads: p50 without, with; tx/s without, with, ratio");
        for (Engine engine : Engine.values()) {
            cost.measure(engine);
        }
        System.exit(0); // the servers end with this process
    }

    private void measure(Engine engine)
            throws SQLException, InterruptedException, ExecutionException {
        Database database = Databases.fresh(engine, 0);
        database.execute("CREATE TABLE t (id BIGINT PRIMARY KEY, body VARCHAR(200))");
        BackendSettings settings =
                new BackendSettings(
                        engine.toString(),
                        database.url(),
                        Database.USER,
                        Database.PASSWORD,
                        1,
                        THREADS[THREADS.length - 1] + 2,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5));
        try (Backend backend = Backends.open(settings, MarkerCost.class.getClassLoader())) {
            backend.markers().create();
            Claim claim = new Claim("bench", UUID.randomUUID(), EPOCH, 0, "benchmark", 0);
            backend.markers().raise(null, claim);
            for (int threads : THREADS) {
                List<Long> without = new ArrayList<>();
                List<Long> with = new ArrayList<>();
                run(backend, threads, true); // to warm up
                for (int round = 0; round < rounds; round++) {
                    without.addAll(run(backend, threads, false));
                    with.addAll(run(backend, threads, true));
                    backend.markers().advance(sequence.get(), EPOCH);
                }
                print(engine, threads, without, with);
            }
        }
    }

    private void print(Engine engine, int threads, List<Long> without, List<Long> with) {
        double seconds = rounds * (double) nanos / TimeUnit.SECONDS.toNanos(1);
        System.out.printf(
                "%s, %d: p50 %d us, %d us (%+d %%); tx/s %.0f, %.0f, %.2f%n",
                engine,
                threads,
                median(without),
                median(with),
                100 * (median(with) - median(without)) / median(without),
                without.size() / seconds,
                with.size() / seconds,
                with.size() / (double) without.size());
    }

    private static long median(List<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[sorted.length / 2] / 1_000;
    }

    /** How long each transaction took, in nanoseconds. */
    private List<Long> run(Backend backend, int threads, boolean marked)
            throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            long end = System.nanoTime() + nanos;
            List<Future<List<Long>>> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                workers.add(pool.submit(() -> work(backend, marked, end)));
            }
            List<Long> all = new ArrayList<>();
            for (Future<List<Long>> worker : workers) {
                all.addAll(worker.get());
            }
            return all;
        } finally {
            pool.shutdownNow();
        }
    }

    private List<Long> work(Backend backend, boolean marked, long end) throws SQLException {
        char[] body = new char[200];
        Arrays.fill(body, 'x');
        String text = new String(body);
        List<Long> times = new ArrayList<>();
        BackendConnection connection = backend.borrow(Duration.ofSeconds(30));
        try {
            while (System.nanoTime() < end) {
                long before = System.nanoTime();
                transaction(connection, sequence.incrementAndGet(), text, marked);
                times.add(System.nanoTime() - before);
            }
        } finally {
            connection.release();
        }
        return times;
    }

    private static void transaction(
            BackendConnection connection, long number, String text, boolean marked)
            throws SQLException {
        connection.begin(Connection.TRANSACTION_READ_COMMITTED, false);
        PreparedStatement insert =
                connection.prepare(
                        "INSERT INTO t VALUES (?, ?)", BackendConnection.KeyColumns.NONE);
        insert.setLong(1, number);
        insert.setString(2, text);
        insert.executeUpdate();
        connection.giveBack(insert);
        if (marked) {
            connection.commit(new Marker(number, EPOCH));
        } else {
            connection.commit();
        }
    }
}
