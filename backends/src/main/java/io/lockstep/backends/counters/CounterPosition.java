package io.lockstep.backends.counters;

import java.math.BigInteger;

/**
 * Where a counter stands.
 *
 * @param next the value that comes next, or, when {@code exhausted}, the last there is
 * @param increment steps, never 0; below 0 it counts down
 * @param last the value beyond which there is none: the maximum, or the minimum when counting down
 * @param exhausted no value is left
 */
public record CounterPosition(long next, long increment, long last, boolean exhausted) {
    public CounterPosition {
        if (increment == 0) {
            throw new IllegalArgumentException("a counter that stands still");
        }
    }

    /** One that has {@code next} as its next value. */
    public static CounterPosition of(long next, long increment, long last) {
        boolean exhausted = increment > 0 ? next > last : next < last;
        return new CounterPosition(exhausted ? last : next, increment, last, exhausted);
    }

    /** True if {@code a} comes after {@code b} in the direction of counting. */
    public boolean after(long a, long b) {
        return increment > 0 ? a > b : a < b;
    }

    /** Whether it stands at {@code value} or before it: counting on from here may give that. */
    public boolean mayReach(long value) {
        return !exhausted && !after(next, value);
    }

    /** One of this counter's that stands right behind {@code used}, forwards or backwards. */
    public CounterPosition rightBehind(long used) {
        return of(used, increment, last).past(used);
    }

    /**
     * The position behind {@code used}, on the same grid of steps; this one if it is behind it
     * already.
     */
    public CounterPosition past(long used) {
        if (exhausted || after(next, used)) {
            return this;
        }
        BigInteger step = BigInteger.valueOf(increment);
        BigInteger steps =
                BigInteger.valueOf(used)
                        .subtract(BigInteger.valueOf(next))
                        .divide(step)
                        .add(BigInteger.ONE);
        BigInteger moved = BigInteger.valueOf(next).add(step.multiply(steps));
        boolean beyond = moved.subtract(BigInteger.valueOf(last)).signum() * step.signum() > 0;
        return new CounterPosition(beyond ? last : moved.longValue(), increment, last, beyond);
    }

    /** The later of two positions of what is the same counter on two databases. */
    public CounterPosition furthest(CounterPosition other) {
        if (exhausted || other.exhausted) {
            return exhausted ? this : other;
        }
        return after(other.next, next) ? other : this;
    }
}
