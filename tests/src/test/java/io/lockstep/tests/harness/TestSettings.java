package io.lockstep.tests.harness;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What the command line says about how to test: system properties, each with a default that suits
 * {@code mvn verify}.
 */
public final class TestSettings {
    private static final long SEED = Long.getLong("lockstep.seed", System.nanoTime());

    private TestSettings() {}

    /**
     * {@code -Pfull}: everything, in whatever time it takes. Otherwise a sample that fits into the
     * daily build.
     */
    public static boolean full() {
        return Boolean.getBoolean("lockstep.full");
    }

    /**
     * {@code -Dlockstep.direct=true}: clients talk to one database instead of to Lockstep. For
     * telling a fault of Lockstep from one of the test: what fails here as well is the test's.
     * Tests that make no sense so are skipped.
     */
    public static boolean direct() {
        return Boolean.getBoolean("lockstep.direct");
    }

    /** The full number, or the smaller one of the sample. */
    public static int scale(int full, int sample) {
        return full() ? full : sample;
    }

    /**
     * The run's source of randomness for one purpose; printed, and repeated with {@code
     * -Dlockstep.seed=}.
     */
    public static Random random(String purpose) {
        System.out.println(
                "Seed of " + purpose + ": " + SEED + " (again with -Dlockstep.seed=" + SEED + ")");
        return new Random(SEED ^ purpose.hashCode());
    }

    /** All of them under {@code -Pfull}, otherwise so many, taken by chance. */
    public static <T> List<T> sample(int count, List<T> all, String purpose) {
        if (full()) {
            return all;
        }
        List<T> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, random(purpose));
        return List.copyOf(shuffled.subList(0, count));
    }
}
