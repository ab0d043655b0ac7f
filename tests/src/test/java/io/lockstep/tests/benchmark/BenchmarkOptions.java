package io.lockstep.tests.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the command line asks for.
 *
 * @param threads empty: each workload's usual numbers
 * @param controllerJar empty: the one of this source tree
 * @param json empty: a file below tests/target
 */
record BenchmarkOptions(
        List<Workload> workloads,
        List<Integer> threads,
        int rounds,
        double seconds,
        double warmUpSeconds,
        double compileSeconds,
        Against against,
        String heap,
        List<String> jvmOptions,
        Optional<Path> controllerJar,
        Optional<Path> json) {

    /** What is compared with direct access to one PostgreSQL. */
    enum Against {
        /** A controller over two PostgreSQL. */
        LOCKSTEP,
        /**
         * Another PostgreSQL, directly: how much the figures of this machine vary by themselves.
         */
        DIRECT,
        /**
         * A bare hop in front of another PostgreSQL, for the point SELECT: what no controller can
         * be faster than.
         */
        HOP
    }

    static final String USAGE =
            """
            Options, each followed by a value:
              --workloads       select,insert,message,batch (default: all)
              --threads         1,4,16 (default: 1,4,16; insert also 64)
              --rounds          7      each round measures direct access and the other once, taking turns to go first
              --seconds         2      of each measurement
              --warm-up         2      seconds on each side before the first round of a cell
              --compile         30     seconds of each workload on both sides, before anything is measured: a controller
                                       runs for months, and its compiler is done after a minute
              --against         lockstep | direct (a second PostgreSQL directly: shows the noise)
                                | hop (nothing but a hop to it, SELECT only: shows what is reachable)
              --controller-jar  FILE   (default: controller/target/lockstep-controller.jar)
              --heap            512m   the controller's largest heap
              --jvm             OPTION one more option of the controller's JVM; may be given several times
              --json            FILE   (default: tests/target/benchmark.json)
            """;

    static BenchmarkOptions parse(String... arguments) {
        List<Workload> workloads = List.of(Workload.values());
        List<Integer> threads = List.of();
        int rounds = 7;
        double seconds = 2;
        double warmUp = 2;
        double compile = 30;
        Against against = Against.LOCKSTEP;
        String heap = "512m";
        List<String> jvmOptions = new ArrayList<>();
        Optional<Path> controllerJar = Optional.empty();
        Optional<Path> json = Optional.empty();
        if (arguments.length % 2 != 0) {
            throw new IllegalArgumentException("each option needs a value");
        }
        for (int i = 0; i < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--workloads" ->
                        workloads = list(value).stream().map(Workload::named).toList();
                case "--threads" -> threads = list(value).stream().map(Integer::valueOf).toList();
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--seconds" -> seconds = Double.parseDouble(value);
                case "--warm-up" -> warmUp = Double.parseDouble(value);
                case "--compile" -> compile = Double.parseDouble(value);
                case "--against" ->
                        against = Against.valueOf(value.toUpperCase(java.util.Locale.ROOT));
                case "--controller-jar" ->
                        controllerJar = Optional.of(Path.of(value).toAbsolutePath());
                case "--heap" -> heap = value;
                case "--jvm" -> jvmOptions.add(value);
                case "--json" -> json = Optional.of(Path.of(value));
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
        if (against == Against.HOP) {
            workloads = List.of(Workload.SELECT);
        }
        return new BenchmarkOptions(
                workloads,
                threads,
                rounds,
                seconds,
                warmUp,
                compile,
                against,
                heap,
                List.copyOf(jvmOptions),
                controllerJar,
                json);
    }

    List<Integer> threadsOf(Workload workload) {
        return threads.isEmpty() ? workload.usualThreads() : threads;
    }

    private static List<String> list(String value) {
        return List.of(value.split(",", -1));
    }
}
