package io.lockstep.controller.allocation;

import java.util.ArrayList;
import java.util.List;

/**
 * Values given out for one execution or batch, and whether they may still be used.
 *
 * @param rows for each execution its values, in the order in which they were asked for
 */
public record Allocation(List<List<Long>> rows, List<Stamp> stamps) {
    /** Nothing was asked for. */
    public static final Allocation NONE = new Allocation(List.of(), List.of());

    public Allocation {
        rows = List.copyOf(rows);
        stamps = List.copyOf(stamps);
    }

    /** A source of values at the time they were taken. */
    record Stamp(NumberSource source, long reign) {}

    /** Both, valid only together. The rows stay these. */
    public Allocation with(Allocation other) {
        List<Stamp> all = new ArrayList<>(stamps);
        all.addAll(other.stamps);
        return new Allocation(rows, all);
    }

    /**
     * False once a counter has been moved by others than the controller: to be asked again when the
     * locks are held that keep those others away.
     */
    public boolean isCurrent() {
        for (Stamp stamp : stamps) {
            if (stamp.source().reign() != stamp.reign()) {
                return false;
            }
        }
        return true;
    }
}
