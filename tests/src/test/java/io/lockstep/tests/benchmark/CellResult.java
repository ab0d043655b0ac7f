package io.lockstep.tests.benchmark;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * All rounds of one workload with one number of threads.
 *
 * @param rounds both targets measured one right after the other
 */
record CellResult(Workload workload, int threads, List<Round> rounds) {
    record Round(Measurement direct, Measurement compared) {
        /** Throughput of the compared target as a part of the direct one's. */
        double ratio() {
            return compared.perSecond() / direct.perSecond();
        }
    }

    double medianRatio() {
        return median(Round::ratio);
    }

    double smallestRatio() {
        return rounds.stream().mapToDouble(Round::ratio).min().orElseThrow();
    }

    double largestRatio() {
        return rounds.stream().mapToDouble(Round::ratio).max().orElseThrow();
    }

    Measurement direct() {
        return medians(Round::direct);
    }

    Measurement compared() {
        return medians(Round::compared);
    }

    private Measurement medians(java.util.function.Function<Round, Measurement> side) {
        return new Measurement(
                median(round -> side.apply(round).perSecond()),
                median(round -> side.apply(round).p50Micros()),
                median(round -> side.apply(round).p99Micros()));
    }

    private double median(ToDoubleFunction<Round> value) {
        double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
