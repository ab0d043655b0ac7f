package io.lockstep.tests.benchmark;

import java.util.Arrays;

/**
 * What a group of clients did in one measured time.
 *
 * @param perSecond steps of all clients together
 * @param p50Micros median time of a step
 * @param p99Micros time that one step in a hundred exceeded
 */
record Measurement(double perSecond, double p50Micros, double p99Micros) {
    static Measurement of(long[] stepNanos, double seconds) {
        if (stepNanos.length == 0) {
            throw new IllegalStateException(
                    "no step was finished in " + seconds + " s: nothing to measure");
        }
        long[] sorted = stepNanos.clone();
        Arrays.sort(sorted);
        return new Measurement(sorted.length / seconds, micros(sorted, 0.50), micros(sorted, 0.99));
    }

    private static double micros(long[] sorted, double quantile) {
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * quantile))] / 1000.0;
    }
}
