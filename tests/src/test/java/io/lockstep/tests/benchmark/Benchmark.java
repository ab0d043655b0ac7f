package io.lockstep.tests.benchmark;

import io.lockstep.tests.harness.BuildLayout;
import io.lockstep.tests.harness.ChildProcess;
import io.lockstep.tests.harness.JavaCommand;
import io.lockstep.tests.harness.controller.ControllerConfig;
import io.lockstep.tests.harness.controller.ControllerProcess;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Databases;
import io.lockstep.tests.harness.database.Engine;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Compares direct access to one PostgreSQL with Lockstep over two, all three with the same durable
 * settings, on the same machine, in turns: a machine that gets slower for a while slows both.
 *
 * <p>For each workload and number of threads the connections of both sides are opened once; then
 * each round measures both sides, one right after the other. Reported are medians over the rounds,
 * and the ratio of throughputs within a round, its median and its extremes.
 */
final class Benchmark {
    private static final int USAGE_ERROR = 2;
    private static final int COMPILE_THREADS = 16;
    private static final Pattern HOP_PORT = Pattern.compile("PORT (\\d+)");
    private static final Duration HOP_START = Duration.ofSeconds(30);

    private final BenchmarkOptions options;
    private final Target direct;
    private final Target compared;

    private Benchmark(BenchmarkOptions options, Target direct, Target compared) {
        this.options = options;
        this.direct = direct;
        this.compared = compared;
    }

    public static void main(String[] arguments) throws Exception {
        BenchmarkOptions options;
        try {
            options = BenchmarkOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + BenchmarkOptions.USAGE);
            System.exit(USAGE_ERROR);
            return;
        }
        Target direct = new Target.Jdbc("direct", Databases.fresh(Engine.POSTGRESQL, 0).url());
        Database first = Databases.fresh(Engine.POSTGRESQL, 1);
        switch (options.against()) {
            case DIRECT ->
                    new Benchmark(options, direct, new Target.Jdbc("direct2", first.url())).run();
            case HOP -> runAgainstHop(options, direct, first);
            case LOCKSTEP -> {
                Database second = Databases.fresh(Engine.POSTGRESQL, 2);
                try (ControllerProcess controller =
                        ControllerProcess.start(config(options, first, second))) {
                    new Benchmark(options, direct, new Target.Jdbc("lockstep", controller.url()))
                            .run();
                }
            }
        }
    }

    private static void runAgainstHop(BenchmarkOptions options, Target direct, Database behind)
            throws Exception {
        List<String> command =
                JavaCommand.plain()
                        .option("-Xmx" + options.heap())
                        .main(BareHopMain.class, behind.url(), Database.USER, Database.PASSWORD);
        try (ChildProcess hop =
                ChildProcess.start("hop", BuildLayout.runDirectory(), Map.of(), command)) {
            int port = Integer.parseInt(hop.awaitLine(HOP_PORT, HOP_START).group(1));
            Target.Jdbc database = new Target.Jdbc("behind the hop", behind.url());
            new Benchmark(options, direct, new Target.Hop(port, database)).run();
        }
    }

    private static ControllerConfig config(
            BenchmarkOptions options, Database first, Database second) {
        // As many connections as the largest cell has open transactions, and some for commit groups
        // and reads.
        String pool = "pool: {max: 24}";
        ControllerConfig config =
                new ControllerConfig()
                        .longRunning()
                        .backend("a", first.url(), pool)
                        .backend("b", second.url(), pool)
                        .heap(options.heap());
        options.controllerJar().ifPresent(config::jar);
        options.jvmOptions().forEach(config::jvmOption);
        return config;
    }

    private void run() throws Exception {
        List<CellResult> cells = new ArrayList<>();
        System.out.print(Report.header(compared.name()));
        for (Workload workload : options.workloads()) {
            workload.createTables(direct);
            workload.createTables(compared);
            compile(workload);
            for (int threads : options.threadsOf(workload)) {
                CellResult cell = measure(workload, threads);
                cells.add(cell);
                System.out.print(Report.line(cell));
            }
        }
        Path json = options.json().orElse(BuildLayout.testsTarget().resolve("benchmark.json"));
        Report.writeJson(json, options, cells);
        System.out.println("Written: " + json);
    }

    private void compile(Workload workload) throws SQLException, InterruptedException {
        for (Target side : List.of(direct, compared)) {
            try (ClientGroup clients = new ClientGroup(workload, side, COMPILE_THREADS)) {
                clients.run(duration(options.compileSeconds()));
            }
        }
    }

    private CellResult measure(Workload workload, int threads)
            throws SQLException, InterruptedException {
        Duration warmUp = duration(options.warmUpSeconds());
        Duration measured = duration(options.seconds());
        List<CellResult.Round> rounds = new ArrayList<>();
        try (ClientGroup directClients = new ClientGroup(workload, direct, threads);
                ClientGroup comparedClients = new ClientGroup(workload, compared, threads)) {
            directClients.run(warmUp);
            comparedClients.run(warmUp);
            for (int round = 0; round < options.rounds(); round++) {
                // Whoever goes second meets the other's dirty pages; so both go second as often.
                if (round % 2 == 0) {
                    Measurement first = directClients.run(measured);
                    rounds.add(new CellResult.Round(first, comparedClients.run(measured)));
                } else {
                    Measurement first = comparedClients.run(measured);
                    rounds.add(new CellResult.Round(directClients.run(measured), first));
                }
            }
        }
        return new CellResult(workload, threads, rounds);
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }
}
